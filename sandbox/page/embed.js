// Embeds: the cards of a bot. Their pictures lie on other machines, so only their address is shown.

import { h } from "./dom.js";
import { link, markdown } from "./markdown.js";
import { longTime } from "./time.js";

export function embed(card) {
  const node = h("div", { class: "embed" },
    card.author?.name ? h("div", { class: "embed-author" }, card.author.url ? link(card.author.url, card.author.name) : card.author.name) : null,
    card.title ? h("div", { class: "embed-title" }, card.url ? link(card.url, markdown(card.title)) : markdown(card.title)) : null,
    card.description ? h("div", { class: "embed-text" }, markdown(card.description)) : null,
    card.fields?.length ? h("dl", { class: "fields" }, card.fields.map(field)) : null,
    [card.image, card.thumbnail].filter((picture) => picture?.url).map((picture) => h("div", { class: "embed-foot" }, "🖼 ", link(picture.url, picture.url))),
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
