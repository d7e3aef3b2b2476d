// What can be done with a message: the buttons beside it, and the menu with the bot's own commands.

import { client } from "./api.js";
import { button, h, notice } from "./dom.js";
import { icon } from "./icons.js";
import { sendCommand } from "./interactions.js";
import { removeMessage, startEdit, startReply } from "./own.js";
import { EMOJI, react } from "./reactions.js";
import { isThread, kinds, store, userName } from "./store.js";
import { localized, t } from "./words.js";

const EPHEMERAL = 1 << 6;
const STARTER = 21;
const COMMAND = { USER: 2, MESSAGE: 3 };

/** Everything that the person may want to do with a message: {key, mark, label, run}. */
function deeds(message) {
  if (message.flags & EPHEMERAL || message.type === STARTER) return [];
  const mine = message.author.id === store.person.id;
  const { channel } = store.view;
  const opens = !message.thread && !isThread(channel) && channel.type !== kinds.DM;
  return [
    { key: "reply", mark: "reply", run: startReply },
    mine && { key: "edit", mark: "edit", run: startEdit },
    opens && { key: "thread", mark: "thread", run: threadForm },
    mine && { key: "remove", mark: "trash", run: removeMessage },
  ].filter(Boolean).map((deed) => ({ ...deed, label: t(deed.key) }));
}

/** The bot's commands for messages, and those for people, on the author. */
function apps(message) {
  return store.world.commands
    .filter(({ type }) => type === COMMAND.MESSAGE || (type === COMMAND.USER && !message.author.bot))
    .map((command) => ({ mark: "bolt", label: localized(command, "name"), run: () => use(command, message) }));
}

/** A conversation with the author alone; the page goes there as by a link. */
function direct({ author }) {
  if (author.id === store.person.id) return [];
  const run = async () => {
    try {
      const { id } = await client.direct(store.person.token, author.id);
      document.dispatchEvent(new CustomEvent("go", { detail: id }));
    } catch (error) {
      notice(t("refused", { why: error.message }), "error");
    }
  };
  return [{ mark: "people", label: t("writeDirect", { name: userName(author.id) ?? author.username }), run }];
}

async function use(command, message) {
  const target = command.type === COMMAND.MESSAGE ? message.id : message.author.id;
  const data = { id: command.id, name: command.name, type: command.type, target_id: target };
  try {
    await sendCommand(data, localized(command, "name"));
  } catch (error) {
    notice(t("refused", { why: error.message }), "error");
  }
}

/** The buttons that appear at a message. */
export function actions(message) {
  const all = deeds(message);
  if (!all.length) return null;
  const small = ({ key, mark, label, run }) =>
    button(icon(mark), () => run(message), { title: label, aria: { label }, data: { control: key } });
  const more = button(icon("more"), (event) => {
    const { left, bottom } = event.currentTarget.getBoundingClientRect();
    messageMenu(message, left, bottom);
  }, { title: t("more"), aria: { label: t("more"), haspopup: "menu" }, data: { control: "more" } });
  return h("div", { class: "actions" }, all.map(small), more);
}

/** The menu of a message, at a place of the window. */
export function messageMenu(message, x, y) {
  document.querySelector(".context-menu")?.remove();
  const back = document.activeElement;
  const entry = ({ mark, label, run }) => h("button", { type: "button", role: "menuitem", tabIndex: -1, on: { click: () => {
    close();
    run(message);
  } } }, h("span", { class: "mark" }, icon(mark)), " ", label);
  const own = [...deeds(message), ...direct(message)].map(entry);
  const hidden = message.flags & EPHEMERAL;
  const faces = (hidden ? [] : EMOJI).map((emoji) => h("button", {
    type: "button", role: "menuitem", tabIndex: -1, class: "face", aria: { label: t("react", { emoji }) },
    on: { click: () => {
      close();
      react(message, emoji, true);
    } },
  }, emoji));
  const bots = apps(message).map(entry);
  if (!own.length && !bots.length) return;
  const menu = h("div", { class: "context-menu", role: "menu", popover: "auto", aria: { label: t("more") } },
    faces.length ? h("div", { class: "faces", role: "presentation" }, faces) : null, own, own.length && bots.length ? h("hr") : null, bots);
  const items = [...faces, ...own, ...bots];

  function close() {
    menu.remove();
    if (back?.isConnected) back.focus({ preventScroll: true });
  }

  menu.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  menu.addEventListener("toggle", (event) => event.newState === "closed" && menu.remove());
  document.body.append(menu);
  menu.showPopover();
  const { width, height } = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(4, Math.min(x, innerWidth - width - 4))}px`;
  menu.style.top = `${Math.max(4, Math.min(y, innerHeight - height - 4))}px`;
  (own[0] ?? items[0]).focus();
}

/** Asks for the name of a new thread on a message. */
function threadForm(message) {
  const name = h("input", { type: "text", required: true, maxLength: 100, value: message.content.split("\n")[0].slice(0, 60) });
  const trouble = h("p", { class: "trouble", role: "alert" });
  const send = async (event) => {
    event.preventDefault();
    try {
      await client.thread(store.person.token, message.channel_id, message.id, name.value);
      dialog.close();
    } catch (error) {
      trouble.textContent = t("refused", { why: error.message });
    }
  };
  const dialog = h("dialog", { class: "modal", aria: { label: t("thread") }, on: { close: () => dialog.remove() } },
    h("form", { on: { submit: send } }, h("h2", {}, t("thread")), h("label", {}, h("span", {}, t("threadName")), name), trouble,
      h("div", { class: "buttons" }, button(t("cancel"), () => dialog.close(), { class: "quiet" }),
        h("button", { class: "press primary", type: "submit" }, t("submit")))));
  document.body.append(dialog);
  dialog.showModal();
}
