// The bar at the top: the office, who one is, the language, the clock, the way to the drawer.

import { client } from "./api.js";
import { clock } from "./clock.js";
import { button, h, notice } from "./dom.js";
import { icon } from "./icons.js";
import { rolesOf, store } from "./store.js";
import { language, t } from "./words.js";

const LANGUAGES = [["vi", "vi", "Tiếng Việt"], ["en", "en-GB", "English"]];

/** Builds the bar; `choose(person)` and `toggle(part)` are the page's. */
export function topbar(host, { choose, toggle }) {
  const menu = button(icon("menu"), () => toggle("channels"), { class: "quiet only-narrow", aria: { expanded: "false" } });
  const office = h("strong", { class: "office" });
  const bot = h("span", { class: "bot-state", role: "img" });
  const person = h("select", { id: "person", on: { change: () => choose(person.value) } });
  const personLabel = h("label", { htmlFor: "person" });
  const languages = LANGUAGES.map(([short, locale, name]) =>
    [short, button(short.toUpperCase(), () => speak(locale), { title: name, lang: short, aria: { label: name } })]);
  const group = h("div", { class: "languages", role: "group" }, languages.map(([, one]) => one));
  const clockHost = h("div", { class: "clock", role: "group" });
  const behindWord = h("span");
  const behind = button([icon("sliders"), " ", behindWord], () => toggle("drawer"), { class: "quiet behind" });
  host.append(menu, h("div", { class: "who" }, office, bot), h("div", { class: "person" }, personLabel, person), group, clockHost, behind);
  const showClock = clock(clockHost);

  /** The language is the person's own: the bot answers in it, too. */
  async function speak(locale) {
    try {
      await client.setLanguage(store.person.token, locale);
    } catch (error) {
      notice(t("refused", { why: error.message }), "error");
    }
  }

  let people = "";
  function drawPeople() {
    const sign = JSON.stringify(store.world.users.map((user) => [user.id, user.name, rolesOf(user).map((role) => role.name)]));
    if (sign !== people) {
      person.replaceChildren(...store.world.users.map((user) =>
        h("option", { value: user.id }, [user.name, rolesOf(user).map((role) => role.name).join(", ")].filter(Boolean).join(" · "))));
      people = sign;
    }
    if (person.value !== store.person.id) person.value = store.person.id;
  }

  return function update(shown) {
    menu.title = t("menu");
    menu.setAttribute("aria-label", t("menu"));
    menu.setAttribute("aria-expanded", String(shown.channels));
    office.textContent = store.world.guild.name;
    const on = store.signal.connected;
    bot.className = on ? "bot-state on" : "bot-state";
    bot.title = t(on ? "botOn" : "botOff");
    bot.setAttribute("aria-label", bot.title);
    personLabel.textContent = t("person");
    drawPeople();
    group.setAttribute("aria-label", t("language"));
    for (const [short, one] of languages) one.setAttribute("aria-pressed", String(short === language()));
    behindWord.textContent = t("behind");
    behind.setAttribute("aria-label", t("behind"));
    behind.setAttribute("aria-expanded", String(shown.drawer));
    showClock();
  };
}
