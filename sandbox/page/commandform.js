// A command being filled in: one small field per option, with suggestions above it.

import { Refused } from "./api.js";
import { commandData, read, suggestions, types } from "./commands.js";
import { button, h, notice } from "./dom.js";
import { sendCommand } from "./interactions.js";
import { localized, t } from "./words.js";

/** How long typing must rest before the bot is asked. */
const REST_MILLISECONDS = 120;

/** The form for `leaf`; `done` is called when it was sent or given up. */
export function commandForm(leaf, list, done) {
  const fields = [];
  const place = h("div", { class: "options" });
  const more = h("div", { class: "more-options" });
  const form = h("form", { class: "command", aria: { label: leaf.label }, on: { submit: (event) => { event.preventDefault(); send(); } } },
    h("div", { class: "command-line" }, h("strong", { class: "command-name" }, leaf.label), place),
    more,
    h("div", { class: "buttons" },
      button(t("cancel"), () => finish(), { class: "quiet" }),
      h("button", { class: "press primary", type: "submit" }, t("send"))));

  function add(option) {
    const input = h("input", {
      type: "text", autocomplete: "off", role: "combobox", spellcheck: false,
      aria: { label: `${localized(option, "name")}: ${localized(option, "description")}`, autocomplete: "list", expanded: "false" },
    });
    if (option.type === types.ATTACHMENT) {
      input.type = "file";
      for (const name of ["role", "aria-autocomplete", "aria-expanded"]) input.removeAttribute(name);
    }
    const field = { option, input, picked: null, asked: 0 };
    field.node = h("label", { class: option.required ? "option required" : "option" }, h("span", {}, localized(option, "name")), input);
    input.addEventListener("focus", () => suggest(field, 0));
    input.addEventListener("blur", () => { field.asked += 1; list.hide(); });
    input.addEventListener("input", () => {
      field.picked = null;
      field.node.classList.remove("bad");
      suggest(field, REST_MILLISECONDS);
    });
    input.addEventListener("keydown", (event) => key(event, field));
    fields.push(field);
    place.append(field.node);
    return field;
  }

  function remove(field) {
    fields.splice(fields.indexOf(field), 1);
    field.node.remove();
    drawMore();
    (fields.at(-1)?.input ?? form.querySelector("button[type=submit]")).focus();
  }

  function drawMore() {
    const left = leaf.options.filter((option) => !fields.some((field) => field.option === option));
    more.replaceChildren(...left.map((option) => button(`+ ${localized(option, "name")}`, () => {
      const field = add(option);
      drawMore();
      field.input.focus();
    }, { title: localized(option, "description"), class: "chip", aria: { label: t("addOption", { name: localized(option, "name") }) } })));
  }

  async function suggest(field, rest) {
    // Answers of an older question are dropped.
    const asked = (field.asked += 1);
    const title = [h("strong", {}, localized(field.option, "name")), h("span", {}, localized(field.option, "description")),
      field.option.required ? h("em", {}, t("required")) : null].filter(Boolean);
    const onPick = (entry) => {
      field.input.value = entry.label;
      field.picked = entry;
      field.asked += 1;
      list.hide();
      advance(field);
    };
    const show = (entries, empty) => list.show(field.input, entries, { title, empty, onPick, first: field.input.value !== "" });
    if (field.option.autocomplete) {
      if (rest) await new Promise((resolve) => setTimeout(resolve, rest));
      if (asked !== field.asked) return;
    }
    try {
      const slow = field.option.autocomplete && setTimeout(() => asked === field.asked && show([], t("looking")), 250);
      const entries = await suggestions(leaf, fields, field);
      clearTimeout(slow);
      if (asked !== field.asked) return;
      const closed = field.option.autocomplete && !entries ? t("noSuggestions") : entries && !entries.length ? t("noChoices") : null;
      show(entries ?? [], closed);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      show([], t("refused", { why: error.message }));
    }
  }

  /** On to the next required option that is empty; true when there was one. */
  function advance(field) {
    const next = fields.find((other) => other !== field && other.option.required && other.input.value === "");
    next?.input.focus();
    return Boolean(next);
  }

  function key(event, field) {
    if (list.key(event)) return;
    if (event.key === "Escape") finish();
    if (event.key === "Backspace" && field.input.value === "" && !field.option.required) {
      event.preventDefault();
      remove(field);
    }
    // Enter submits the form by itself; while something required is empty it goes there instead.
    if (event.key === "Enter" && field.input.value !== "" && advance(field)) event.preventDefault();
  }

  async function send() {
    const files = [];
    const values = fields.map((field) => [field, read(field, files)]);
    const name = ([field]) => localized(field.option, "name");
    const missing = values.filter(([field, { value, bad }]) => field.option.required && value === undefined && !bad);
    const bad = values.filter(([, { bad }]) => bad);
    for (const [field, value] of values) field.node.classList.toggle("bad", Boolean(value.bad) || missing.some(([one]) => one === field));
    if (missing.length || bad.length) {
      notice(missing.length ? t("missing", { names: missing.map(name).join(", ") }) : t("notAChoice", { names: bad.map(name).join(", ") }), "error");
      [...missing, ...bad][0][0].input.focus();
      return;
    }
    const filled = values.filter(([, { value }]) => value !== undefined)
      .map(([{ option }, { value }]) => ({ name: option.name, type: option.type, value }));
    try {
      await sendCommand(commandData(leaf, filled, files), leaf.label, files);
      finish();
    } catch (error) {
      notice(t("refused", { why: error.message }), "error");
    }
  }

  function finish() {
    list.hide();
    form.remove();
    done();
  }

  leaf.options.filter((option) => option.required).forEach(add);
  drawMore();
  return { form, focus: () => (fields[0]?.input ?? form.querySelector("button[type=submit]")).focus(), cancel: finish };
}
