// A form that the bot opens: text inputs in rows, or inputs of all kinds under labels.

import { button, h } from "./dom.js";
import { input, isGroup } from "./inputs.js";
import { markdown } from "./markdown.js";
import { t } from "./words.js";

const PART = { ROW: 1, TEXT: 10, LABEL: 18 };

/** Shows the form; `submit` gets `{custom_id, components}` and the files, and may throw to keep it open. */
export function openModal(modal, submit) {
  const parts = modal.components.map(part);
  const trouble = h("p", { class: "trouble", role: "alert" });
  const send = async (event) => {
    event.preventDefault();
    const files = [];
    const components = parts.map(({ read }) => read(files));
    const attachments = files.map((file, index) => ({ id: String(index), filename: file.name }));
    try {
      await submit({ custom_id: modal.custom_id, components, ...(files.length ? { attachments } : {}) }, files);
      dialog.close();
    } catch (error) {
      trouble.textContent = t("refused", { why: error.message });
    }
  };
  const dialog = h("dialog", { class: "modal", aria: { label: modal.title }, on: { close: () => dialog.remove() } },
    h("form", { on: { submit: send } },
      h("h2", {}, modal.title),
      parts.map(({ node }) => node),
      trouble,
      h("div", { class: "buttons" },
        button(t("cancel"), () => dialog.close(), { class: "quiet" }),
        h("button", { class: "press primary", type: "submit" }, t("submit")))));
  document.body.append(dialog);
  dialog.showModal();
}

function part(one) {
  if (one.type === PART.TEXT) return { node: h("div", {}, markdown(one.content)), read: () => ({ type: PART.TEXT }) };
  if (one.type === PART.LABEL) {
    const { node, read } = input(one.component, one.label);
    return { node: labelled(one.component, one.label, one.description, node), read: (files) => ({ type: PART.LABEL, component: read(files) }) };
  }
  const inputs = (one.components ?? []).map((asked) => [asked, input(asked, asked.label)]);
  return {
    node: h("div", {}, inputs.map(([asked, { node }]) => labelled(asked, asked.label, null, node))),
    read: (files) => ({ type: PART.ROW, components: inputs.map(([, { read }]) => read(files)) }),
  };
}

function labelled(asked, label, description, node) {
  const star = asked.required === false ? null : h("b", { title: t("required") }, " *");
  return h(isGroup(asked) ? "div" : "label", { class: "field-of-form" }, h("span", {}, label, star),
    description ? h("small", {}, description) : null, node);
}
