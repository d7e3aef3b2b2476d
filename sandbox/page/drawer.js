// Behind the scenes: what the bot asks of the API as it happens, and troubles to put in its way.

import { sandbox } from "./api.js";
import { button, h, notice, patch } from "./dom.js";
import { changed, store } from "./store.js";
import { shortTime } from "./time.js";
import { language, localized, t } from "./words.js";

/** Calls that stay listed. */
const MOST = 150;

/** Calls without a status are asked for again while they are among so many of the newest. */
const UNSETTLED = 40;

// The bot's writing, where nothing may be said twice and nothing may be lost.
const WRITING = { method: "POST", route: "/channels/**" };
const FAULTS = [
  ["faultDrop", () => ({ ...WRITING, effect: "commit_then_drop" })],
  ["faultHalf", () => ({ effect: "status", status: 503, body: "<h1>503</h1>", probability: 0.5, count: 20, seed: Date.now() % 10_000 })],
  ["fault500", () => ({ ...WRITING, effect: "status", status: 500, body: { message: "500: Internal Server Error", code: 0 }, count: 3 })],
  ["fault429", () => ({ ...WRITING, effect: "rate_limit", scope: "user", retry_after: 2, count: 3 })],
  ["faultSlow", () => ({ effect: "delay", millis: 2000, count: 5 })],
  ["faultGateway", () => ({ effect: "gateway_drop" })],
];

/** Faults that cut the line: what the sandbox did is not what the bot heard. */
const UNHEARD = ["commit_then_drop", "hang", "reset"];

/** Builds the drawer in `host`; the returned function is called with every change, and told whether it is open. */
export function drawer(host) {
  const calls = new Map();
  // When the bot went and came, by the number of the call after which it was.
  const turns = [];
  let known = { connected: null, revision: null };
  let goneSince = null;
  let away = null;
  let reading = false;

  const status = h("p", { class: "bot-status", role: "status" });
  const faults = h("div", { class: "faults" });
  const violations = h("p", { class: "violations", hidden: true });
  const list = h("div", { class: "calls" });
  const heads = { faults: h("h2"), calls: h("h2") };
  const buttons = FAULTS.map(([key, fault]) => [key, button("", () => act(() => sandbox.addFault(fault())))]);
  const levers = h("div", { class: "levers" });
  const clear = button("", () => act(sandbox.clearFaults), { class: "quiet" });
  host.append(heads.faults, h("div", { class: "fault-buttons" }, levers, buttons.map(([, one]) => one), clear), faults,
    heads.calls, status, violations, list);

  async function act(run) {
    try {
      await run();
      known.revision = null;
      changed();
    } catch (error) {
      notice(t("refused", { why: error.message }), "error");
    }
  }

  /** Asks for what is new, one question at a time. */
  async function refresh() {
    if (reading) return;
    reading = true;
    known.revision = store.signal.revision;
    try {
      const newest = Math.max(0, ...calls.keys());
      const open = [...calls.values()].filter((call) => call.status === null && call.number > newest - UNSETTLED);
      const after = open.length ? Math.min(...open.map((call) => call.number)) - 1 : newest;
      const [fresh, armed, broken] = await Promise.all([sandbox.requests(after), sandbox.faults(), sandbox.violations()]);
      // Another sandbox counts from the beginning.
      if (store.signal.calls < newest) calls.clear();
      for (const call of fresh) calls.set(call.number, call);
      for (const number of calls.keys()) if (number <= Math.max(0, ...calls.keys()) - MOST) calls.delete(number);
      draw(armed, broken.length);
    } finally {
      reading = false;
    }
    if (known.revision !== store.signal.revision) changed();
  }

  function draw(armed, broken) {
    violations.hidden = !broken;
    violations.textContent = t("violations", { n: broken });
    clear.disabled = !armed.length;
    patch(faults, armed.map((fault, index) => ({
      key: String(index),
      sign: JSON.stringify([fault, language()]),
      build: () => h("div", { class: fault.count ? "fault armed" : "fault" },
        h("code", {}, [fault.effect, fault.status].filter(Boolean).join(" ")), " ", t("faultLeft", { n: fault.count, hits: fault.hits })),
    })));
    const rows = [...calls.values()].map((call) => ({
      at: call.number, key: String(call.number), sign: JSON.stringify([call.status, call.code, language()]), build: () => row(call),
    }));
    const marks = turns.map((turn, index) => ({
      at: turn.after + 0.5, key: `turn ${index}`, sign: language(), build: () => turnRow(turn),
    }));
    const all = [...rows, ...marks].sort((one, other) => other.at - one.at || (one.key < other.key ? 1 : -1));
    patch(list, all.length ? all : [{ key: "none", sign: language(), build: () => h("p", { class: "small" }, t("noCalls")) }]);
  }

  function drawWords() {
    const { connected, host: around } = store.signal;
    host.setAttribute("aria-label", t("behind"));
    heads.faults.textContent = t("faults");
    heads.calls.textContent = t("calls");
    status.className = connected ? "bot-status on" : "bot-status";
    status.textContent = connected && away !== null ? t("botBackAfter", { n: away }) : t(connected ? "botOn" : "botOff");
    for (const [key, one] of buttons) one.textContent = t(key);
    clear.textContent = t("clearFaults");
    patch(levers, around.levers.map((lever) => ({
      key: lever.id,
      sign: JSON.stringify([lever, language()]),
      build: () => button(localized(lever, "name"), () => act(() => sandbox.pull(lever.id)), { class: "lever", data: { control: lever.id } }),
    })));
  }

  /** Whoever looks elsewhere is told too when the bot goes and comes. */
  function turn(connected) {
    turns.push({ connected, after: store.signal.calls, at: store.signal.now });
    away = connected && goneSince !== null ? Math.max(1, Math.round((Date.now() - goneSince) / 1000)) : null;
    goneSince = connected ? null : Date.now();
    if (!connected) notice(t("botGone"), "error");
    else notice(away === null ? t("botBack") : t("botBackAfter", { n: away }));
  }

  return function update(open) {
    const { connected, revision } = store.signal;
    if (known.connected !== null && known.connected !== connected) turn(connected);
    known.connected = connected;
    if (!open) return;
    drawWords();
    if (known.revision !== revision || host.lang !== language()) {
      host.lang = language();
      refresh().catch((error) => notice(t("refused", { why: error.message }), "error"));
    }
  };
}

