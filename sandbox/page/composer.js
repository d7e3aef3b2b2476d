// The message box: plain messages with mentions, and the way into the slash commands.

import { client } from "./api.js";
import { commandForm } from "./commandform.js";
import { findLeaves } from "./commands.js";
import { button, fold, h, notice } from "./dom.js";
import { icon } from "./icons.js";
import { listbox } from "./listbox.js";
import { editLast, replyTarget, stopReply } from "./own.js";
import { kinds, roomById, roomMark, roomName, store, userName, writingIn } from "./store.js";
import { uploads } from "./uploads.js";
import { language, t } from "./words.js";

const MENTION = /(^|\s)@([^\s@]*)$/;
const SILENT = [kinds.CATEGORY, kinds.FORUM, kinds.STAGE];

/** Others are told so often that somebody writes, in milliseconds. */
const TYPING_EVERY = 8000;

/** What was begun in one room by one person: `mentions` says what an inserted @name stands for, `language` is the command's. */
const blank = () => ({ text: "", files: [], mentions: new Map(), command: null, language: "" });

/** Builds the composer in `host`, with files to be dropped on `zone`; the returned function brings its words up to date. */
export function composer(host, zone) {
  // By person and room, so that nothing is said elsewhere or by another.
  const drafts = new Map();
  let place = null;
  let draft = blank();
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

  function fit() {
    text.style.height = "auto";
    text.style.height = `${Math.min(text.scrollHeight, 220)}px`;
  }

  function typed() {
    fit();
    const before = text.value.slice(0, text.selectionStart);
    const mention = MENTION.exec(before);
    tellTyping();
    if (text.value.startsWith("/")) showCommands(text.value.slice(1));
    else if (mention) showPeople(mention[2]);
    else list.hide();
  }

  function tellTyping() {
    const now = Date.now();
    if (!text.value || text.value.startsWith("/") || (told.room === writingIn() && now - told.at < TYPING_EVERY)) return;
    told = { room: writingIn(), at: now };
    // Nobody misses it where it is refused.
    client.type(store.person.token, writingIn()).catch((error) => console.debug(error.message));
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
    const own = draft;
    own.language = language();
    own.command = commandForm(leaf, list, () => {
      own.command = null;
      // The room may have been left while it was sent.
      if (own !== draft) return;
      plain.hidden = false;
      typed();
      text.focus();
    });
    host.append(own.command.form);
    own.command.focus();
  }

  /** Puts away what was begun, and brings out what was begun at the other place. */
  function move(to) {
    draft.text = text.value;
    draft.files = files.all();
    draft.command?.form.remove();
    list.hide();
    // What was typed before anything was read belongs to the first place.
    if (!drafts.has(to)) drafts.set(to, place ? blank() : draft);
    draft = drafts.get(to);
    place = to;
    show();
  }

  function show() {
    text.value = draft.text;
    files.show(draft.files);
    plain.hidden = Boolean(draft.command);
    if (draft.command) host.append(draft.command.form);
    fit();
  }

  function showPeople(query) {
    const roles = store.world.roles.filter((role) => role.mentionable).map((role) => ({ mark: "@", label: role.name, value: `<@&${role.id}>` }));
    const people = store.world.users.map((user) => ({ mark: "@", label: user.name, value: `<@${user.id}>` }));
    const found = [...people, ...roles].filter((entry) => fold(entry.label).includes(fold(query))).slice(0, 12);
    if (!found.length) return list.hide();
    list.show(text, found, { first: true, onPick: (entry) => {
      const at = text.selectionStart;
      const before = text.value.slice(0, at).replace(MENTION, (_, start) => `${start}@${entry.label} `);
      draft.mentions.set(`@${entry.label}`, entry.value);
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
    return target?.channel_id === writingIn() ? target : null;
  }

  async function send() {
    let content = text.value.trim();
    const enclosed = files.all();
    if ((!content && !enclosed.length) || content.startsWith("/")) return;
    // Longer names first: one name may be the beginning of another.
    const own = draft;
    const names = [...own.mentions.keys()].sort((one, other) => other.length - one.length);
    for (const name of names) content = content.replaceAll(name, () => own.mentions.get(name));
    const message = { content };
    const target = replyingHere();
    if (target) message.message_reference = { message_id: target.id };
    const written = text.value;
    text.value = "";
    files.set([]);
    try {
      await client.send(store.person.token, writingIn(), message, enclosed);
      own.mentions.clear();
      told.room = null;
      if (target) stopReply();
    } catch (error) {
      // Back to where it was written, which may have been left meanwhile.
      Object.assign(own, { text: written, files: enclosed });
      if (own === draft) show();
      notice(t("refused", { why: error.message }), "error");
    }
    if (own === draft) typed();
  }

  return function update() {
    const channel = store.heading ? roomById(store.heading)?.channel : store.view?.channel;
    const silent = !channel || SILENT.includes(channel.type);
    text.disabled = silent;
    host.hidden = channel?.type === kinds.FORUM;
    const here = `${store.person.id} ${writingIn()}`;
    if (here !== place) move(here);
    files.update(silent);
    sendButton.textContent = t("send");
    sendButton.disabled = silent;
    text.placeholder = silent ? t("cannotWrite") : t("write", { place: `${roomMark(channel)}${roomName(channel)}` });
    text.setAttribute("aria-label", text.placeholder);
    // The words of a half-filled command are those of another language now.
    if (draft.command && draft.language !== language()) draft.command.cancel();
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
