// What the page knows, in one place, and how to look things up in it. `sync` fills it; everything else only reads.

import { icon } from "./icons.js";

export const store = {
  /** `GET /sandbox/state`. */
  world: null,
  /** Channels and threads that the chosen person sees: {channel, messages, pings}. */
  rooms: [],
  /** The chosen person, an entry of `world.users`. */
  person: null,
  /** Id of the chosen channel or thread. */
  roomId: null,
  /** The room that was asked for last and is still being read; what is typed already belongs there. */
  heading: null,
  /**
   * The chosen room: {channel, members, messages, complete, readAt, firstUnread}; `complete` when the first message is
   * among them, `readAt` the sandbox's time then, `firstUnread` the one above which a line is drawn.
   */
  view: null,
  /** The last sign of `/sandbox/live`: the clock, whether the bot is connected, what the host program offers. */
  signal: null,
  /** Who writes at the moment: user id and channel id to when that was last said. */
  typing: new Map(),
};

export const userById = (id) => store.world?.users.find((user) => user.id === id);
export const roleById = (id) => store.world?.roles.find((role) => role.id === id);
export const roomById = (id) => store.rooms.find((room) => room.channel.id === id);

/** The room into which the person writes. */
export const writingIn = () => store.heading ?? store.roomId;

export function userName(id) {
  if (id === store.world?.bot.id) return store.world.bot.name;
  return userById(id)?.name;
}

/** The roles that somebody was given, highest first, without the one that everybody has. */
export function rolesOf(user) {
  return (user?.roles ?? []).map(roleById).filter(Boolean).sort((one, other) => other.position - one.position);
}

/** The name of a channel; of a direct message, of who is on the other side. */
export function roomName(channel) {
  if (channel.name) return channel.name;
  return (channel.recipients ?? []).map((user) => userName(user.id) ?? user.username).join(", ");
}

export const kinds = { TEXT: 0, DM: 1, VOICE: 2, CATEGORY: 4, NEWS: 5, STAGE: 13, FORUM: 15 };
export const isThread = (channel) => channel.type >= 10 && channel.type <= 12;
export const isPrivateThread = (channel) => channel.type === 12;

/** The mark before a channel's name where there is only text. */
export const roomMark = (channel) => (channel.type === kinds.DM ? "@" : "#");

/** The sign of a channel: what kind it is at a glance. */
export function roomIcon(channel) {
  if (isThread(channel)) return icon(isPrivateThread(channel) ? "lock" : "thread");
  const name = { [kinds.VOICE]: "voice", [kinds.NEWS]: "announce", [kinds.STAGE]: "voice", [kinds.FORUM]: "forum" }[channel.type];
  return name ? icon(name) : roomMark(channel);
}

/** The tags of a forum post, as its forum names them. */
export function tagsOf(channel) {
  const known = roomById(channel.parent_id)?.channel.available_tags ?? [];
  return (channel.applied_tags ?? []).map((id) => known.find((tag) => tag.id === id)).filter(Boolean);
}

/** Ids grow with time, but are too long for numbers. */
export const newer = (one, other) => !other || BigInt(one) > BigInt(other);

/** Whether a message pings the chosen person, as every client works it out for itself. */
export function pingsMe(message) {
  const { id, roles } = store.person;
  if (message.author.id === id || message.flags & SILENT) return false;
  return message.mention_everyone || message.mentions.some((user) => user.id === id)
    || message.mention_roles.some((role) => roles?.includes(role));
}

const SILENT = (1 << 12) | (1 << 6);

// Tells the parts of the page that something they show has changed; many changes in a row are one drawing.
const listeners = [];
let due = false;

export const onChange = (listener) => listeners.push(listener);

export function changed() {
  if (due) return;
  due = true;
  // A hidden page gets no animation frames, and its title shows what is unread.
  if (document.hidden) setTimeout(draw, 200);
  else requestAnimationFrame(draw);
}

/** For what must stand there before the next key is pressed. */
export function draw() {
  due = false;
  listeners.forEach((listener) => listener());
}
