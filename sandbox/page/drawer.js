// Behind the scenes: what the bot asks of the API as it happens, and troubles to put in its way.

import { sandbox } from "./api.js";
import { button, h, notice, patch } from "./dom.js";
import { shortTime } from "./time.js";
import { language, t } from "./words.js";

/** Calls that stay listed. */
const MOST = 150;

/** Calls without a status are asked for again while they are among so many of the newest. */
const UNSETTLED = 40;

// The bot's writing, where nothing may be said twice and nothing may be lost.
const WRITING = { method: "POST", route: "/channels/**" };
const FAULTS = [
  ["faultDrop", { ...WRITING, effect: "commit_then_drop" }],
  ["fault500", { ...WRITING, effect: "status", status: 500, body: { message: "500: Internal Server Error", code: 0 }, count: 3 }],
  ["fault429", { ...WRITING, effect: "rate_limit", scope: "user", retry_after: 2, count: 3 }],
];

/** Builds the drawer in `host`. */
export function drawer(host) {
  const calls = new Map();
  const faults = h("div", { class: "faults" });
  const violations = h("p", { class: "violations", hidden: true });
  const list = h("div", { class: "calls" });
  const heads = { faults: h("h2"), calls: h("h2"), where: h("p", { class: "small" }) };
  const buttons = FAULTS.map(([key, fault]) => [key, button("", () => act(() => sandbox.addFault(fault)))]);
  const clear = button("", () => act(sandbox.clearFaults), { class: "quiet" });
  host.append(heads.faults, heads.where, h("div", { class: "fault-buttons" }, buttons.map(([, one]) => one), clear), faults,
    heads.calls, violations, list);

  async function act(run) {
    try {
      await run();
      await refresh();
    } catch (error) {
      notice(t("refused", { why: error.message }), "error");
    }
  }

  /** Asks for what is new; called only while the drawer is open. */
  async function refresh() {
    const newest = Math.max(0, ...calls.keys());
    const open = [...calls.values()].filter((call) => call.status === null && call.number > newest - UNSETTLED);
    const after = open.length ? Math.min(...open.map((call) => call.number)) - 1 : newest;
    const [fresh, armed, broken] = await Promise.all([sandbox.requests(after), sandbox.faults(), sandbox.violations()]);
    for (const call of fresh) calls.set(call.number, call);
    for (const number of calls.keys()) if (number <= Math.max(0, ...calls.keys()) - MOST) calls.delete(number);
    draw(armed, broken.length);
  }

  function draw(armed, broken) {
    host.setAttribute("aria-label", t("behind"));
    heads.faults.textContent = t("faults");
    heads.where.textContent = t("faultsWhere");
    heads.calls.textContent = t("calls");
    for (const [key, one] of buttons) one.textContent = t(key);
    clear.textContent = t("clearFaults");
    clear.disabled = !armed.length;
    violations.hidden = !broken;
    violations.textContent = t("violations", { n: broken });
    patch(faults, armed.map((fault, index) => ({
      key: String(index),
      sign: JSON.stringify([fault, language()]),
      build: () => h("div", { class: fault.count ? "fault armed" : "fault" },
        h("code", {}, [fault.effect, fault.status].filter(Boolean).join(" ")), " ", t("faultLeft", { n: fault.count, hits: fault.hits })),
    })));
    const rows = [...calls.values()].sort((one, other) => other.number - one.number).map((call) => ({
      key: String(call.number), sign: JSON.stringify([call.status, call.code, language()]), build: () => row(call),
    }));
    patch(list, rows.length ? rows : [{ key: "none", sign: language(), build: () => h("p", { class: "small" }, t("noCalls")) }]);
  }

  return refresh;
}

function row(call) {
  const kind = call.status === null ? "open" : call.status < 300 ? "good" : call.status === 429 ? "slow" : "bad";
  const status = h("b", { class: `status ${kind}`, title: call.status === null ? t("noStatus") : "" }, call.status ?? "—");
  // Ids and tokens say little at a glance; the whole path is one press away.
  const route = h("span", { class: "route", title: call.path }, call.route.replace(/\{\w+\}/g, "…"));
  const summary = h("summary", {}, h("code", {}, call.method), route, call.code ? h("small", {}, call.code) : null, status);
  const details = h("details", { class: "call", on: { toggle: () => {
    // Built when somebody looks: most bodies are never looked at.
    if (details.open && details.children.length === 1) {
      details.append(h("div", { class: "small" }, `#${call.number} · ${shortTime(new Date(call.at))} · ${call.path}`),
        h("pre", {}, [call.reason ?? "", call.body === null ? "" : JSON.stringify(call.body, null, 2), ...call.files].filter(Boolean).join("\n")));
    }
  } } }, summary);
  return details;
}
