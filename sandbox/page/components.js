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
function entries(one) {
  const people = store.world.users.map((user) => ({ label: user.name, value: user.id }));
  const roles = store.world.roles.map((role) => ({ label: `@${role.name.replace(/^@/, "")}`, value: role.id }));
  const rooms = store.rooms
    .filter(({ channel }) => channel.type !== kinds.CATEGORY && !isThread(channel))
    .map(({ channel }) => ({ label: `${roomMark(channel)}${roomName(channel)}`, value: channel.id }));
  return { 3: one.options, 5: people, 6: roles, 7: [...roles, ...people], 8: rooms }[one.type] ?? [];
}

function menu(message, one) {
  const many = (one.max_values ?? 1) > 1;
  const chosen = () => [...select.selectedOptions].map((option) => option.value).filter(Boolean);
  const send = () => press(message, { component_type: one.type, custom_id: one.custom_id, values: chosen() });
  const select = h("select", {
    multiple: many, disabled: one.disabled, data: { control: one.custom_id },
    aria: { label: one.placeholder ?? t("choose") }, on: many ? {} : { change: () => chosen().length && send() },
  },
  many ? null : h("option", { value: "" }, one.placeholder ?? t("choose")),
  entries(one).map((entry) => h("option", { value: entry.value, selected: entry.default, title: entry.description }, entry.label)));
  return h("div", { class: "menu" }, select, many ? button(t("send"), send, { class: "press primary" }) : null);
}
