// Keeps the store in step with the sandbox. Messages are applied as the gateway tells them; what changes seldom
// (channels, roles, members, commands) is read anew when the gateway says that it changed.

import { Refused, sandbox } from "./api.js";
import { unreadIn } from "./channels.js";
import { heardOutcome, recheck } from "./interactions.js";
import { witness } from "./meanwhile.js";
import { reacted } from "./reactions.js";
import { changed, newer, pingsMe, roomById, store } from "./store.js";

const PAGE = 50;

/** So many messages stay when somebody reads at the end of a room into which much is written. */
const KEPT = 300;

const LOADING = 1 << 7;

/** The first line of a thread on a message is no message of its own. */
const STARTER = 21;

/** Changes in quick succession are read once. */
const REST_MILLISECONDS = 60;

// GUILD_CREATE belongs to READY, after which everything is read anyway.
const STRUCTURE = /^(?!GUILD_CREATE$)(GUILD|CHANNEL|THREAD|USER_SETTINGS)_/;
const GONE = 404;

// Events that come while something is being read are held back, and then applied to what was read: applied earlier they
// would be overwritten by an older answer.
let readings = 0;
let held = [];

async function holding(read) {
  readings += 1;
  try {
    return await read();
  } finally {
    readings -= 1;
    if (!readings) {
      const events = held;
      held = [];
      events.forEach(([name, data]) => apply(name, data));
    }
  }
}

/** Reads everything that is on the screen. `choose` says whose page it is and which room is open. */
export async function load(choose) {
  await holding(async () => {
    const world = await sandbox.state();
    const person = choose.person(world);
    const rooms = await sandbox.channels(person.token);
    const roomId = choose.room(rooms, person);
    const same = store.person?.id === person.id && store.view?.channel.id === roomId;
    const view = roomId ? await readRoom(person, roomId, same ? store.view.messages.length : 0) : null;
    // Another person is not on the way anywhere.
    if (store.person?.id !== person.id) store.heading = null;
    // All at once: a half-updated page would show one person another one's room.
    Object.assign(store, { world, person, rooms, roomId, view });
  });
  recheck();
  changed();
}

async function readRoom(person, roomId, shown) {
  const limit = Math.max(PAGE, shown);
  const view = await sandbox.view(person.token, roomId, limit);
  return { ...view, complete: view.messages.length < limit, readAt: new Date(store.signal.now) };
}

/** Links to files are good for a day of the sandbox's clock. */
const LINKS_MILLISECONDS = 12 * 3_600_000;

/** Whether what is shown holds links that will soon be good no more; read anew it has fresh ones. */
export function linksAge() {
  const { view, signal } = store;
  return Boolean(view) && new Date(signal.now) - view.readAt > LINKS_MILLISECONDS
    && view.messages.some((message) => message.attachments.length);
}

/** Opens another room. */
export async function enter(roomId) {
  const person = store.person;
  // An earlier one may be read later.
  const asked = () => store.person.id === person.id && store.heading === roomId;
  store.heading = roomId;
  try {
    await holding(async () => {
      const view = await readRoom(person, roomId, 0);
      const fresh = unreadIn(roomId);
      // Where nothing was seen before, no line is worth drawing.
      if (fresh && fresh < view.messages.length) view.firstUnread = view.messages.at(-fresh).id;
      if (asked()) Object.assign(store, { roomId, view });
    });
  } finally {
    if (asked()) store.heading = null;
  }
  changed();
}

let reading = null;

/** Reads the page of messages before those that are shown; one at a time, whoever asks. */
export function older() {
  return (reading ??= readOlder(store.view).finally(() => { reading = null; }));
}

async function readOlder(view) {
  if (!view || view.complete || !view.messages.length) return;
  const page = await sandbox.view(store.person.token, view.channel.id, 2 * PAGE, view.messages[0].id);
  view.messages = [...page.messages, ...view.messages];
  view.complete = page.messages.length < 2 * PAGE;
  changed();
}

/** Drops what lies far above, while somebody follows the end. */
export function trim() {
  const view = store.view;
  if (!view || view.messages.length <= 2 * KEPT) return;
  view.messages = view.messages.slice(-KEPT);
  view.complete = false;
}

