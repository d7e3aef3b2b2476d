// Interactions: begins one as a Discord client does, and hears over the gateway what the bot made of it.

import { client, nonce, sandbox } from "./api.js";
import { button, h, notice } from "./dom.js";
import { openModal } from "./modal.js";
import { changed, store } from "./store.js";
import { language, t } from "./words.js";

/** The bot has three seconds; that nothing came of an autocompletion is said by nobody. */
const PATIENCE_MILLISECONDS = 3500;

/** Those whose outcome is awaited, by their nonce. */
const awaited = new Map();

/** Commands on their way, and those that nobody answered: rows that only this page has. */
const pending = new Map();

/** Messages whose button got no answer. */
const failedPresses = new Set();

export const pressFailed = (messageId) => failedPresses.has(messageId);

/** Sends an interaction; gives its nonce and a promise of the outcome. */
async function begin(type, data, more = {}, files = []) {
  const mark = nonce();
  const interaction = {
    type, data, nonce: mark, application_id: store.world.bot.application_id, channel_id: store.roomId, ...more,
  };
  if (store.view?.channel.guild_id) interaction.guild_id = store.view.channel.guild_id;
  // Before it is sent: the outcome may come first.
  const outcome = new Promise((resolve) => awaited.set(mark, resolve));
  try {
    await client.interact(store.person.token, interaction, files);
  } catch (error) {
    awaited.delete(mark);
    throw error;
  }
  return { mark, outcome };
}

function arrived(mark, outcome) {
  awaited.get(mark)?.(outcome);
  awaited.delete(mark);
}

/** Takes an event that tells an outcome; true when it was one. */
export function heardOutcome(name, data) {
  switch (name) {
    case "INTERACTION_SUCCESS": arrived(data.nonce, { status: "done" }); return true;
    case "INTERACTION_FAILURE": arrived(data.nonce, { status: "failed" }); return true;
    case "INTERACTION_MODAL_CREATE": arrived(data.nonce, { status: "modal", id: data.id, channel_id: data.channel_id, modal: data }); return true;
    case "APPLICATION_COMMAND_AUTOCOMPLETE_RESPONSE": arrived(data.nonce, { status: "choices", choices: data.choices }); return true;
    default: return false;
  }
}

/** After a lost line: what came of those that are still awaited, as the sandbox kept it. */
export function recheck() {
  for (const mark of awaited.keys()) {
    sandbox.interaction(mark).then((found) => found && found.status !== "waiting" && arrived(mark, found), lostAgain);
  }
}

/** The next READY asks again. */
function lostAgain(error) {
  console.warn(error);
}

function settle(found) {
  if (found.status === "modal") openModal(found.modal, (filled, files) => submit(found, filled, files));
  changed();
}

/** Sends a command; a refusal of the server is thrown, so that the person can mend what was typed. */
export async function sendCommand(data, label, files = []) {
  const row = { room: store.roomId, person: store.person.id, label, status: "waiting" };
  const begun = await begin(2, data, {}, files);
  pending.set(begun.mark, row);
  changed();
  follow(begun, row);
}

async function follow({ mark, outcome }, row) {
  const found = await outcome;
  if (found.status === "failed") row.status = "failed";
  else pending.delete(mark);
  settle(found);
}

/** Choices for the option that is being typed. */
export async function autocomplete(data) {
  const { mark, outcome } = await begin(4, data);
  const timer = setTimeout(() => arrived(mark, { status: "failed" }), PATIENCE_MILLISECONDS);
  const found = await outcome;
  clearTimeout(timer);
  return found.status === "choices" ? found.choices : null;
}

/** Presses a button or chooses from a menu. */
export async function press(message, data) {
  failedPresses.delete(message.id);
  try {
    const { outcome } = await begin(3, data, {
      message_id: message.id, channel_id: message.channel_id, message_flags: message.flags,
    });
    const found = await outcome;
    if (found.status === "failed") failedPresses.add(message.id);
    settle(found);
  } catch (error) {
    notice(t("refused", { why: error.message }), "error");
  }
}

/** Sends a filled form; thrown refusals keep the form open. */
async function submit(opened, filled, files) {
  const begun = await begin(5, { ...filled, id: opened.id }, { channel_id: opened.channel_id }, files);
  const row = { room: opened.channel_id, person: store.person.id, label: opened.modal.title, status: "waiting" };
  pending.set(begun.mark, row);
  changed();
  follow(begun, row);
}

/** Rows below the messages for what is under way or failed. */
export function pendingRows() {
  const here = [...pending].filter(([, row]) => row.room === store.roomId && row.person === store.person?.id);
  return here.map(([mark, row]) => ({
    key: `pending ${mark}`,
    sign: row.status + language(),
    build: () => pendingRow(mark, row),
  }));
}

function pendingRow(mark, row) {
  const dismiss = () => {
    pending.delete(mark);
    changed();
  };
  const failed = row.status === "failed";
  return h("div", { class: failed ? "pending failed" : "pending", role: failed ? "alert" : null },
    h("span", { class: "mention" }, row.label), " ", failed ? `⚠ ${t("failed")}` : t("sending"), " ",
    failed ? button(t("dismiss"), dismiss, { class: "quiet" }) : null);
}
