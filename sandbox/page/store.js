// What the page knows at the moment, as the server last told it, and how to look things up in it.

export const store = {
  /** `GET /sandbox/state`. */
  world: null,
  /** Channels and threads that the chosen person sees: {channel, messages, pings}. */
  rooms: [],
  /** The chosen person, an entry of `world.users`. */
  person: null,
  /** Id of the chosen channel or thread. */
  roomId: null,
  /** `GET /sandbox/view` of it. */
  view: null,
  /** How many of its last messages are asked for. */
  limit: 200,
};

export const userById = (id) => store.world?.users.find((user) => user.id === id);
export const roleById = (id) => store.world?.roles.find((role) => role.id === id);
export const roomById = (id) => store.rooms.find((room) => room.channel.id === id);

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

/** The mark before a channel's name. */
export function roomMark(channel) {
  if (isThread(channel)) return isPrivateThread(channel) ? "🔒" : "🧵";
  return { [kinds.DM]: "@", [kinds.VOICE]: "🔊", [kinds.NEWS]: "📣", [kinds.STAGE]: "🎙", [kinds.FORUM]: "🗂" }[channel.type] ?? "#";
}

// Tells the parts of the page that something they show has changed.
const listeners = [];
export const onChange = (listener) => listeners.push(listener);
export const changed = () => listeners.forEach((listener) => listener());