/** Takes in one event of the gateway. */
export function apply(name, data) {
  if (readings) return held.push([name, data]);
  if (!store.world) return undefined;
  witness(name, data);
  if (heardOutcome(name, data)) return undefined;
  switch (name) {
    case "MESSAGE_CREATE": return created(data);
    case "MESSAGE_UPDATE": return put(data);
    case "MESSAGE_DELETE": return removed(data.channel_id, [data.id]);
    case "MESSAGE_DELETE_BULK": return removed(data.channel_id, data.ids);
    case "TYPING_START": return typing(data);
    case "MESSAGE_POLL_VOTE_ADD":
    case "MESSAGE_POLL_VOTE_REMOVE": return readAgain();
    default: if (name.startsWith("MESSAGE_REACTION_")) return reaction(name, data);
      if (STRUCTURE.test(name)) reread();
  }
  return undefined;
}

function created(message) {
  const room = roomById(message.channel_id);
  // What was read together with the list of rooms is counted already.
  if (room && newer(message.id, room.channel.last_message_id) && !(message.flags & (1 << 6))) {
    room.channel.last_message_id = message.id;
    room.messages += 1;
    if (room.channel.message_count !== undefined && message.type !== STARTER) room.channel.message_count += 1;
    if (pingsMe(message)) room.pings += 1;
  }
  store.typing.delete(`${message.author.id} ${message.channel_id}`);
  put(message);
}

function put(message) {
  const view = store.view;
  if (view?.channel.id !== message.channel_id) return changed();
  const at = view.messages.findLastIndex((one) => !newer(one.id, message.id));
  const known = view.messages[at]?.id === message.id ? view.messages[at] : null;
  // Older than what is shown: it comes when somebody scrolls there.
  if (at < 0 && view.messages.length && !view.complete) return undefined;
  // An edit pings nobody, except that it may end a "thinking". What it says of reactions and votes is not said for this
  // person.
  const asks = (mentions(message) && (!known || known.flags & LOADING)) || (known && message.poll);
  const { notified, reactions = message.reactions } = known ?? {};
  view.messages.splice(known ? at : at + 1, known ? 1 : 0, { ...message, notified, reactions });
  if (asks) readAgain();
  return changed();
}

function removed(channelId, ids) {
  const room = roomById(channelId);
  if (room) room.messages -= ids.length;
  if (store.view?.channel.id === channelId) {
    store.view.messages = store.view.messages.filter((message) => !ids.includes(message.id));
  }
  changed();
}

function reaction(name, data) {
  const at = store.view?.messages.findIndex((one) => one.id === data.message_id) ?? -1;
  if (at < 0) return;
  const message = store.view.messages[at];
  store.view.messages[at] = { ...message, reactions: reacted(message, name, data) };
  changed();
}

function typing({ user_id: user, channel_id: channel }) {
  if (user === store.person.id) return;
  store.typing.set(`${user} ${channel}`, Date.now());
  changed();
}

const mentions = (message) => message.mention_everyone || message.mentions.length || message.mention_roles.length;

/** Does `run` once, a moment after the last call. Failures of a lost line are mended by the next READY. */
function rested(run) {
  let timer = null;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(() => run().catch((error) => {
      if (error instanceof Refused && error.status !== GONE) throw error;
    }), REST_MILLISECONDS);
  };
}

/** Whom a message really pinged is no part of Discord's message, and who voted what no part of an event. */
const readAgain = rested(async () => {
  await holding(async () => {
    const { person, view } = store;
    const seen = await sandbox.view(person.token, view.channel.id, Math.min(view.messages.length, KEPT));
    const fresh = new Map(seen.messages.map((message) => [message.id, message]));
    view.messages = view.messages.map((one) => fresh.get(one.id) ?? one);
  });
  changed();
});

/** Reads the rooms and all that is around them anew; the messages that are shown stay. */
export async function readStructure() {
  await holding(structure);
  changed();
}

async function structure() {
  const { person, roomId } = store;
  const [world, rooms] = await Promise.all([sandbox.state(), sandbox.channels(person.token)]);
  if (store.person.id !== person.id) return;
  const still = rooms.some((room) => room.channel.id === roomId);
  const head = still ? await sandbox.view(person.token, roomId, 1) : null;
  if (store.person.id !== person.id || store.roomId !== roomId) return reread();
  Object.assign(store, { world, rooms, person: world.users.find((user) => user.id === person.id) ?? person });
  if (head) Object.assign(store.view, { channel: head.channel, members: head.members });
  else if (roomId) document.dispatchEvent(new CustomEvent("room-gone"));
  return undefined;
}

const reread = rested(readStructure);
