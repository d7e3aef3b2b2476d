// Discord's Markdown, the part that people and bots use, built as nodes: there is no HTML at any point.

import { h } from "./dom.js";
import { roleById, roomById, roomMark, roomName, userName } from "./store.js";
import { formatStamp } from "./time.js";
import { t } from "./words.js";

const nested = (tag, properties) => (match) => h(tag, properties, inline(match[1]));

// Tried in this order at every place; sticky, so that each looks only there.
const RULES = [
  [/\\([^\p{L}\p{N}\s])/uy, (match) => match[1]],
  [/```(?:[\w+-]+\n)?\n?([\s\S]+?)\n?```/y, (match) => h("pre", {}, h("code", {}, match[1]))],
  [/``([\s\S]+?)``|`([^`]+)`/y, (match) => h("code", {}, match[1] ?? match[2])],
  [/\|\|([\s\S]+?)\|\|/y, (match) => spoiler(inline(match[1]))],
  [/\*\*\*([\s\S]+?)\*\*\*/y, (match) => h("strong", {}, h("em", {}, inline(match[1])))],
  [/\*\*([\s\S]+?)\*\*(?!\*)/y, nested("strong")],
  [/__([\s\S]+?)__(?!_)/y, nested("u")],
  [/~~([\s\S]+?)~~/y, nested("s")],
  [/\*(?!\s)([^*]+?)\*(?!\*)/y, nested("em")],
  [/(?<![\p{L}\p{N}])_(?!\s)([^_]+?)_(?![\p{L}\p{N}])/uy, nested("em")],
  [/<@!?(\d+)>/y, (match) => mention("user", match[1])],
  [/<@&(\d+)>/y, (match) => mention("role", match[1])],
  [/<#(\d+)>/y, (match) => mention("channel", match[1])],
  [/<\/([^:>]+):\d+>/y, (match) => h("span", { class: "mention" }, `/${match[1]}`)],
  [/@(everyone|here)\b/y, (match) => h("span", { class: "mention" }, match[0])],
  [/<t:(-?\d+)(?::([tTdDfFR]))?>/y, (match) => stamp(Number(match[1]), match[2] ?? "f")],
  [/<a?:(\w+):\d+>/y, (match) => `:${match[1]}:`],
  [/\[([^\]\n]+)\]\(<?(https?:\/\/[^\s)>]+)>?(?:\s"[^"]*")?\)/y, (match) => link(match[2], inline(match[1]))],
  [/<(https?:\/\/[^\s>]+)>/y, (match) => link(match[1], match[1])],
  [/https?:\/\/[^\s<]*[^\s<.,:;"')\]!?*_~|]/y, (match) => link(match[0], match[0])],
];

/** Nodes of a text inside one paragraph. */
function inline(text) {
  const nodes = [];
  let plain = "";
  let at = 0;
  while (at < text.length) {
    const found = firstMatch(text, at);
    if (found) {
      if (plain) nodes.push(plain);
      plain = "";
      nodes.push(found.node);
      at += found.length;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  if (plain) nodes.push(plain);
  return nodes;
}

function firstMatch(text, at) {
  for (const [rule, build] of RULES) {
    rule.lastIndex = at;
    const match = rule.exec(text);
    if (match) return { node: build(match), length: match[0].length };
  }
  return null;
}

// Lines that are blocks by their beginning.
const BLOCKS = [
  [/^(#{1,3}) +(.+)$/, (match) => h("div", { class: `heading level${match[1].length}` }, inline(match[2]))],
  [/^-# +(.+)$/, (match) => h("div", { class: "subtext" }, inline(match[1]))],
  [/^> ?(.*)$/, (match) => h("blockquote", {}, inline(match[1]))],
  [/^( *)[-*] +(.+)$/, (match) => h("div", { class: match[1] ? "bullet deep" : "bullet" }, inline(match[2]))],
];

/** Nodes of a whole message. */
export function markdown(text) {
  const nodes = [];
  // Code blocks first: nothing inside them means anything.
  for (const part of text.split(/\n?(```[\s\S]+?```)\n?/)) {
    if (part.startsWith("```") && part.length > 6) {
      nodes.push(...inline(part));
      continue;
    }
    let paragraph = [];
    const flush = () => {
      if (paragraph.length) nodes.push(...inline(paragraph.join("\n")));
      paragraph = [];
    };
    for (const line of part.split("\n")) {
      const block = BLOCKS.map(([rule, build]) => [rule.exec(line), build]).find(([match]) => match);
      if (block) {
        flush();
        nodes.push(block[1](block[0]));
      } else {
        // A block ends its own line, so only lines among themselves are joined by a break.
        paragraph.push(line);
      }
    }
    flush();
  }
  return nodes;
}

function spoiler(inside) {
  const show = () => {
    shown.classList.add("open");
    shown.removeAttribute("role");
    shown.removeAttribute("aria-label");
  };
  const shown = h("span", {
    class: "spoiler", role: "button", tabIndex: 0, aria: { label: t("spoiler") },
    on: { click: show, keydown: (event) => (event.key === "Enter" || event.key === " ") && show() },
  }, h("span", {}, inside));
  return shown;
}

function stamp(seconds, style) {
  return h("time", { class: "stamp", data: { stamp: String(seconds), style } });
}

/** A link out opens elsewhere; a link into Discord means a channel or message of this sandbox. */
export function link(url, inside) {
  const inner = /^https?:\/\/(?:\w+\.)?discord(?:app)?\.com\/channels\/[\d@me]+\/(\d+)(?:\/(\d+))?/.exec(url);
  if (inner) return goto(inner[1], inner[2], inside === url ? null : inside);
  // A bot may write any address into a card or button; only those of the web are followed.
  if (!/^https?:\/\//i.test(url)) return h("span", {}, inside);
  return h("a", { href: url, target: "_blank", rel: "noreferrer noopener" }, inside);
}

/** A link to a channel, followed without leaving the page. */
function goto(channel, message, inside) {
  const to = message ? `${channel}/${message}` : channel;
  if (inside) return h("a", { href: "#", data: { room: to } }, inside);
  return h("a", { href: "#", class: "mention", data: { room: to, mention: `channel:${channel}` } });
}

function mention(kind, id) {
  if (kind === "channel") return goto(id);
  return h("span", { class: "mention", data: { mention: `${kind}:${id}` } });
}

function mentionLabel(kind, id) {
  if (kind === "user") return `@${userName(id) ?? t("gone")}`;
  if (kind === "role") return `@${(roleById(id)?.name ?? t("gone")).replace(/^@/, "")}`;
  const room = roomById(id);
  return room ? `${roomMark(room.channel)}${roomName(room.channel)}` : `#${t("gone")}`;
}

/** Fills in names and relative times. They change while the message does not, so they are set afterwards. */
export function relabel(root, now) {
  const set = (node, text) => node.textContent !== text && (node.textContent = text);
  for (const node of root.querySelectorAll("[data-mention]")) {
    const [kind, id] = node.dataset.mention.split(":");
    set(node, mentionLabel(kind, id));
    if (kind === "role") {
      const color = roleById(id)?.color;
      node.style.setProperty("--role", color ? `#${color.toString(16).padStart(6, "0")}` : "");
    }
  }
  for (const node of root.querySelectorAll("[data-stamp]")) {
    set(node, formatStamp(Number(node.dataset.stamp), node.dataset.style, now));
    node.title = formatStamp(Number(node.dataset.stamp), "F", now);
  }
}
