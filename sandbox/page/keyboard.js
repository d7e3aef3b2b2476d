// What the keys do where no control of its own takes them: going through channels and messages, and jumping.

import { fold, h } from "./dom.js";
import { kinds, roomById, roomIcon, roomName, store } from "./store.js";
import { t } from "./words.js";

const WRITABLE = "input, textarea, select, [contenteditable]";

/** `go(room)` opens a room, `neighbour(step)` gives the one above or below, `escape()` closes what is folded out. */
export function keyboard({ go, neighbour, escape }) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const focused = document.activeElement;
    if (event.key === "Escape") {
      if (escape()) event.preventDefault();
      else if (focused?.closest("#messages, #channels")) document.getElementById("composer-text").focus();
    } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      switcher(go);
    } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      const room = neighbour(event.key === "ArrowUp" ? -1 : 1);
      if (room) go(room);
    } else if (focused?.matches(WRITABLE)) {
      // Its own affair.
    } else if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey && !document.querySelector("dialog[open]")) {
      // Typing goes where words go, wherever one was looking.
      document.getElementById("composer-text").focus();
    }
  });
  walk(document.getElementById("channels"), ".room");
  walk(document.getElementById("messages"), ".message");
}

/** Arrow keys, Home and End go through the `selector`s of a list. */
function walk(list, selector) {
  list.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1, Home: -Infinity, End: Infinity }[event.key];
    if (!step || event.altKey || event.target.matches(WRITABLE)) return;
    const items = [...list.querySelectorAll(selector)].filter((item) => item.checkVisibility());
    if (!items.length) return;
    event.preventDefault();
    const at = items.indexOf(document.activeElement.closest(selector));
    // From outside of the list its end is nearest: there the newest message is.
    const from = at < 0 ? (step < 0 ? items.length : items.length - 2) : at;
    const next = items[Math.max(0, Math.min(items.length - 1, from + step))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  });
}

/** Discord's Ctrl+K: a room by a piece of its name. */
function switcher(go) {
  if (document.querySelector("dialog[open]")) return;
  const input = h("input", { type: "text", autocomplete: "off", role: "combobox", placeholder: t("jump"),
    aria: { label: t("jump"), expanded: "true", controls: "rooms-found" } });
  const list = h("ul", { id: "rooms-found", role: "listbox", aria: { label: t("channels") } });
  const dialog = h("dialog", { class: "modal switcher", aria: { label: t("jump") }, on: { close: () => dialog.remove() } }, input, list);
  let found = [];
  let at = 0;

  function draw() {
    list.replaceChildren(...found.map(({ channel }, index) => h("li", {
      role: "option", id: `room-found-${index}`, aria: { selected: String(index === at) }, on: { click: () => pick(index) },
    }, h("span", { class: "mark" }, roomIcon(channel)), " ", roomName(channel),
    h("small", {}, roomById(channel.parent_id) ? ` ${roomName(roomById(channel.parent_id).channel)}` : ""))));
    input.setAttribute("aria-activedescendant", found.length ? `room-found-${at}` : "");
  }

  function search() {
    const query = fold(input.value.trim());
    found = store.rooms
      .filter(({ channel }) => channel.type !== kinds.CATEGORY && fold(roomName(channel)).includes(query))
      .sort((one, other) => other.pings - one.pings || other.messages - one.messages)
      .slice(0, 12);
    at = 0;
    draw();
  }

  function pick(index) {
    const room = found[index];
    dialog.close();
    if (room) go(room.channel.id);
  }

  input.addEventListener("input", search);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") pick(at);
    else if (event.key === "ArrowDown") at = Math.min(found.length - 1, at + 1);
    else if (event.key === "ArrowUp") at = Math.max(0, at - 1);
    else return;
    event.preventDefault();
    draw();
  });
  document.body.append(dialog);
  search();
  dialog.showModal();
}
