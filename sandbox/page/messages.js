// The messages of the chosen channel: their list, and how one of them looks.

import { attachments } from "./attachments.js";
import { components } from "./components.js";
import { button, h, notice, patch } from "./dom.js";
import { embed } from "./embed.js";
import { icon } from "./icons.js";
import { pendingRows, pressFailed } from "./interactions.js";
import { markdown, relabel } from "./markdown.js";
import { actions, messageMenu } from "./menu.js";
import { editing, editBox } from "./own.js";
import { poll, reactions } from "./reactions.js";
import { newer, pingsMe, roomById, rolesOf, store, userById, userName } from "./store.js";
import { older, trim } from "./sync.js";
import { hour, longDay, longTime, wall } from "./time.js";
import { language, localized, messagesCount, t } from "./words.js";

const LOADING = 1 << 7;
const EPHEMERAL = 1 << 6;

/** Messages of one author within this time share a head, as in Discord's clients. */
const GROUP_MILLISECONDS = 7 * 60_000;

const KIND = { PINNED: 6, THREAD: 18, STARTER: 21 };

/** So near to an end counts as being there, in pixels. */
const AT_END = 60;
const NEAR_START = 900;

/** Whether the person reads at the end, where new messages push the old ones up. */
let following = true;

/** How often somebody set out to scroll: then no place is kept against their will. */
let scrolls = 0;

/** Keeps the end in sight, reads on when somebody scrolls up, and lets `toEnd` lead back. */
export function followEnd(list, toEnd) {
  const keep = () => following && (list.scrollTop = list.scrollHeight);
  list.addEventListener("scroll", () => {
    following = list.scrollHeight - list.scrollTop - list.clientHeight < AT_END;
    toEnd.hidden = following;
    if (list.scrollTop < NEAR_START && store.view && !store.view.complete) readOlder();
  });
  for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"]) list.addEventListener(kind, () => { scrolls += 1; }, { passive: true });
  toEnd.addEventListener("click", () => {
    following = true;
    keep();
    list.focus();
  });
  list.addEventListener("contextmenu", (event) => {
    const row = event.target.closest(".message");
    const message = row && store.view.messages.find((one) => `message-${one.id}` === row.id);
    // Links, text fields and what somebody has marked keep the browser's own menu.
    if (!message || event.target.closest("a, textarea") || !getSelection().isCollapsed) return;
    event.preventDefault();
    messageMenu(message, event.clientX, event.clientY);
  });
  new ResizeObserver(keep).observe(list);
}

const readOlder = () => older().catch((error) => notice(t("refused", { why: error.message }), "error"));

/** Brings one message into sight, reading back as far as it lies. */
export async function jumpTo(id) {
  const draw = () => drawMessages(document.getElementById("messages"), new Date(store.signal.now));
  // The room is drawn, at its end; from here on nobody follows it, and what lies far above is not let go.
  draw();
  following = false;
  while (!store.view.complete && store.view.messages.length && newer(store.view.messages[0].id, id)) await older();
  draw();
  const row = document.getElementById(`message-${id}`);
  if (!row) return notice(t("originalGone"), "error");
  row.scrollIntoView({ block: "center" });
  return row.focus({ preventScroll: true });
}

/** Draws what `store.view` holds. Who reads at the end goes on reading there; elsewhere the place is kept. */
export function drawMessages(list, now) {
  if (list.dataset.shown !== store.roomId) {
    following = true;
    list.replaceChildren();
  }
  list.dataset.shown = store.roomId ?? "";
  if (following) trim();
  const first = store.view?.messages[0]?.id ?? "";
  // Browsers keep the place when something comes above it, but not always, and never at the very top.
  const keep = !following && list.dataset.first !== first ? place(list) : null;
  list.dataset.first = first;
  patch(list, items());
  relabel(list, now);
  if (following) list.scrollTop = list.scrollHeight;
  else keep?.();
}

/** Frames in which rows that come near are laid out, and found to be higher or lower than was thought. */
const SETTLING = 4;

