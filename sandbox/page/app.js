// Ties the parts together: the address, the rhythm of looking, and what is redrawn when.

import { sandbox } from "./api.js";
import { drawChannels, forgetSeen, markSeen } from "./channels.js";
import { simulatedNow } from "./clock.js";
import { composer } from "./composer.js";
import { notice } from "./dom.js";
import { drawer } from "./drawer.js";
import { relabel } from "./markdown.js";
import { drawMessages, followEnd } from "./messages.js";
import { drawHint, drawRoomHead } from "./room.js";
import { isThread, kinds, onChange, roomById, store } from "./store.js";
import { topbar } from "./topbar.js";
import { setLocale, t } from "./words.js";

/** Real time between two looks. Plain polling: it survives restarts of the sandbox and any number of tabs. */
const LOOK_MILLISECONDS = 400;

const part = (id) => document.getElementById(id);
const shown = { channels: false, drawer: false };
let revision = null;
let time = null;
let offline = false;

const updateTop = topbar(part("top"), { choose, toggle, refresh });
const updateComposer = composer(part("composer"));
followEnd(part("messages"));
const refreshDrawer = drawer(part("drawer"));

/** `#person=an&channel=42` in the address, so that a tab can be reopened or sent to a colleague. */
const address = () => new URLSearchParams(location.hash.slice(1));

function writeAddress(changes) {
  const parameters = address();
  for (const [key, value] of Object.entries(changes)) parameters.set(key, value);
  history.replaceState(null, "", `#${parameters}`);
}

function choose(id) {
  const person = store.world.users.find((user) => user.id === id);
  writeAddress({ person: person.username });
  refresh();
}

/** Goes to a channel or thread, and to one of its messages. */
async function go(room, message) {
  if (!roomById(room)) return notice(t("gone"), "error");
  writeAddress({ channel: room });
  store.limit = 200;
  shown.channels = false;
  // At once, so that what is typed meanwhile is not lost; not where that would bring up a keyboard on the screen.
  if (!message && matchMedia("(pointer: fine)").matches) part("composer-text").focus({ preventScroll: true });
  await refresh();
  if (message) part(`message-${message}`)?.scrollIntoView({ block: "center" });
}

function toggle(name) {
  shown[name] = !shown[name];
  draw();
  if (name === "drawer" && shown.drawer) refreshDrawer().catch(lost);
}

/** Asks for everything that is on the screen, and shows it. */
async function refresh() {
  const world = await sandbox.state();
  const wanted = address();
  const name = wanted.get("person");
  const person = world.users.find((user) => user.username === name || user.id === name) ?? world.users[0];
  const rooms = await sandbox.channels(person.token);
  const room = (rooms.find(({ channel }) => channel.id === wanted.get("channel")) ?? firstRoom(rooms))?.channel.id;
  const view = room ? await sandbox.view(person.token, room, store.limit) : null;
  // All at once: a half-updated page would show one person another one's room.
  Object.assign(store, { world, person, rooms, roomId: room ?? null, view });
  setLocale(person.locale);
  if (shown.drawer) await refreshDrawer();
  draw();
}

function firstRoom(rooms) {
  const spoken = rooms.filter(({ channel }) => [kinds.TEXT, kinds.NEWS].includes(channel.type) && !isThread(channel));
  return spoken.sort((one, other) => one.channel.position - other.channel.position)[0];
}

function draw() {
  if (!store.world || !time) return;
  document.title = `${store.person.name} · ${store.world.guild.name}`;
  part("skip").textContent = t("skip");
  part("messages").setAttribute("aria-label", t("messages"));
  document.body.classList.toggle("show-channels", shown.channels);
  document.body.classList.toggle("show-drawer", shown.drawer);
  part("drawer").hidden = !shown.drawer;
  updateTop(time, shown);
  markSeen();
  drawChannels(part("channels"));
  drawRoomHead(part("room-head"), simulatedNow());
  drawHint(part("hint"));
  drawMessages(part("messages"), simulatedNow());
  updateComposer();
}

async function look() {
  try {
    const clock = await sandbox.clock();
    const later = time?.now !== clock.now;
    time = clock;
    if (clock.revision !== revision) {
      if (clock.revision < revision) forgetSeen();
      await refresh();
      // Only now: what changes during the refresh is looked at again.
      revision = clock.revision;
    } else if (later) {
      updateTop(time, shown);
      relabel(part("main"), simulatedNow());
    }
    if (offline) document.querySelectorAll(".notice.offline").forEach((line) => line.remove());
    offline = false;
  } catch (error) {
    lost(error);
  }
  setTimeout(look, document.hidden ? 4 * LOOK_MILLISECONDS : LOOK_MILLISECONDS);
}

/** The sandbox is away or refuses; said once, and tried again for ever. */
function lost(error) {
  if (offline) return;
  offline = true;
  notice(t("offline"), "error offline");
  console.error(error);
}

document.addEventListener("click", (event) => {
  const to = event.target.closest("[data-room]")?.dataset.room;
  if (!to) return;
  event.preventDefault();
  go(...to.split("/"));
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (shown.channels) toggle("channels");
  closePopovers(null);
});
document.addEventListener("pointerdown", (event) => closePopovers(event.target));

/** Closes what is folded out over the page, except around `target`. */
function closePopovers(target) {
  for (const open of document.querySelectorAll("details.popover[open]")) if (!open.contains(target)) open.open = false;
}
document.addEventListener("older", () => {
  store.limit += 200;
  refresh().catch(lost);
});
window.addEventListener("hashchange", () => refresh().catch(lost));
onChange(() => draw());

// Where the overlays of narrow windows begin.
new ResizeObserver(([top]) => document.body.style.setProperty("--top", `${top.target.offsetHeight}px`)).observe(part("top"));

shown.drawer = window.innerWidth > 1500;
look();