function turnRow({ connected, at }) {
  return h("div", { class: connected ? "turn on" : "turn" }, t(connected ? "botBack" : "botGone"), " ", h("small", {}, shortTime(new Date(at))));
}

function row(call) {
  const unheard = call.faults?.some(({ effect }) => UNHEARD.includes(effect));
  const kind = call.status === null ? "open" : unheard ? "bad" : call.status < 300 ? "good" : call.status === 429 ? "slow" : "bad";
  const shown = call.status ?? (unheard ? "✂" : "…");
  const status = h("b", { class: `status ${kind}`, title: call.status === null ? t("noStatus") : "" }, shown);
  const struck = call.faults?.map(({ effect }) => h("span", { class: "struck", title: unheard ? t("unheard") : t("struck") }, `⚡ ${effect}`));
  // Ids and tokens say little at a glance; the whole path is one press away.
  const route = h("span", { class: "route", title: call.path }, call.route.replace(/\{\w+\}/g, "…"));
  const summary = h("summary", {}, h("code", {}, call.method), route, struck, call.code ? h("small", {}, call.code) : null, status);
  const details = h("details", { class: "call", on: { toggle: () => {
    // Built when somebody looks: most bodies are never looked at.
    if (details.open && details.children.length === 1) {
      details.append(h("div", { class: "small" }, `#${call.number} · ${shortTime(new Date(call.at))} · ${call.path}`),
        unheard ? h("div", { class: "small" }, t("unheard")) : null,
        h("pre", {}, [call.reason ?? "", call.body === null ? "" : JSON.stringify(call.body, null, 2), ...call.files].filter(Boolean).join("\n")));
    }
  } } }, summary);
  return details;
}
