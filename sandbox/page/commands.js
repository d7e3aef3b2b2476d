// What the bot registered: which commands there are, what their options take, what is sent of them.

import { fold } from "./dom.js";
import { autocomplete } from "./interactions.js";
import { isThread, kinds, roomIcon, roomName, store } from "./store.js";
import { localized, t } from "./words.js";

export const types = {
  GROUP: 2, STRING: 3, INTEGER: 4, BOOLEAN: 5, USER: 6, CHANNEL: 7, ROLE: 8, MENTIONABLE: 9, NUMBER: 10, ATTACHMENT: 11,
};

const SLASH = 1;
const MOST = 25;

/** Every command that can be sent, subcommands one by one. */
export function leaves() {
  const commands = store.world.commands.filter((command) => (command.type ?? SLASH) === SLASH);
  // A guild's own command hides the global one of the same name.
  const shown = commands.filter((one) => one.guild_id || !commands.some((other) => other.guild_id && other.name === one.name));
  return shown.flatMap((command) => walk(command, [command]));
}

function walk(command, trail) {
  const node = trail.at(-1);
  const below = (node.options ?? []).filter((option) => option.type <= types.GROUP);
  if (below.length) return below.flatMap((sub) => walk(command, [...trail, sub]));
  const label = `/${trail.map((part) => localized(part, "name")).join(" ")}`;
  const description = localized(node, "description");
  const registered = trail.map((part) => part.name).join(" ");
  const search = fold(`${label} ${registered} ${description}`).replaceAll("-", " ");
  return [{ command, trail, options: node.options ?? [], label, description, search }];
}

/** Commands in which every word of the query occurs; those whose name begins so come first. */
export function findLeaves(query) {
  const wanted = fold(query).replaceAll("-", " ").trim();
  const words = wanted.split(/\s+/);
  const found = leaves().filter((leaf) => words.every((word) => leaf.search.includes(word)));
  const rank = (leaf) => (leaf.search.startsWith(`/${wanted}`) ? 0 : leaf.search.includes(` ${wanted}`) ? 1 : 2);
  return found.sort((one, other) => rank(one) - rank(other));
}

/** The `data` of an interaction; `filled` are options as they go over the wire, `files` what some of them stand for. */
export function commandData(leaf, filled, files = []) {
  const data = { id: leaf.command.id, name: leaf.command.name, type: SLASH };
  if (files.length) data.attachments = files.map((file, index) => ({ id: String(index), filename: file.name }));
  if (leaf.command.guild_id) data.guild_id = leaf.command.guild_id;
  data.options = leaf.trail.slice(1).reduceRight((inner, sub) => [{ name: sub.name, type: sub.type, options: inner }], filled);
  return data;
}

/** What an option offers by itself; null when anything may be typed. */
function offered(option) {
  const people = () => store.world.users.map((user) => ({ mark: "@", label: user.name, value: user.id }));
  const roles = () => store.world.roles.map((role) => ({ mark: "@", label: role.name, value: role.id }));
  const fits = ({ channel }) => option.channel_types?.length
    ? option.channel_types.includes(channel.type)
    : channel.type !== kinds.CATEGORY && !isThread(channel);
  switch (option.type) {
    case types.BOOLEAN: return [{ label: t("yes"), value: true }, { label: t("no"), value: false }];
    case types.USER: return people();
    case types.ROLE: return roles();
    case types.MENTIONABLE: return [...roles(), ...people()];
    case types.CHANNEL:
      return store.rooms.filter(fits).map(({ channel }) => ({ mark: roomIcon(channel), label: roomName(channel), value: channel.id }));
    default:
      return option.choices?.length ? option.choices.map((choice) => ({ label: localized(choice, "name"), value: choice.value })) : null;
  }
}

/** Suggestions for a half-typed option; null when there are none by nature or the bot was too slow. */
export async function suggestions(leaf, fields, field) {
  const option = field.option;
  const typed = field.input.value;
  const entries = offered(option);
  if (entries) return entries.filter((entry) => fold(entry.label).includes(fold(typed))).slice(0, MOST);
  if (!option.autocomplete) return null;
  // Other options go along as far as they make sense already: suggestions may depend on them.
  const others = fields.filter((other) => other !== field && other.option.type !== types.ATTACHMENT).map((other) => [other, read(other)]).filter(([, { value }]) => value !== undefined);
  const filled = others.map(([other, { value }]) => ({ name: other.option.name, type: other.option.type, value }));
  const choices = await autocomplete(commandData(leaf, [...filled, { name: option.name, type: option.type, value: typed, focused: true }]));
  return choices?.map((choice) => ({ label: localized(choice, "name"), value: choice.value })) ?? null;
}

/** The value of a field: {value}, {} when it is empty, {bad: true} when it is none of what is offered. Files are added
 * to `files` and stand for their place there. */
export function read(field, files = []) {
  if (field.option.type === types.ATTACHMENT) {
    const [file] = field.input.files;
    return file ? { value: files.push(file) - 1 } : {};
  }
  const typed = field.input.value.trim();
  if (field.picked?.label === field.input.value) return { value: field.picked.value };
  if (typed === "") return {};
  const entries = offered(field.option);
  if (entries) {
    const same = entries.filter((entry) => fold(entry.label) === fold(typed));
    return same.length === 1 ? { value: same[0].value } : { bad: true };
  }
  if (field.option.type === types.INTEGER || field.option.type === types.NUMBER) {
    const number = Number(typed.replace(",", "."));
    const whole = field.option.type === types.NUMBER || Number.isInteger(number);
    return Number.isFinite(number) && whole ? { value: number } : { bad: true };
  }
  return { value: typed };
}
