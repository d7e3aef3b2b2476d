// The messages of the chosen channel, and what hangs on them.

import { components } from "./components.js";
import { button, h, patch } from "./dom.js";
import { embed } from "./embed.js";
import { pendingRows, pressFailed } from "./interactions.js";
import { markdown, relabel } from "./markdown.js";
import { editing, startEdit, editBox, removeMessage, startReply } from "./own.js";
import { rolesOf, store, userById, userName } from "./store.js";
import { hour, longDay, longTime, wall } from "./time.js";
import { language, t } from "./words.js";

const LOADING = 1 << 7;
const EPHEMERAL = 1 << 6;

/** Messages of one author within this time share a head, as in Discord's clients. */
const GROUP_MILLISECONDS = 7 * 60_000;

const KIND = { PINNED: 6, THREAD: 18, STARTER: 21 };

/** Whether the person reads at the end, where new messages push the old ones up. */
let following = true;

/** Keeps the end in sight when the room around the list grows or shrinks. */
export function followEnd(list) {
  const toEnd = () => following && (list.scrollTop = list.scrollHeight);
  list.addEventListener("scroll", () => { following = list.scrollHeight - list.scrollTop - list.clientHeight < 60; });
  new ResizeObserver(toEnd).observe(list);
}

/** Draws what `store.view` holds. Who reads at the end goes on reading there; elsewhere the place is kept. */
export function drawMessages(list, now) {
  if (list.dataset.shown !== store.roomId) following = true;
  list.dataset.shown = store.roomId ?? "";
  const read = [...list.children].find((row) => row.id && row.offsetTop + row.offsetHeight > list.scrollTop);
  const above = read ? read.offsetTop - list.scrollTop : 0;
  patch(list, items());
  relabel(list, now);
  // The row may have been rebuilt, but its id is the same.
  const still = read && document.getElementById(read.id);
  if (following) list.scrollTop = list.scrollHeight;
  else if (still) list.scrollTop = still.offsetTop - above;
}

function items() {
  const messages = store.view?.messages ?? [];
  const rows = [];
  if (messages.length >= store.limit) rows.push({ key: "older", sign: language(), build: older });
  let before = null;
  for (const message of messages) {
    const day = wall(new Date(message.timestamp)).slice(0, 10);
    if (!before || wall(new Date(before.timestamp)).slice(0, 10) !== day) {
      rows.push({ key: `day ${day}`, sign: language(), build: () => daySeparator(new Date(message.timestamp)) });
      before = null;
    }
    const joined = belongsTogether(before, message);
    const edit = editing(message.id);
    // While somebody types into it, a message is left alone.
    const sign = edit ? "editing" : JSON.stringify([message, joined, language(), store.person.id, pressFailed(message.id)]);
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

function older() {
  const more = () => document.dispatchEvent(new CustomEvent("older"));
  return h("div", { class: "older" }, button(t("older"), more));
}

function daySeparator(date) {
  return h("div", { class: "day", role: "separator" }, h("span", {}, longDay(date)));
}

function row(message, joined, edit) {
  const date = new Date(message.timestamp);
  if (!isSpoken(message)) return systemRow(message, date);
  // A thread's first line shows the message that it hangs on.
  const shown = message.type === KIND.STARTER && message.referenced_message ? message.referenced_message : message;
  const ephemeral = Boolean(message.flags & EPHEMERAL);
  const pingsMe = message.notified?.includes(store.person.id);
  const names = ["message", joined && "joined", ephemeral && "ephemeral", pingsMe && "pings-me"].filter(Boolean).join(" ");
  return h("article", { class: names, id: `message-${message.id}` },
    joined ? h("time", { class: "side-time", dateTime: message.timestamp, title: longTime(date) }, hour(date)) : null,
    replyLine(message), usedLine(message),
    joined ? null : avatar(shown.author),
    h("div", { class: "body" },
      joined ? null : head(shown.author, date),
      edit ? editBox(message) : content(shown),
      (shown.embeds ?? []).map(embed),
      (shown.attachments ?? []).map(attachment),
      components(message),
      pressFailed(message.id) ? h("div", { class: "press-failed" }, t("failed")) : null,
      notified(message), threadLink(message),
      ephemeral ? h("div", { class: "only-you" }, `👁 ${t("onlyYou")}`) : null),
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
    h("strong", {}, userName(used.user.id) ?? used.user.username), before, h("span", { class: "mention" }, `/${used.name}`), after);
}

function systemRow(message, date) {
  const name = userName(message.author.id) ?? message.author.username;
  const said = message.type === KIND.PINNED ? t("pinnedSomething", { name }) : t("startedThread", { name, thread: message.content });
  const to = message.type === KIND.THREAD ? message.message_reference?.channel_id : null;
  return h("div", { class: "system" }, message.type === KIND.PINNED ? "📌 " : "🧵 ",
    to ? h("a", { href: "#", data: { room: to } }, said) : said, " ", h("time", { title: longTime(date) }, hour(date)));
}

function attachment(file) {
  const size = file.size < 1024 ? `${file.size} B` : `${Math.round(file.size / 1024)} KB`;
  return h("a", { class: "attachment", href: file.url, download: file.filename },
    "📎 ", h("span", {}, file.filename), h("small", {}, size));
}

/** Whom the message really pinged, which no Discord client shows: the point of a coordination bot. */
function notified(message) {
  const ids = message.notified ?? [];
  if (!ids.length) return null;
  const names = ids.map((id) => userName(id) ?? t("gone"));
  const label = `🔔 ${ids.length}: `;
  if (names.length <= 4) return h("div", { class: "notified", title: t("notified", { n: ids.length }) }, label, names.join(", "));
  return h("details", { class: "notified" },
    h("summary", { title: t("notified", { n: ids.length }) }, label, names.slice(0, 3).join(", "), ` +${names.length - 3}`),
    names.join(", "));
}

function threadLink(message) {
  const thread = message.thread;
  if (!thread) return null;
  return h("a", { class: "thread-link", href: "#", data: { room: thread.id, control: "thread" } },
    "🧵 ", h("strong", {}, thread.name), h("small", {}, `${t("messagesCount", { n: thread.message_count })} ›`));
}

function actions(message) {
  const mine = message.author.id === store.person.id;
  if (message.flags & EPHEMERAL || message.type === KIND.STARTER) return null;
  const small = (key, mark, run) =>
    button(mark, () => run(message), { title: t(key), aria: { label: t(key) }, data: { control: key } });
  return h("div", { class: "actions" }, small("reply", "↩", startReply),
    mine ? [small("edit", "✎", startEdit), small("remove", "🗑", removeMessage)] : null);
}