/** Notes where the topmost row in sight stands; what comes gives it that place again. */
function place(list) {
  const { top } = list.getBoundingClientRect();
  const row = [...list.querySelectorAll(".message")].find((one) => one.getBoundingClientRect().bottom > top);
  const before = row?.getBoundingClientRect().top;
  return function keep(frames = SETTLING, moved = scrolls) {
    // The row may have been rebuilt, but its id is the same.
    const same = row && document.getElementById(row.id);
    if (!same || moved !== scrolls) return;
    list.scrollTop += same.getBoundingClientRect().top - before;
    if (frames) requestAnimationFrame(() => keep(frames - 1, moved));
  };
}

/** A message is never changed, only replaced by a newer one: what it reads like is worked out once. */
const written = new WeakMap();

function writing(message) {
  if (!written.has(message)) written.set(message, JSON.stringify(message));
  return written.get(message);
}

function items() {
  const messages = store.view?.messages ?? [];
  const rows = [];
  if (messages.length && !store.view.complete) rows.push({ key: "older", sign: language(), build: olderButton });
  let before = null;
  for (const message of messages) {
    const day = wall(new Date(message.timestamp)).slice(0, 10);
    if (!before || wall(new Date(before.timestamp)).slice(0, 10) !== day) {
      rows.push({ key: `day ${day}`, sign: language(), build: () => daySeparator(new Date(message.timestamp)) });
      before = null;
    }
    if (message.id === store.view.firstUnread) {
      rows.push({ key: "unread", sign: language(), build: unreadLine });
      before = null;
    }
    const joined = belongsTogether(before, message);
    const edit = editing(message.id);
    // While somebody types into it, a message is left alone.
    const sign = edit ? "editing" : [writing(message), joined, language(), store.person.id, pressFailed(message.id), threadOf(message)?.message_count].join();
    rows.push({ key: message.id, sign, build: () => row(message, joined, edit) });
    before = message;
  }
  if (!messages.length) rows.push({ key: "empty", sign: language(), build: () => h("p", { class: "empty" }, t("empty")) });
  return [...rows, ...pendingRows()];
}

function belongsTogether(before, message) {
  return Boolean(before)
    && before.author.id === message.author.id
    && !message.message_reference && !message.interaction_metadata
    && isSpoken(before) && isSpoken(message)
    && (before.flags & EPHEMERAL) === (message.flags & EPHEMERAL)
    && new Date(message.timestamp) - new Date(before.timestamp) < GROUP_MILLISECONDS;
}

const isSpoken = (message) => message.type !== KIND.PINNED && message.type !== KIND.THREAD;

function olderButton() {
  return h("div", { class: "older" }, button(t("older"), readOlder));
}

function daySeparator(date) {
  return h("div", { class: "day", role: "separator" }, h("span", {}, longDay(date)));
}

function unreadLine() {
  return h("div", { class: "day fresh", role: "separator" }, h("span", {}, t("freshFrom")));
}

function row(message, joined, edit) {
  const date = new Date(message.timestamp);
  if (!isSpoken(message)) return systemRow(message, date);
  // A thread's first line shows the message that it hangs on.
  const shown = message.type === KIND.STARTER && message.referenced_message ? message.referenced_message : message;
  const ephemeral = Boolean(message.flags & EPHEMERAL);
  const names = ["message", joined && "joined", ephemeral && "ephemeral", pingsMe(message) && "pings-me"].filter(Boolean).join(" ");
  const author = userName(shown.author.id) ?? shown.author.username;
  return h("article", { class: names, id: `message-${message.id}`, tabIndex: -1, aria: { label: `${author}, ${hour(date)}` } },
    joined ? h("time", { class: "side-time", dateTime: message.timestamp, title: longTime(date) }, hour(date)) : null,
    replyLine(message), usedLine(message),
    joined ? null : avatar(shown.author),
    h("div", { class: "body" },
      joined ? null : head(shown.author, date),
      edit ? editBox(message) : content(shown),
      (shown.embeds ?? []).map((card) => embed(card, shown.attachments)),
      attachments(shown),
      poll(message),
      components(message),
      reactions(message),
      pressFailed(message.id) ? h("div", { class: "press-failed" }, t("failed")) : null,
      notified(message), threadLink(message),
      ephemeral ? h("div", { class: "only-you" }, icon("eye"), " ", t("onlyYou")) : null),
    edit ? null : actions(message));
}

