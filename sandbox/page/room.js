// The head of the chosen room, and the hint for who has just come.

import { button, h, redraw } from "./dom.js";
import { tagChips } from "./forum.js";
import { icon } from "./icons.js";
import { markdown, relabel } from "./markdown.js";
import { changed, isThread, roomById, roomIcon, roomName, store, userName } from "./store.js";
import { language, t } from "./words.js";

export function drawRoomHead(host, now) {
  const { channel, members } = store.view ?? {};
  if (!channel) return redraw(host, "none", () => []);
  const parent = isThread(channel) ? roomById(channel.parent_id)?.channel : null;
  redraw(host, JSON.stringify([channel.name, channel.topic, channel.thread_metadata, channel.applied_tags, members, parent?.name, language()]), () => [
    h("h1", {}, h("span", { class: "mark", aria: { hidden: "true" } }, roomIcon(channel)), roomName(channel)),
    parent ? h("a", { href: "#", class: "small", data: { room: parent.id } }, t("inChannel", { name: roomName(parent) })) : null,
    tagChips(channel),
    channel.thread_metadata?.archived ? h("span", { class: "chip" }, t("archived")) : null,
    channel.thread_metadata?.locked ? h("span", { class: "chip" }, icon("lock"), " ", t("locked")) : null,
    channel.topic ? h("span", { class: "topic" }, markdown(channel.topic)) : null,
    members ? h("details", { class: "members popover" }, h("summary", {}, icon("people"), " ", t("members", { n: members.length })),
      h("div", { class: "member-list" }, members.map((id) => h("div", {}, userName(id) ?? t("gone"))))) : null,
  ]);
  return relabel(host, now);
}

/** Discord's clients say it again every few seconds while somebody writes. */
const TYPING_MILLISECONDS = 9000;
let typingEnds = null;

/** Who is writing here. */
export function drawTyping(host) {
  const since = Date.now() - TYPING_MILLISECONDS;
  for (const [key, at] of store.typing) if (at < since) store.typing.delete(key);
  const here = [...store.typing.keys()].map((key) => key.split(" ")).filter(([, room]) => room === store.roomId);
  const names = here.map(([user]) => userName(user)).filter(Boolean);
  const said = names.length ? t("isTyping", { names: names.join(", ") }) : "";
  if (host.textContent !== said) host.textContent = said;
  clearTimeout(typingEnds);
  if (names.length) typingEnds = setTimeout(changed, TYPING_MILLISECONDS);
}

const HINT = "hint-read";

/** Three lines on what to try, until somebody has read them. */
export function drawHint(host) {
  host.hidden = localStorage.getItem(HINT) !== null;
  if (host.hidden) return;
  const read = () => {
    localStorage.setItem(HINT, "yes");
    host.hidden = true;
  };
  redraw(host, language(), () => [
    h("strong", {}, t("hintTitle")),
    h("ol", {}, t("hints").map((line) => h("li", {}, line))),
    button(t("gotIt"), read, { class: "press primary" }),
  ]);
}
