// A forum: its posts as cards, with tags to filter by, and the form for a new one.

import { client } from "./api.js";
import { button, h, notice, redraw } from "./dom.js";
import { icon } from "./icons.js";
import { isThread, newer, store, tagsOf, userName } from "./store.js";
import { shortTime } from "./time.js";
import { language, messagesCount, t } from "./words.js";

/** A post has at most so many tags. */
const MOST_TAGS = 5;

let chosen = null;

/** Draws the posts of the forum that is open; `go(room)` opens one. */
export function drawForum(host, go) {
  const { channel } = store.view;
  const tags = channel.available_tags ?? [];
  if (chosen && !tags.some((tag) => tag.id === chosen)) chosen = null;
  const posts = store.rooms
    .filter((room) => isThread(room.channel) && room.channel.parent_id === channel.id)
    .filter((room) => !chosen || room.channel.applied_tags?.includes(chosen))
    .sort((one, other) => (newer(latest(one), latest(other)) ? -1 : 1));
  host.setAttribute("aria-label", t("posts"));
  const sign = JSON.stringify([channel, chosen, posts, language(), store.person.id]);
  redraw(host, sign, () => [
    h("div", { class: "forum-head" },
      button(t("newPost"), () => postForm(channel, go), { class: "press primary", data: { control: "new-post" } }),
      h("div", { class: "tags", role: "group", aria: { label: t("tags") } }, tags.map((tag) => filter(tag, host, go)))),
    posts.length ? h("ul", { class: "posts" }, posts.map((room) => h("li", {}, card(room)))) : h("p", { class: "empty" }, t("noPosts")),
  ]);
}

const latest = ({ channel }) => channel.last_message_id ?? channel.id;
const tagName = (tag) => [tag.emoji_name, tag.name].filter(Boolean).join(" ");

function filter(tag, host, go) {
  const on = chosen === tag.id;
  return button(tagName(tag), () => {
    chosen = on ? null : tag.id;
    drawForum(host, go);
  }, { class: "chip", aria: { pressed: String(on) }, data: { control: tag.id } });
}

/** The tags of a post, to be shown. */
export function tagChips(channel) {
  return tagsOf(channel).map((tag) => h("span", { class: "chip" }, tagName(tag)));
}

function card({ channel, messages }) {
  const { archived, locked } = channel.thread_metadata ?? {};
  const written = new Date(Number((BigInt(latest({ channel })) >> 22n) + 1_420_070_400_000n));
  return h("a", { href: "#", class: archived ? "post archived-post" : "post", data: { room: channel.id, control: channel.id } },
    h("span", { class: "post-tags" }, tagChips(channel), archived ? h("span", { class: "chip" }, t("archived")) : null,
      locked ? h("span", { class: "chip" }, icon("lock"), " ", t("locked")) : null),
    h("strong", {}, channel.name),
    h("small", {}, [userName(channel.owner_id), messagesCount(messages), shortTime(written)].filter(Boolean).join(" · ")));
}

function postForm(channel, go) {
  const title = h("input", { type: "text", required: true, maxLength: 100 });
  const text = h("textarea", { rows: 5, required: true, maxLength: 2000 });
  const boxes = (channel.available_tags ?? []).map((tag) => [tag, h("input", { type: "checkbox" })]);
  const trouble = h("p", { class: "trouble", role: "alert" });
  const send = async (event) => {
    event.preventDefault();
    const tags = boxes.filter(([, box]) => box.checked).map(([tag]) => tag.id);
    if (tags.length > MOST_TAGS) {
      trouble.textContent = t("mostTags", { n: MOST_TAGS });
      return;
    }
    try {
      const post = { name: title.value, applied_tags: tags, message: { content: text.value } };
      const made = await client.post(store.person.token, channel.id, post);
      dialog.close();
      await go(made.id);
    } catch (error) {
      trouble.textContent = t("refused", { why: error.message });
    }
  };
  const dialog = h("dialog", { class: "modal", aria: { label: t("newPost") }, on: { close: () => dialog.remove() } },
    h("form", { on: { submit: send } }, h("h2", {}, t("newPost")),
      h("label", {}, h("span", {}, t("postTitle")), title),
      boxes.length ? h("fieldset", {}, h("legend", {}, t("tags")), boxes.map(([tag, box]) => h("label", { class: "tick" }, box, tagName(tag)))) : null,
      h("label", {}, h("span", {}, t("postText")), text), trouble,
      h("div", { class: "buttons" }, button(t("cancel"), () => dialog.close(), { class: "quiet" }),
        h("button", { class: "press primary", type: "submit" }, t("submit")))));
  document.body.append(dialog);
  dialog.showModal();
}
