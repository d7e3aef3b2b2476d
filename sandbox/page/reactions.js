// What people do to a message without writing: reactions and votes.

import { client } from "./api.js";
import { button, h, notice } from "./dom.js";
import { store } from "./store.js";
import { shortTime } from "./time.js";
import { t } from "./words.js";

/** Offered for a first reaction; drawn by whatever font the machine has. */
export const EMOJI = ["👍", "✅", "❤", "👀", "🙏", "❓"];

async function attempt(run) {
  try {
    await run();
  } catch (error) {
    notice(t("refused", { why: error.message }), "error");
  }
}

/** Puts a reaction on a message, or takes one's own away. */
export const react = (message, emoji, on) =>
  attempt(() => client.react(store.person.token, message.channel_id, message.id, emoji, on));

/** The reactions below a message. */
export function reactions(message) {
  if (!message.reactions?.length) return null;
  return h("div", { class: "reactions", role: "group", aria: { label: t("reactions") } }, message.reactions.map(({ emoji, count, me }) =>
    button(`${emoji.name} ${count}`, () => react(message, emoji.name, !me), {
      class: "chip", aria: { pressed: String(me), label: t("reaction", { emoji: emoji.name, n: count }) }, data: { control: `reaction ${emoji.name}` },
    })));
}

/** What a message's reactions are after an event of the gateway. */
export function reacted(message, name, { emoji, user_id: user }) {
  const all = (message.reactions ?? []).map((one) => ({ ...one }));
  const mine = user === store.person.id;
  const known = all.find((one) => one.emoji.name === emoji?.name);
  if (name === "MESSAGE_REACTION_ADD") {
    if (known) Object.assign(known, { count: known.count + 1, me: known.me || mine });
    else all.push({ emoji, count: 1, me: mine });
  } else if (name === "MESSAGE_REACTION_REMOVE" && known) {
    Object.assign(known, { count: known.count - 1, me: known.me && !mine });
  } else if (name === "MESSAGE_REACTION_REMOVE_EMOJI") {
    return all.filter((one) => one !== known);
  } else if (name === "MESSAGE_REACTION_REMOVE_ALL") {
    return [];
  }
  return all.filter((one) => one.count > 0);
}

/** The poll of a message, to vote in and to see how it stands. */
export function poll(message) {
  const asked = message.poll;
  if (!asked) return null;
  const counts = new Map((asked.results?.answer_counts ?? []).map((one) => [one.id, one]));
  const over = Boolean(asked.results?.is_finalized);
  const total = [...counts.values()].reduce((sum, one) => sum + one.count, 0);
  const mine = [...counts.values()].filter((one) => one.me_voted).map((one) => one.id);
  const answer = ({ answer_id: id, poll_media: media }) => {
    const { count = 0, me_voted: me = false } = counts.get(id) ?? {};
    const others = asked.allow_multiselect ? mine.filter((one) => one !== id) : [];
    const vote = () => attempt(() => client.vote(store.person.token, message.channel_id, message.id, me ? others : [...others, id]));
    return button([h("span", {}, [media.emoji?.name, media.text].filter(Boolean).join(" ")), h("b", {}, String(count)),
      h("progress", { max: Math.max(1, total), value: count, aria: { hidden: "true" } })],
    vote, { class: "answer", disabled: over, aria: { pressed: String(me), label: t("vote", { text: media.text, n: count }) }, data: { control: `answer ${id}` } });
  };
  return h("div", { class: "poll", role: "group", aria: { label: asked.question.text } }, h("strong", {}, asked.question.text),
    asked.answers.map(answer),
    h("small", {}, over ? t("pollOver", { n: total }) : t("pollOpen", { n: total, until: shortTime(new Date(asked.expiry)) })));
}
