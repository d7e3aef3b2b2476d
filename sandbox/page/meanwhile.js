// What happened while the clock was moved: a short account with links, in the words of the page.

import { button, h, redraw } from "./dom.js";
import { icon } from "./icons.js";
import { markdown, relabel } from "./markdown.js";
import { changed, isThread, pingsMe, roomById, roomMark, roomName, store, userName } from "./store.js";
import { shortTime } from "./time.js";
import { language, t } from "./words.js";

/** Lines that are shown; more are counted. */
const MOST = 8;

/** The bot works in real time: the account is closed when nothing came for so long after the clock had stopped. */
const QUIET_MILLISECONDS = 1500;

let account = null;
let quiet = null;

/** The clock begins to move. */
export function depart(from) {
  clearTimeout(quiet);
  account = { from, to: null, open: true, calls: store.signal.calls, said: [], archived: new Set(), events: new Map() };
}

/** The clock has stopped; what the bot still does belongs to the move. */
export function arrive(to) {
  account.to = to;
  settle();
}

function settle() {
  clearTimeout(quiet);
  quiet = setTimeout(() => {
    account.open = false;
    changed();
  }, QUIET_MILLISECONDS);
}

/** Takes down what the gateway tells meanwhile. */
export function witness(name, data) {
  if (!account?.open) return;
  if (name === "MESSAGE_CREATE") account.said.push(data);
  else if (name === "THREAD_UPDATE" && data.thread_metadata?.archived) account.archived.add(data.id);
  else if (name === "GUILD_SCHEDULED_EVENT_UPDATE") account.events.set(data.id, data);
  else return;
  if (account.to) settle();
}

/** Shows the account above the messages, until it is put away. */
export function drawMeanwhile(host, now) {
  const told = account?.to ? account : null;
  host.hidden = !told;
  if (!told) return;
  if (told.open) told.spent = store.signal.calls - told.calls;
  const sign = JSON.stringify([told.said.length, told.archived.size, told.events.size, told.spent, told.open, +told.to, language(), store.person.id]);
  redraw(host, sign, () => {
    const put = button(t("dismiss"), () => {
      account = null;
      changed();
    }, { class: "quiet", data: { control: "dismiss" } });
    const span = t("meanwhile", { from: shortTime(told.from), to: shortTime(told.to) });
    return [h("div", { class: "meanwhile-head" }, h("h2", {}, span), h("span", { class: "small" }, counts(told)), put),
      h("ul", {}, lines(told))];
  });
  relabel(host, now);
}

function counts({ said, spent, open }) {
  const pings = said.filter(pingsMe).length;
  return [t("meanwhileMessages", { n: said.length }), pings ? t("pings", { n: pings }) : null,
    t("meanwhileCalls", { n: spent }), open ? "…" : null].filter(Boolean).join(" · ");
}

function lines({ said, archived, events, open }) {
  const rows = [
    ...said.slice(0, MOST).map(saying),
    said.length > MOST ? h("li", {}, t("meanwhileMore", { n: said.length - MOST })) : null,
    ...[...events.values()].map((event) => h("li", {}, icon("calendar"), ` ${event.name}: ${t("eventStatus")[event.status]}`)),
    archived.size ? h("li", {}, icon("thread"), ` ${t("meanwhileArchived", { n: archived.size })}`) : null,
  ].filter(Boolean);
  return rows.length || open ? rows : [h("li", {}, t("meanwhileNothing"))];
}

function saying(message) {
  const channel = roomById(message.channel_id)?.channel;
  const card = message.embeds[0];
  // A line of pings says whom; what was said stands in the card below it.
  const alone = message.content.replace(/<@[!&]?\d+>/g, "").trim() ? message.content : "";
  const words = (alone || card?.title || card?.description || message.content || t("attachmentOnly")).split("\n")[0].slice(0, 140);
  const place = channel ? `${isThread(channel) ? "" : roomMark(channel)}${roomName(channel)}` : "";
  // The place is shortened before the words are: these say what happened.
  return h("li", { class: "saying" },
    h("div", { class: "whence" }, h("time", {}, shortTime(new Date(message.timestamp))),
      h("a", { href: "#", title: place, data: { room: `${message.channel_id}/${message.id}` } }, place),
      h("strong", {}, `${userName(message.author.id) ?? message.author.username}:`)),
    h("div", { class: "words" }, markdown(words)));
}
