// The message box: plain messages with mentions, and the way into the slash commands.

import { client } from "./api.js";
import { commandForm } from "./commandform.js";
import { findLeaves } from "./commands.js";
import { button, fold, h, notice } from "./dom.js";
import { icon } from "./icons.js";
import { listbox } from "./listbox.js";
import { editLast, replyTarget, stopReply } from "./own.js";
import { kinds, roomMark, roomName, store, userName } from "./store.js";
import { uploads } from "./uploads.js";
import { language, t } from "./words.js";

const MENTION = /(^|\s)@([^\s@]*)$/;
const SILENT = [kinds.CATEGORY, kinds.FORUM, kinds.STAGE];

/** Others are told so often that somebody writes, in milliseconds. */
const TYPING_EVERY = 8000;

/** Builds the composer in `host`, with files to be dropped on `zone`; the returned function brings its words up to date. */
export function composer(host, zone) {
  // What an inserted @name stands for.
  const mentions = new Map();
  let command = null;
  let spoken = "";
  // Which commands the list was made from.
  let offered = "";
  let told = { room: null, at: 0 };

  const text = h("textarea", {
    id: "composer-text", rows: 1, role: "combobox", aria: { autocomplete: "list", expanded: "false" },
    on: { input: typed, keydown: key, blur: () => list.hide() },
  });
  const replying = h("div", { class: "replying", hidden: true });
  const sendButton = button("", send, { class: "press primary send" });
  const list = listbox(host);
  host.append(replying);
  const files = uploads(host, zone, text, typed);
  const plain = h("div", { class: "plain" }, files.chooser, text, sendButton);
  host.append(plain);

  function typed() {
    text.style.height = "auto";
    text.style.height = `${Math.min(text.scrollHeight, 220)}px`;
    const before = text.value.slice(0, text.selectionStart);
    const mention = MENTION.exec(before);
    tellTyping();
    if (text.value.startsWith("/")) showCommands(text.value.slice(1));
    else if (mention) showPeople(mention[2]);
    else list.hide();
  }

  function tellTyping() {
    const now = Date.now();
    if (!text.value || text.value.startsWith("/") || (told.room === store.roomId && now - told.at < TYPING_EVERY)) return;
    told = { room: store.roomId, at: now };
    // Nobody misses it where it is refused.
    client.type(store.person.token, store.roomId).catch((error) => console.debug(error.message));
  }

  function showCommands(query) {
    const entries = findLeaves(query).map((leaf) => ({ label: leaf.label, detail: leaf.description, value: leaf }));
    const empty = store.world.commands.length ? t("noCommands") : t("noBotCommands");
    list.show(text, entries, { title: [h("strong", {}, t("commands"))], empty, first: true, onPick: (entry) => open(entry.value) });
  }

  function open(leaf) {
    text.value = "";
    list.hide();
    plain.hidden = true;
    command = commandForm(leaf, list, () => {
      command = null;
      plain.hidden = false;
      typed();
      text.focus();
    });
    host.append(command.form);
    command.focus();
  }

  function showPeople(query) {
    const roles = store.world.roles.filter((role) => role.mentionable).map((role) => ({ mark: "@", label: role.name, value: `<@&${role.id}>` }));
    const people = store.world.users.map((user) => ({ mark: "@", label: user.name, value: `<@${user.id}>` }));
    const found = [...people, ...roles].filter((entry) => fold(entry.label).includes(fold(query))).slice(0, 12);
    if (!found.length) return list.hide();
    list.show(text, found, { first: true, onPick: (entry) => {
      const at = text.selectionStart;
      const before = text.value.slice(0, at).replace(MENTION, (_, start) => `${start}@${entry.label} `);
      mentions.set(`@${entry.label}`, entry.value);
      text.value = before + text.value.slice(at);
      text.setSelectionRange(before.length, before.length);
      list.hide();
    } });
  }

  function key(event) {
    if (list.key(event) || event.isComposing) return;
    if (event.key === "Escape" && replyingHere()) stopReply();
    if (event.key === "ArrowUp" && !event.altKey && text.value === "") {
      event.preventDefault();
      editLast();
    }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    }
  }

  function replyingHere() {
    const target = replyTarget();
    return target?.channel_id === store.roomId ? target : null;
  }

  async function send() {
    let content = text.value.trim();
    const enclosed = files.all();
    if ((!content && !enclosed.length) || content.startsWith("/")) return;
    // Longer names first: one name may be the beginning of another.
    const names = [...mentions.keys()].sort((one, other) => other.length - one.length);
    for (const name of names) content = content.replaceAll(name, () => mentions.get(name));
    const message = { content };
    const target = replyingHere();
    if (target) message.message_reference = { message_id: target.id };
    const written = text.value;
    text.value = "";
    files.set([]);
    try {
      await client.send(store.person.token, store.roomId, message, enclosed);
      mentions.clear();
      told.room = null;
      if (target) stopReply();
    } catch (error) {
      text.value = written;
      files.set(enclosed);
      notice(t("refused", { why: error.message }), "error");
    }
    typed();
  }

  return function update() {
    const channel = store.view?.channel;
    const silent = !channel || SILENT.includes(channel.type);
    text.disabled = silent;
    host.hidden = channel?.type === kinds.FORUM;
    files.update(silent);
    sendButton.textContent = t("send");
    sendButton.disabled = silent;
    text.placeholder = silent ? t("cannotWrite") : t("write", { place: `${roomMark(channel)}${roomName(channel)}` });
    text.setAttribute("aria-label", text.placeholder);
    // The words of a half-filled command are those of another language or person now.
    const speaker = `${language()} ${store.person?.id}`;
    if (command && speaker !== spoken) command.cancel();
    spoken = speaker;
    const versions = store.world.commands.map((one) => one.version).join();
    if (versions !== offered && text.value.startsWith("/") && document.activeElement === text) typed();
    offered = versions;
    const target = replyingHere();
    replying.hidden = !target;
    replying.replaceChildren(...(target ? [
      h("span", {}, icon("reply"), " ", t("replyingTo", { name: userName(target.author.id) ?? target.author.username })),
      button(t("cancel"), stopReply, { class: "quiet" }),
    ] : []));
  };
}
