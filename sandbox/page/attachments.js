// Files on messages: pictures are shown, everything else is offered to be saved.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./words.js";

const PICTURE = /\.(png|jpe?g|gif|webp)$/i;

/** Where the sandbox serves a file from; null for anything that lies elsewhere. */
export function served(url) {
  const { pathname, search } = URL.canParse(url) ? new URL(url) : {};
  return pathname?.startsWith("/attachments/") ? pathname + search : null;
}

/** The file that `attachment://name` stands for in an embed. */
export function enclosed(url, files = []) {
  const name = /^attachment:\/\/(.+)$/.exec(url)?.[1];
  return served(name ? files.find((file) => file.filename === name)?.url : url);
}

/** A picture that opens in full when it is pressed. */
export function picture(path, name) {
  const image = h("img", { src: path, alt: name, loading: "lazy", decoding: "async" });
  return h("a", { class: "picture", href: path, target: "_blank", rel: "noreferrer noopener", aria: { label: t("openPicture", { name }) } }, image);
}

/** All files of a message, without those that an embed shows already. */
export function attachments(message) {
  const files = message.attachments ?? [];
  // Without the signature, which changes with time.
  const place = (path) => path?.split("?")[0];
  const pictures = (message.embeds ?? []).flatMap((card) => [card.image?.url, card.thumbnail?.url]);
  const used = new Set(pictures.map((url) => place(enclosed(url, files))).filter(Boolean));
  return files.filter((file) => !used.has(place(served(file.url)))).map(attachment);
}

function attachment(file) {
  const path = served(file.url);
  if (path && PICTURE.test(file.filename)) return picture(path, file.description ?? file.filename);
  const size = file.size < 1024 ? `${file.size} B` : `${Math.round(file.size / 1024)} KB`;
  return h("a", { class: "attachment", href: path, download: file.filename }, icon("clip"), h("span", {}, file.filename), h("small", {}, size));
}
