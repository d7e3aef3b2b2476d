// A form that the bot opens.

import { button, h } from "./dom.js";
import { t } from "./words.js";

const TEXT_INPUT = 4;
const PARAGRAPH = 2;

/** Shows the form; `submit` gets `{custom_id, components}` and may throw to keep it open. */
export function openModal(modal, submit) {
  const inputs = modal.components.flatMap((row) => row.components ?? []).filter((input) => input.type === TEXT_INPUT);
  const fields = inputs.map((input) => [input, field(input)]);
  const trouble = h("p", { class: "trouble", role: "alert" });
  const send = async (event) => {
    event.preventDefault();
    const rows = fields.map(([input, box]) => ({
      type: 1, components: [{ type: TEXT_INPUT, custom_id: input.custom_id, value: box.value }],
    }));
    try {
      await submit({ custom_id: modal.custom_id, components: rows });
      dialog.close();
    } catch (error) {
      trouble.textContent = t("refused", { why: error.message });
    }
  };
  const dialog = h("dialog", { class: "modal", aria: { label: modal.title }, on: { close: () => dialog.remove() } },
    h("form", { on: { submit: send } },
      h("h2", {}, modal.title),
      fields.map(([input, box]) => h("label", {},
        h("span", {}, input.label, input.required === false ? null : h("b", { title: t("required") }, " *")), box)),
      trouble,
      h("div", { class: "buttons" },
        button(t("cancel"), () => dialog.close(), { class: "quiet" }),
        h("button", { class: "press primary", type: "submit" }, t("submit")))));
  document.body.append(dialog);
  dialog.showModal();
}

function field(input) {
  const properties = {
    value: input.value ?? "", placeholder: input.placeholder ?? "", required: input.required !== false,
    maxLength: input.max_length ?? 4000, minLength: input.min_length ?? 0,
  };
  return input.style === PARAGRAPH ? h("textarea", { rows: 4, ...properties }) : h("input", { type: "text", ...properties });
}
