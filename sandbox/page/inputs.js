// The inputs of a bot's form: each is a node to fill in, and an answer to be read from it.

import { entries, words } from "./components.js";
import { h } from "./dom.js";

const KIND = { STRING: 3, TEXT: 4, FILES: 19, RADIO: 21, CHECKS: 22, CHECK: 23 };
const PARAGRAPH = 2;

/** One input: {node, read}. `read(files)` gives the answer and appends what is to be uploaded to `files`. */
export function input(asked, label) {
  const base = { type: asked.type, custom_id: asked.custom_id };
  const required = asked.required !== false;
  switch (asked.type) {
    case KIND.TEXT: {
      const node = text(asked, required);
      return { node, read: () => ({ ...base, value: node.value }) };
    }
    case KIND.CHECK: {
      const node = h("input", { type: "checkbox", checked: Boolean(asked.default) });
      return { node, read: () => ({ ...base, value: node.checked }) };
    }
    case KIND.FILES: {
      const node = h("input", { type: "file", required: required && asked.min_values !== 0, multiple: (asked.max_values ?? 1) > 1 });
      return { node, read: (files) => ({ ...base, values: [...node.files].map((file) => String(files.push(file) - 1)) }) };
    }
    case KIND.RADIO: {
      const { node, chosen } = boxes(asked, "radio", label, required);
      return { node, read: () => ({ ...base, value: chosen()[0] ?? null }) };
    }
    case KIND.CHECKS: {
      const { node, chosen } = boxes(asked, "checkbox", label);
      return { node, read: () => ({ ...base, values: chosen() }) };
    }
    default: return menu(asked, base, label, required);
  }
}

/** Kinds that bear several controls, so that their label is a heading and not the name of one. */
export const isGroup = (asked) => [KIND.RADIO, KIND.CHECKS].includes(asked.type) || (asked.max_values ?? 1) > 1;

function text(asked, required) {
  const properties = {
    value: asked.value ?? "", placeholder: asked.placeholder ?? "", required,
    maxLength: asked.max_length ?? 4000, minLength: asked.min_length ?? 0,
  };
  return asked.style === PARAGRAPH ? h("textarea", { rows: 4, ...properties }) : h("input", { type: "text", ...properties });
}

function boxes(asked, type, label, required = false) {
  const all = (asked.options ?? entries(asked)).map((entry) => [entry, h("input", { type, name: asked.custom_id, required, checked: Boolean(entry.default) })]);
  const node = h("div", { class: "choices", role: type === "radio" ? "radiogroup" : "group", aria: { label } },
    all.map(([entry, box]) => h("label", { class: "tick" }, box, words(entry))));
  return { node, chosen: () => all.filter(([, box]) => box.checked).map(([entry]) => entry.value) };
}

function menu(asked, base, label, required) {
  if (isGroup(asked)) {
    const { node, chosen } = boxes(asked, "checkbox", label);
    return { node, read: () => ({ ...base, values: chosen() }) };
  }
  const node = h("select", { required: required && asked.min_values !== 0 }, h("option", { value: "" }, asked.placeholder ?? ""),
    entries(asked).map((entry) => h("option", { value: entry.value, selected: entry.default }, words(entry))));
  return { node, read: () => ({ ...base, values: node.value ? [node.value] : [] }) };
}
