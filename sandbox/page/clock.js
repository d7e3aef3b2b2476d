// The simulated clock: shows the office's time and moves it on.

import { sandbox } from "./api.js";
import { button, h, notice, patch } from "./dom.js";
import { arrive, depart } from "./meanwhile.js";
import { changed, store } from "./store.js";
import { clockTime, hour, instant, longTime, next, shortTime, wall, zone } from "./time.js";
import { language, localized, t } from "./words.js";

/** Simulated seconds per step: short enough for a reminder to be due in its own quarter of an hour. */
const STEP_SECONDS = 900;

/** The most steps of one move, so that a month does not take minutes. */
const MOST_STEPS = 300;

let moving = false;

/** The simulated time, as it was last told. */
export const simulatedNow = () => new Date(store.signal.now);

async function moveTo(target) {
  const now = simulatedNow();
  const seconds = Math.round((target - now) / 1000);
  if (!(seconds > 0)) return notice(t("onlyForward"), "error");
  moving = true;
  depart(now);
  changed();
  try {
    const step = Math.max(STEP_SECONDS, Math.ceil(seconds / MOST_STEPS));
    await sandbox.moveClock({ now: target.toISOString(), step_seconds: step });
  } catch (error) {
    notice(t("refused", { why: error.message }), "error");
  }
  moving = false;
  arrive(target);
  return changed();
}

/** Moves the clock by so many seconds. */
const moveBy = (seconds) => moveTo(new Date(simulatedNow().getTime() + seconds * 1000));

/** Builds the clock in `host`; the returned function shows another time. */
export function clock(host) {
  const face = h("time", { class: "face" });
  const date = h("span", { class: "date" });
  const state = h("button", { type: "button", class: "chip", on: { click: () => run() } });
  const hourButton = button("", () => moveBy(3_600));
  const dayButton = button("", () => moveBy(86_400));
  const morning = button("", () => moveTo(next(simulatedNow(), "08:30")));
  // What the program around the sandbox knows to be worth going to.
  const milestones = h("div", { class: "milestones" });
  const field = h("input", { type: "datetime-local", id: "clock-field" });
  const set = h("button", { type: "submit" });
  const label = h("label", { htmlFor: "clock-field" });
  // Browsers write the month first for some people; in words no date is misread.
  const meant = h("output", { htmlFor: "clock-field", class: "small" });
  // A date that is chosen step by step is no wish yet, so it takes a press to go there.
  const form = h("form", { class: "go", on: { submit: (event) => {
    event.preventDefault();
    if (!field.value) return;
    chooser.open = false;
    moveTo(instant(field.value));
  } } }, label, field, set, meant);
  const summary = h("summary");
  const chooser = h("details", { class: "chooser popover" }, summary, form);
  host.append(h("div", { class: "clock-now" }, face, date), state, hourButton, dayButton, morning, milestones, chooser);
  let running = false;
  let proposed = "";
  field.addEventListener("input", spellOut);

  function spellOut() {
    meant.textContent = field.value ? longTime(instant(field.value)) : "";
  }

  async function run() {
    try {
      await sandbox.moveClock({ running: !running });
    } catch (error) {
      notice(t("refused", { why: error.message }), "error");
    }
  }

  function drawMilestones(now) {
    const ahead = store.signal.host.milestones.filter(({ at }) => new Date(at) > now);
    patch(milestones, ahead.map((milestone, index) => ({
      key: String(index),
      sign: JSON.stringify([milestone, language(), moving]),
      build: () => {
        const at = new Date(milestone.at);
        const name = localized(milestone, "name");
        return button([`→ ${name}`, h("small", {}, ` ${shortTime(at)}`)], () => moveTo(at),
          { disabled: moving, title: `${name}: ${longTime(at)}`, data: { control: `milestone ${index}` } });
      },
    })));
  }

  return function update() {
    const now = simulatedNow();
    running = store.signal.running;
    host.setAttribute("aria-label", t("clock"));
    face.textContent = hour(now);
    face.dateTime = store.signal.now;
    face.title = `${longTime(now)} · ${t("zone", { zone })}`;
    date.textContent = clockTime(now);
    state.textContent = moving ? t("moving") : running ? `▶ ${t("running")}` : `⏸ ${t("standing")}`;
    state.title = t(running ? "letStand" : "letRun");
    hourButton.textContent = t("plusHour");
    dayButton.textContent = t("plusDay");
    morning.textContent = t("nextMorning");
    morning.title = t("nextMorningLong");
    morning.setAttribute("aria-label", t("nextMorningLong"));
    // Where the host names its own moments, plain ones only take room.
    morning.hidden = store.signal.host.milestones.length > 0;
    drawMilestones(now);
    label.textContent = t("goToLong");
    summary.textContent = t("goTo");
    set.textContent = t("setClock");
    for (const control of [state, hourButton, dayButton, morning, set]) control.disabled = moving;
    // Proposes the present until somebody has typed something else.
    if (document.activeElement !== field && (field.value === "" || field.value === proposed)) {
      proposed = wall(now);
      field.value = proposed;
    }
    field.min = wall(now);
    spellOut();
  };
}