/** A coloured sign with the initial of the given name, the last word of a Vietnamese name. */
export function avatar(author) {
  const name = userName(author.id) ?? author.username;
  const hue = [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 0);
  const sign = h("div", { class: author.bot ? "avatar bot" : "avatar", aria: { hidden: "true" } }, [...name.split(" ").at(-1)][0]?.toUpperCase());
  sign.style.setProperty("--hue", hue);
  return sign;
}

function head(author, date) {
  const color = rolesOf(userById(author.id)).find((role) => role.color)?.color;
  const name = h("strong", { class: "author" }, userName(author.id) ?? author.username);
  if (color) name.style.setProperty("--role", `#${color.toString(16).padStart(6, "0")}`);
  return h("div", { class: "head" }, name,
    author.bot ? h("span", { class: "app" }, "APP") : null,
    h("time", { dateTime: date.toISOString(), title: longTime(date) }, hour(date)));
}

function content(message) {
  if (message.flags & LOADING) return h("div", { class: "thinking" }, h("i"), h("i"), h("i"), t("thinking"));
  const edited = message.edited_timestamp
    ? h("span", { class: "edited", title: longTime(new Date(message.edited_timestamp)) }, ` ${t("edited")}`) : null;
  return message.content || edited ? h("div", { class: "content" }, markdown(message.content), edited) : null;
}

function replyLine(message) {
  if (message.referenced_message === undefined || message.type === KIND.STARTER) return null;
  const target = message.referenced_message;
  if (!target) return h("div", { class: "reply" }, h("em", {}, t("originalGone")));
  const words = target.content ? markdown(target.content.slice(0, 160)) : t("attachmentOnly");
  return h("div", { class: "reply" }, h("strong", {}, userName(target.author.id) ?? target.author.username), " ", words);
}

function usedLine(message) {
  const used = message.interaction;
  if (!used) return null;
  const [before, after] = t("used", { name: "\0", command: "\0" }).split("\0").slice(1);
  return h("div", { class: "reply" },
    h("strong", {}, userName(used.user.id) ?? used.user.username), before, h("span", { class: "mention" }, commandName(used.name)), after);
}

/** A command as the reader's language calls it; those of context menus have no slash. */
function commandName(name) {
  const known = store.world.commands.find((command) => command.name === name);
  const said = known ? localized(known, "name") : name;
  return (known?.type ?? 1) === 1 ? `/${said}` : said;
}

function systemRow(message, date) {
  const name = userName(message.author.id) ?? message.author.username;
  const said = message.type === KIND.PINNED ? t("pinnedSomething", { name }) : t("startedThread", { name, thread: message.content });
  const to = message.type === KIND.THREAD ? message.message_reference?.channel_id : null;
  return h("div", { class: "system" }, icon(message.type === KIND.PINNED ? "pin" : "thread"), " ",
    to ? h("a", { href: "#", data: { room: to } }, said) : said, " ", h("time", { title: longTime(date) }, hour(date)));
}

/** Whom the message really pinged, which no Discord client shows: the point of a coordination bot. */
function notified(message) {
  const ids = message.notified ?? [];
  if (!ids.length) return null;
  const names = ids.map((id) => userName(id) ?? t("gone"));
  const label = [icon("bell"), ` ${ids.length}: `];
  if (names.length <= 4) return h("div", { class: "notified", title: t("notified", { n: ids.length }) }, label, names.join(", "));
  return h("details", { class: "notified" },
    h("summary", { title: t("notified", { n: ids.length }) }, label, names.slice(0, 3).join(", "), ` +${names.length - 3}`),
    names.join(", "));
}

/** The thread that hangs on a message, as it is now. */
const threadOf = (message) => message.thread && (roomById(message.thread.id)?.channel ?? message.thread);

function threadLink(message) {
  const thread = threadOf(message);
  if (!thread) return null;
  return h("a", { class: "thread-link", href: "#", data: { room: thread.id, control: "thread" } },
    icon("thread"), h("strong", {}, thread.name), h("small", {}, `${messagesCount(thread.message_count)} ›`));
}
