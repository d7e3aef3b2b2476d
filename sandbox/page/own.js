// What people do with messages: answer one, change or delete their own.

import { client } from "./api.js";
import { h, notice } from "./dom.js";
import { changed, draw, store } from "./store.js";
import { t } from "./words.js";

let edited = null;
let repliedTo = null;

export const editing = (id) => edited === id;
export const replyTarget = () => repliedTo;

export function startEdit(message) {
  edited = message.id;
  // At once: a letter that is typed before the box has the focus would become a new message.
  draw();
  const box = document.getElementById("edit-box");
  box?.focus();
  box?.setSelectionRange(box.value.length, box.value.length);
}

/** The person's newest message here, for the arrow-up key. */
export function editLast() {
  const mine = store.view?.messages.findLast((message) => message.author.id === store.person.id);
  if (mine) startEdit(mine);
}

export function editBox(message) {
  const box = h("textarea", { id: "edit-box", rows: 2, value: message.content, aria: { label: t("edit") } });
  const stop = () => {
    edited = null;
    changed();
    document.getElementById("composer-text")?.focus();
  };
  box.addEventListener("keydown", async (event) => {
    if (event.key === "Escape") stop();
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    try {
      if (box.value !== message.content) await client.edit(store.person.token, message.channel_id, message.id, box.value);
      stop();
    } catch (error) {
      notice(t("refused", { why: error.message }), "error");
    }
  });
  return h("div", { class: "editing" }, box, h("small", {}, t("editHint")));
}

export async function removeMessage(message) {
  try {
    await client.remove(store.person.token, message.channel_id, message.id);
  } catch (error) {
    notice(t("refused", { why: error.message }), "error");
  }
}

export function startReply(message) {
  repliedTo = message;
  changed();
  document.getElementById("composer-text")?.focus();
}

export function stopReply() {
  repliedTo = null;
  changed();
}
