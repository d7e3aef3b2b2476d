// Interactions: begins one as a Discord client does, and follows what the bot makes of it.

import { client, nonce, sandbox } from "./api.js";
import { button, h, notice } from "./dom.js";
import { openModal } from "./modal.js";
import { changed, store } from "./store.js";
import { language, t } from "./words.js";

/** Real time between two looks at an interaction; the bot has three seconds. */
const LOOK_MILLISECONDS = 80;

/** Commands on their way, and those that nobody answered: rows that only this page has. */
const pending = new Map();

/** Messages whose button got no answer. */
const failedPresses = new Set();

export const pressFailed = (messageId) => failedPresses.has(messageId);

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function begin(type, data, more = {}) {
  const mark = nonce();
  const interaction = {
    type, data, nonce: mark, application_id: store.world.bot.application_id, channel_id: store.roomId, ...more,
  };
  if (store.view?.channel.guild_id) interaction.guild_id = store.view.channel.guild_id;
  return client.interact(store.person.token, interaction).then(() => mark);
}

/** Waits for the bot's first answer. */
async function outcome(mark) {
  for (;;) {
    const found = await sandbox.interaction(mark);
    if (found && found.status !== "waiting") return found;
    await wait(LOOK_MILLISECONDS);
  }
}

function settle(found) {
  if (found.status === "modal") openModal(found.modal, (filled) => submit(found, filled));
  changed();
}

/** Sends a command; a refusal of the server is thrown, so that the person can mend what was typed. */
export async function sendCommand(data, label) {
  const row = { room: store.roomId, person: store.person.id, label, status: "waiting" };
  const mark = await begin(2, data);
  pending.set(mark, row);
  changed();
  follow(mark, row);
}

async function follow(mark, row) {
  try {
    const found = await outcome(mark);
    if (found.status === "failed") row.status = "failed";
    else pending.delete(mark);
    settle(found);
  } catch (error) {
    pending.delete(mark);
    notice(t("refused", { why: error.message }), "error");
  }
}

/** Choices for the option that is being typed. */
export async function autocomplete(data) {
  const found = await outcome(await begin(4, data));
  return found.status === "choices" ? found.choices : null;
}

/** Presses a button or chooses from a menu. */
export async function press(message, data) {
  failedPresses.delete(message.id);
  try {
    const found = await outcome(await begin(3, data, {
      message_id: message.id, channel_id: message.channel_id, message_flags: message.flags,
    }));
    if (found.status === "failed") failedPresses.add(message.id);
    settle(found);
  } catch (error) {
    notice(t("refused", { why: error.message }), "error");
  }
}

/** Sends a filled form; thrown refusals keep the form open. */
async function submit(opened, filled) {
  const mark = await begin(5, { ...filled, id: opened.id }, { channel_id: opened.channel_id });
  const row = { room: opened.channel_id, person: store.person.id, label: opened.modal.title, status: "waiting" };
  pending.set(mark, row);
  changed();
  follow(mark, row);
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
