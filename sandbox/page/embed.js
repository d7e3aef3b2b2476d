// Embeds: the cards of a bot. Pictures that were uploaded are shown; of those on other machines only the address is.

import { enclosed, picture } from "./attachments.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { link, markdown } from "./markdown.js";
import { longTime } from "./time.js";

/** One card; `files` are those that came with its message. */
export function embed(card, files) {
  const node = h("div", { class: "embed" },
    card.author?.name ? h("div", { class: "embed-author" }, card.author.url ? link(card.author.url, card.author.name) : card.author.name) : null,
    card.title ? h("div", { class: "embed-title" }, card.url ? link(card.url, markdown(card.title)) : markdown(card.title)) : null,
    card.description ? h("div", { class: "embed-text" }, markdown(card.description)) : null,
    card.fields?.length ? h("dl", { class: "fields" }, card.fields.map(field)) : null,
    [card.image, card.thumbnail].filter((image) => image?.url).map((image) => {
      const path = enclosed(image.url, files);
      return path ? picture(path, card.title ?? image.url) : h("div", { class: "embed-foot" }, icon("picture"), " ", link(image.url, image.url));
    }),
    foot(card));
  if (typeof card.color === "number") node.style.setProperty("--edge", `#${card.color.toString(16).padStart(6, "0")}`);
  return node;
}

function field({ name, value, inline }) {
  return h("div", { class: inline ? "field inline" : "field" }, h("dt", {}, markdown(name)), h("dd", {}, markdown(value)));
}

function foot(card) {
  const parts = [card.footer?.text, card.timestamp ? longTime(new Date(card.timestamp)) : null].filter(Boolean);
  return parts.length ? h("div", { class: "embed-foot" }, parts.join(" · ")) : null;
}
