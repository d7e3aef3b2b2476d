// The list at the left: channels under their categories, threads under their channel, what is unread in each.

import { h, patch } from "./dom.js";
import { icon } from "./icons.js";
import { isThread, kinds, roomById, roomIcon, roomName, store } from "./store.js";
import { shortTime } from "./time.js";
import { language, t } from "./words.js";

/** Of a scheduled event's status: 1 is scheduled, 2 under way, then over or cancelled. */
const ACTIVE = 2;

/** What each person has seen of each room. It outlives a reload, but not the sandbox that it is about. */
const KEY = "seen";
let seen = {};

function load() {
  const sandbox = `${store.world.base_url} ${store.world.guild.created_at}`;
  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
  seen = kept.sandbox === sandbox ? kept : { sandbox };
}

/** Another sandbox answers under the same address. */
export function forgetSeen() {
  sessionStorage.removeItem(KEY);
  seen = {};
}

/** Messages since the person last looked, and pings since ever: pings from before matter to who has just come. */
function unread(room) {
  const before = marks()[room.channel.id] ??= { messages: room.messages, pings: 0 };
  return { messages: Math.max(0, room.messages - before.messages), pings: Math.max(0, pings(room) - before.pings) };
}

/** In a direct conversation everything is meant for the person. */
const pings = (room) => (room.channel.type === kinds.DM ? room.messages : room.pings);

function marks() {
  if (!seen.sandbox) load();
  return seen[store.person.id] ??= {};
}

/** How many messages of a room the person has not seen. */
export const unreadIn = (id) => (roomById(id) ? unread(roomById(id)).messages : 0);

/** How often the person was mentioned where they have not looked yet. */
export const missed = () => store.rooms.reduce((sum, room) => sum + unread(room).pings, 0);

/** The chosen room is being looked at. */
export function markSeen() {
  const room = roomById(store.roomId);
  if (!room || document.hidden) return;
  marks()[store.roomId] = { messages: room.messages, pings: pings(room) };
  sessionStorage.setItem(KEY, JSON.stringify(seen));
}

/** The room above or below the chosen one, as they are listed. */
export function neighbour(step) {
  const ids = [...document.querySelectorAll("#channels .room")].map((row) => row.dataset.room);
  return ids[ids.indexOf(store.roomId) + step];
}

export function drawChannels(host) {
  host.setAttribute("aria-label", t("channels"));
  patch(host, sections().flatMap(({ head, rooms }) => [
    ...(head ? [{ key: `head ${head}`, sign: head, build: () => h("h2", {}, head) }] : []),
    ...rooms.flatMap(entries),
  ]).concat(events()));
}

function sections() {
  const plain = store.rooms.filter(({ channel }) => !isThread(channel));
  const place = (one, other) => (one.channel.position ?? 0) - (other.channel.position ?? 0) || (BigInt(one.channel.id) < BigInt(other.channel.id) ? -1 : 1);
  const under = (parent) => plain
    .filter(({ channel }) => channel.type !== kinds.CATEGORY && channel.type !== kinds.DM && (channel.parent_id ?? null) === parent)
    .sort(place);
  const categories = plain.filter(({ channel }) => channel.type === kinds.CATEGORY).sort(place);
  const known = new Set(categories.map(({ channel }) => channel.id));
  // A category that the person does not see may still hold channels that they do.
  const orphans = plain.filter(({ channel }) => channel.parent_id && !known.has(channel.parent_id)).sort(place);
  const direct = plain.filter(({ channel }) => channel.type === kinds.DM);
  return [
    { head: null, rooms: [...under(null), ...orphans] },
    ...categories.map(({ channel }) => ({ head: channel.name, rooms: under(channel.id) })).filter(({ rooms }) => rooms.length),
    ...(direct.length ? [{ head: t("direct"), rooms: direct }] : []),
  ];
}

/** A channel, its open threads with the newest first, and the archived ones folded away. */
function entries(room) {
  const threads = store.rooms
    .filter(({ channel }) => isThread(channel) && channel.parent_id === room.channel.id)
    .sort((one, other) => (BigInt(one.channel.id) < BigInt(other.channel.id) ? 1 : -1));
  const archived = threads.filter(({ channel }) => channel.thread_metadata?.archived);
  const open = threads.filter((thread) => !archived.includes(thread));
  return [entry(room), ...open.map(entry), ...(archived.length ? [folded(room, archived)] : [])];
}

function entry(room) {
  const { channel } = room;
  const fresh = unread(room);
  const current = channel.id === store.roomId;
  const name = roomName(channel);
  const sign = JSON.stringify([channel.type, name, fresh, current, language()]);
  const build = () => h("a", {
    href: "#", class: ["room", isThread(channel) && "thread", fresh.messages && "unread"].filter(Boolean).join(" "),
    title: name, data: { room: channel.id, control: channel.id }, aria: current ? { current: "page" } : {},
  }, h("span", { class: "mark", aria: { hidden: "true" } }, roomIcon(channel)), h("span", { class: "name" }, name),
  fresh.pings ? pingBadge(fresh.pings)
    : fresh.messages ? h("b", { class: "badge", title: t("unread", { n: fresh.messages }) }, fresh.messages) : null);
  return { key: channel.id, sign, build };
}

function pingBadge(count) {
  return h("b", { class: "badge ping", title: t("pings", { n: count }) }, count);
}

function folded(room, archived) {
  const rows = archived.map(entry);
  const build = () => {
    const list = h("div");
    patch(list, rows);
    const current = archived.some(({ channel }) => channel.id === store.roomId);
    const missed = archived.reduce((sum, thread) => sum + unread(thread).pings, 0);
    return h("details", { class: "archived", open: current }, h("summary", {}, t("archivedThreads", { n: archived.length }), " ",
      missed ? pingBadge(missed) : null), list);
  };
  return { key: `archived ${room.channel.id}`, sign: JSON.stringify(rows.map(({ key, sign }) => [key, sign])), build };
}

function events() {
  const shown = store.world.events.filter(({ status }) => status <= ACTIVE);
  if (!shown.length) return [];
  const statuses = t("eventStatus");
  return [
    { key: "events", sign: language(), build: () => h("h2", {}, t("events")) },
    ...shown.map((event) => ({
      key: `event ${event.id}`,
      sign: JSON.stringify([event, language()]),
      build: () => h("div", { class: "event", title: event.description ?? "" }, h("span", { class: "name" }, icon("calendar"), " ", event.name),
        h("small", {}, [shortTime(new Date(event.scheduled_start_time)), statuses[event.status], event.entity_metadata?.location].filter(Boolean).join(" · "))),
    })),
  ];
}
