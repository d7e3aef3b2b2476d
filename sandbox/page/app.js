// Ties the parts together: the address, the line to the sandbox, and what is drawn when.

import { sandbox } from "./api.js";
import { drawChannels, forgetSeen, markSeen, missed, neighbour } from "./channels.js";
import { simulatedNow } from "./clock.js";
import { composer } from "./composer.js";
import { notice } from "./dom.js";
import { drawer } from "./drawer.js";
import { drawForum } from "./forum.js";
import { follow, gateway } from "./gateway.js";
import { keyboard } from "./keyboard.js";
import { relabel } from "./markdown.js";
import { drawMeanwhile } from "./meanwhile.js";
import { drawMessages, followEnd, jumpTo } from "./messages.js";
import { drawHint, drawRoomHead, drawTyping } from "./room.js";
import { changed, isThread, kinds, onChange, roomById, store, writingIn } from "./store.js";
import { apply, enter, linksAge, load, readStructure } from "./sync.js";
import { topbar } from "./topbar.js";
import { setLocale, t } from "./words.js";

const part = (id) => document.getElementById(id);
const shown = { channels: false, drawer: window.innerWidth > 1500 };
let line = null;
let attempt = 0;
let offline = false;
let sandboxId = null;

const updateTop = topbar(part("top"), { choose, toggle });
const updateComposer = composer(part("composer"), part("main"));
const updateDrawer = drawer(part("drawer"));
followEnd(part("messages"), part("to-end"));
keyboard({ go, neighbour, escape });

/** `#person=an&channel=42` in the address, so that a tab can be reopened or sent to a colleague. */
const address = () => new URLSearchParams(location.hash.slice(1));

function writeAddress(changes) {
  const parameters = address();
  for (const [key, value] of Object.entries(changes)) parameters.set(key, value);
  history.replaceState(null, "", `#${parameters}`);
}

/** Whose page it is and which room is open, by the address. */
const wanted = {
  person(world) {
    const name = address().get("person");
    return world.users.find((user) => user.username === name || user.id === name) ?? world.users[0];
  },
  room(rooms, person) {
    const id = address().get("channel");
    if (rooms.some(({ channel }) => channel.id === id)) return id;
    const first = firstRoom(rooms)?.channel.id ?? null;
    if (id) refuse(person, first);
    return first;
  },
};

/** Says that the room of the address is not for this person, whose page is not drawn yet, and puts the address right. */
function refuse(person, instead) {
  setLocale(person.locale);
  notice(t("notSeen", { name: person.name }), "error");
  writeAddress({ channel: instead ?? "" });
}

/** The first channel in which something was written; where nothing was, the first at all. */
function firstRoom(rooms) {
  const spoken = rooms
    .filter(({ channel }) => [kinds.TEXT, kinds.NEWS].includes(channel.type) && !isThread(channel))
    .sort((one, other) => one.channel.position - other.channel.position);
  return spoken.find((room) => room.messages) ?? spoken[0];
}

function choose(id) {
  writeAddress({ person: store.world.users.find((user) => user.id === id).username });
  connect();
}

/** Logs in as the person of the address. Each READY is a gap, after which everything is read anew. */
async function connect() {
  line?.close();
  line = null;
  const own = (attempt += 1);
  const world = await sandbox.state();
  // Somebody else was chosen in the meantime.
  if (own !== attempt) return;
  const { token } = wanted.person(world);
  line = gateway(token, {
    refused: () => setTimeout(() => connect().catch(lost), 1000),
    lost,
    dispatch(name, data) {
      if (name === "READY") load(wanted).then(found, lost);
      else if (name === "RESUMED") found();
      else apply(name, data);
    },
  });
}

/** Goes to a channel or thread, and to one of its messages. */
async function go(room, message) {
  // One that was made this moment may not have been told yet.
  if (!roomById(room)) await readStructure().catch(lost);
  if (!roomById(room)) return notice(t("gone"), "error");
  writeAddress({ channel: room });
  shown.channels = false;
  const entered = writingIn() === room ? null : enter(room);
  // At once, so that what is typed meanwhile is neither lost nor put elsewhere.
  updateComposer();
  // Not where that would bring up a keyboard on the screen.
  if (!message && matchMedia("(pointer: fine)").matches) part("composer-text").focus({ preventScroll: true });
  try {
    await entered;
    if (message) await jumpTo(message);
  } catch (error) {
    lost(error);
  }
  return undefined;
}

function toggle(name) {
  shown[name] = !shown[name];
  changed();
}

function draw() {
  if (!store.world || !store.signal) return;
  setLocale(store.person.locale);
  part("skip").textContent = t("skip");
  part("to-end").textContent = t("toEnd");
  part("messages").setAttribute("aria-label", t("messages"));
  document.body.classList.toggle("show-channels", shown.channels);
  document.body.classList.toggle("show-drawer", shown.drawer);
  part("drawer").hidden = !shown.drawer;
  const now = simulatedNow();
  updateTop(shown);
  markSeen();
  const pings = missed();
  document.title = `${pings ? `(${pings}) ` : ""}${store.person.name} · ${store.world.guild.name}`;
  drawChannels(part("channels"));
  drawRoomHead(part("room-head"), now);
  drawHint(part("hint"));
  drawMeanwhile(part("meanwhile"), now);
  const forum = store.view?.channel.type === kinds.FORUM;
  part("forum").hidden = !forum;
  part("messages").hidden = forum;
  if (forum) drawForum(part("forum"), go);
  else drawMessages(part("messages"), now);
  drawTyping(part("typing"));
  updateComposer();
  updateDrawer(shown.drawer);
}

/** The sandbox is away; said once, and tried again for ever. */
function lost(error) {
  if (error) console.warn(error);
  if (offline) return;
  offline = true;
  notice(t("offline"), "error offline");
}

function found() {
  offline = false;
  document.querySelectorAll(".notice.offline").forEach((said) => said.remove());
  const { base_url: url, guild } = store.world;
  const id = `${url} ${guild.created_at}`;
  if (sandboxId && sandboxId !== id) forgetSeen();
  sandboxId = id;
  changed();
}

follow({
  lost,
  heard(signal) {
    const later = store.signal?.now !== signal.now;
    const first = !store.signal;
    store.signal = signal;
    if (later) relabel(part("main"), simulatedNow());
    if (first) connect().catch(lost);
    else if (linksAge()) load(wanted).catch(lost);
    changed();
  },
});

document.addEventListener("click", (event) => {
  const to = event.target.closest("[data-room]")?.dataset.room;
  if (!to) return;
  event.preventDefault();
  go(...to.split("/"));
});
document.addEventListener("pointerdown", (event) => closePopovers(event.target));
document.addEventListener("go", ({ detail }) => go(detail));
document.addEventListener("room-gone", () => load(wanted).catch(lost));
window.addEventListener("hashchange", () => connect().catch(lost));
window.addEventListener("focus", () => changed());
onChange(draw);

/** Closes what is folded out over the page; true when there was anything. */
function escape() {
  const open = shown.channels || document.querySelector("details.popover[open]");
  if (shown.channels) toggle("channels");
  closePopovers(null);
  return Boolean(open);
}

function closePopovers(target) {
  for (const open of document.querySelectorAll("details.popover[open]")) {
    if (open.contains(target)) continue;
    const had = open.contains(document.activeElement);
    open.open = false;
    if (had) open.querySelector("summary").focus();
  }
}

// Where the overlays of narrow windows begin.
new ResizeObserver(([top]) => document.body.style.setProperty("--top", `${top.target.offsetHeight}px`)).observe(part("top"));
