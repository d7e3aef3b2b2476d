// Buttons, menus and the layout components that carry them.

import { button, h } from "./dom.js";
import { press } from "./interactions.js";
import { link, markdown } from "./markdown.js";
import { isThread, kinds, roomMark, roomName, store } from "./store.js";
import { t } from "./words.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link" };

/** All components of a message. */
export function components(message) {
  const all = message.components ?? [];
  return all.length ? h("div", { class: "components" }, all.map((one) => component(message, one))) : null;
}

function component(message, one) {
  const inside = () => (one.components ?? []).map((inner) => component(message, inner));
  switch (one.type) {
    case 1: return h("div", { class: "action-row" }, inside());
    case 2: return pushButton(message, one);
    case 3: case 5: case 6: case 7: case 8: return menu(message, one);
    case 9: return h("div", { class: "section" }, h("div", {}, inside()), one.accessory ? component(message, one.accessory) : null);
    case 10: return h("div", { class: "content" }, markdown(one.content ?? ""));
    case 14: return h("hr");
    case 17: return h("div", { class: "embed" }, inside());
    default: return null;
  }
}

function pushButton(message, one) {
  const label = [one.emoji?.name, one.label].filter(Boolean).join(" ");
  if (one.style === 5) return h("span", { class: "press link" }, link(one.url, label));
  return button(label, () => press(message, { component_type: 2, custom_id: one.custom_id }), {
    class: `press ${STYLES[one.style] ?? "secondary"}`, disabled: one.disabled, data: { control: one.custom_id },
  });
}

/** What a menu offers: its own entries, or people, roles and channels. */
export function entries(one) {
  const people = store.world.users.map((user) => ({ label: user.name, value: user.id }));
  const roles = store.world.roles.map((role) => ({ label: `@${role.name.replace(/^@/, "")}`, value: role.id }));
  const rooms = store.rooms
    .filter(({ channel }) => channel.type !== kinds.CATEGORY && !isThread(channel))
    .map(({ channel }) => ({ label: `${roomMark(channel)}${roomName(channel)}`, value: channel.id }));
  return { 3: one.options, 5: people, 6: roles, 7: [...roles, ...people], 8: rooms }[one.type] ?? [];
}

function menu(message, one) {
  const label = one.placeholder ?? t("choose");
  const send = (values) => press(message, { component_type: one.type, custom_id: one.custom_id, values });
  if ((one.max_values ?? 1) > 1 || one.min_values === 0) return manyMenu(one, label, send);
  const select = h("select", {
    disabled: one.disabled, data: { control: one.custom_id }, aria: { label },
    on: { change: () => select.value && send([select.value]) },
  }, h("option", { value: "" }, label),
  entries(one).map((entry) => h("option", { value: entry.value, selected: entry.default }, words(entry))));
  return h("div", { class: "menu" }, select);
}

/** An entry as one line of text. */
export const words = (entry) => [entry.emoji?.name, entry.label, entry.description && `– ${entry.description}`].filter(Boolean).join(" ");

/** A menu of which several entries can be chosen: they fold out with a box each. */
function manyMenu(one, label, send) {
  const boxes = entries(one).map((entry) => [entry, h("input", { type: "checkbox", checked: Boolean(entry.default), disabled: one.disabled })]);
  const chosen = () => boxes.filter(([, box]) => box.checked).map(([entry]) => entry.value);
  const done = button(t("send"), () => send(chosen()), { class: "press primary" });
  const check = () => {
    const count = chosen().length;
    done.disabled = one.disabled || count < (one.min_values ?? 1) || count > (one.max_values ?? 1);
  };
  boxes.forEach(([, box]) => box.addEventListener("change", check));
  check();
  return h("details", { class: "menu many" }, h("summary", { data: { control: one.custom_id } }, label),
    h("div", { class: "choices", role: "group", aria: { label } },
      boxes.map(([entry, box]) => h("label", { class: "tick" }, box, words(entry))), done));
}
