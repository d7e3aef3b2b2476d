// A bot on discord.js goes through what bots do. Each test has a sandbox and a login of its own.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { afterEach, beforeEach, test } from 'node:test';

import {
  ActionRowBuilder,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  ChannelType,
  Client,
  Events,
  GatewayIntentBits,
  MessageFlags,
  ModalBuilder,
  SlashCommandBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';

import { Sandbox, until } from './sandbox.js';

const MESSAGES = '/channels/{channel_id}/messages';

let sandbox, client, channel, person;

beforeEach(async () => {
  sandbox = await Sandbox.start();
  client = new Client({
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.MessageContent],
    rest: { api: `${sandbox.url}/api` },
  });
  const ready = once(client, Events.ClientReady);
  await client.login(sandbox.token);
  await ready;
  channel = client.channels.cache.find((one) => one.name === 'general');
  person = await sandbox.person('Officer One');
});

afterEach(async () => {
  await client.destroy();
  const violations = await sandbox.get('violations');
  await sandbox.stop();
  assert.deepEqual(violations, [], "bodies that break Discord's OpenAPI document");
});

/** Registers `/plan`, whose title is completed. */
async function register() {
  const plan = new SlashCommandBuilder()
    .setName('plan')
    .setNameLocalizations({ vi: 'ke-hoach' })
    .setDescription('Plans something')
    .addStringOption((title) =>
      title.setName('title').setDescription('What is planned').setRequired(true).setAutocomplete(true),
    );
  return client.application.commands.set([plan]);
}

/** What comes of an interaction that somebody began, answered by `answer`. */
async function answered(begun, answer) {
  const heard = once(client, Events.InteractionCreate).then(([interaction]) => answer(interaction));
  const [outcome] = await Promise.all([begun, heard]);
  return outcome;
}

const row = (component) => new ActionRowBuilder().addComponents(component);

const button = (label) =>
  row(new ButtonBuilder().setCustomId('press').setLabel(label).setStyle(ButtonStyle.Primary));

test('connects, and knows the guild', async () => {
  const { bot, guild, channels, roles } = await sandbox.get('state');
  assert.equal(client.user.id, bot.id);
  assert.equal(client.application.id, bot.application_id);
  const known = client.guilds.cache.get(guild.id);
  assert.equal(known.name, guild.name);
  assert.deepEqual([...known.channels.cache.keys()].sort(), channels.map(({ id }) => id).sort());
  assert.deepEqual([...known.roles.cache.keys()].sort(), roles.map(({ id }) => id).sort());
  assert.equal((await known.members.fetch(person.id)).displayName, 'Officer One');
});

test('registers a command', async () => {
  await register();
  const listed = await client.application.commands.fetch({ withLocalizations: true });
  assert.deepEqual(
    listed.map(({ name, nameLocalizations, options }) => [name, nameLocalizations.vi, options[0].autocomplete]),
    [['plan', 'ke-hoach', true]],
  );
});

test('completes an option and answers a command late', async () => {
  await register();
  const choices = await answered(person.type(channel, 'plan', 'title', 'su'), (interaction) => {
    assert.ok(interaction.isAutocomplete());
    const typed = interaction.options.getFocused();
    return interaction.respond([{ name: `${typed}rvey`, value: 'survey' }]);
  });
  assert.deepEqual(choices, [{ name: 'survey', value: 'survey' }]);

  const { message } = await answered(person.run(channel, 'plan', { title: 'survey' }), async (interaction) => {
    assert.ok(interaction.isChatInputCommand());
    await interaction.deferReply();
    const reply = await interaction.editReply(`Planned: ${interaction.options.getString('title')}`);
    assert.equal(reply.author.id, client.user.id);
    const aside = await interaction.followUp({ content: 'You alone see this', flags: MessageFlags.Ephemeral });
    assert.ok(aside.flags.has(MessageFlags.Ephemeral));
  });
  assert.equal(message.content, 'Planned: survey');
  assert.equal(message.interaction_metadata.user.id, person.id);
});

test('a button changes its message', async () => {
  const card = await channel.send({ content: 'A task', components: [button('Receive')] });
  await answered(person.press(channel, card, 'press'), (interaction) => {
    assert.ok(interaction.isButton());
    assert.equal(interaction.message.id, card.id);
    return interaction.update({ content: 'Received', components: [button('Again')] });
  });
  const changed = await card.fetch(true);
  assert.equal(changed.content, 'Received');
  assert.equal(changed.components[0].components[0].label, 'Again');
});

test('a modal asks and is answered in secret', async () => {
  const card = await channel.send({ content: 'A task', components: [button('Refuse')] });
  const why = new TextInputBuilder().setCustomId('why').setLabel('Why?').setStyle(TextInputStyle.Paragraph);
  const modal = new ModalBuilder().setCustomId('reason').setTitle('Reason').addComponents(row(why));
  const opened = await answered(person.press(channel, card, 'press'), (interaction) => interaction.showModal(modal));
  assert.equal(opened.modal.title, 'Reason');

  const { message } = await answered(person.submit(channel, opened, 'why', 'it rains'), (interaction) => {
    assert.ok(interaction.isModalSubmit());
    const content = `Because ${interaction.fields.getTextInputValue('why')}`;
    return interaction.reply({ content, flags: MessageFlags.Ephemeral });
  });
  assert.deepEqual([message.content, message.flags], ['Because it rains', MessageFlags.Ephemeral]);
});

test('threads are made, talked in and archived', async () => {
  const starter = await channel.send('Let us talk');
  const thread = await starter.startThread({ name: 'Talk', reason: 'asked for' });
  assert.equal(thread.id, starter.id);
  const filter = ({ author }) => author.id === person.id;
  const heard = thread.awaitMessages({ filter, max: 1, time: 5000, errors: ['time'] });
  await person.say(thread, 'Here I am');
  assert.equal((await heard).first().content, 'Here I am');
  await assert.rejects(starter.startThread({ name: 'Twice' }), { code: 'MessageExistingThread' });

  const type = ChannelType.PrivateThread;
  const hidden = await channel.threads.create({ name: 'Between us', type, invitable: false });
  await hidden.members.add(person.id);
  assert.ok((await hidden.members.fetch()).has(person.id));
  await hidden.setArchived(true);
  const { threads } = await channel.threads.fetchArchived({ type: 'private' });
  assert.deepEqual([...threads.keys()], [hidden.id]);
});

test('the same nonce gives the same message', async () => {
  const once = { content: 'Said once', nonce: 'n-1', enforceNonce: true };
  const [first, again] = [await channel.send(once), await channel.send(once)];
  assert.equal(again.id, first.id);
  const other = await channel.send({ ...once, nonce: 'n-2' });
  assert.deepEqual([...(await channel.messages.fetch()).keys()], [other.id, first.id]);
});

test('what is uploaded can be read back', async () => {
  const table = Buffer.from('tỉnh,năm\nĐà Nẵng,2026\n');
  const attachment = new AttachmentBuilder(table, { name: 'tinh.csv', description: 'A table' });
  const sent = await channel.send({ files: [attachment] });
  const [file] = (await sent.fetch(true)).attachments.values();
  assert.deepEqual([file.name, file.description, file.size], ['tinh.csv', 'A table', table.length]);
  const answer = await fetch(file.url);
  assert.deepEqual(Buffer.from(await answer.arrayBuffer()), table);
});

test('history is read page by page', async () => {
  await sandbox.post('flood', { channel_id: channel.id, count: 250 });
  const contents = [];
  for (let after = '0', page; (page = await channel.messages.fetch({ after, limit: 100 })).size > 0; ) {
    after = page.firstKey();
    contents.push(...page.map(({ content }) => content).reverse());
  }
  assert.deepEqual(contents, Array.from({ length: 250 }, (_, n) => `Message ${n + 1} of a flood of 250.`));
  assert.equal((await sandbox.requests('GET', MESSAGES)).length, 4);
});

for (const lost of [
  { effect: 'gateway_drop' },
  { effect: 'gateway_close', code: 4000 },
  { effect: 'gateway_reconnect' },
  { effect: 'gateway_invalid_session', resumable: true },
]) {
  test(`a session is resumed, and nothing is missed: ${lost.effect}`, async () => {
    const contents = [];
    client.on(Events.MessageCreate, ({ content }) => contents.push(content));
    client.once(Events.ClientReady, () => assert.fail('a new session'));
    const resumed = once(client, Events.ShardResume);
    await sandbox.fault({ event: 'MESSAGE_CREATE', skip: 100, ...lost });
    await sandbox.post('flood', { channel_id: channel.id, count: 500, per_second: 1000 });
    const [, replayed] = await resumed;
    assert.ok(replayed > 0, 'nothing was said in the meantime');
    await until('the whole flood', () => contents.length >= 500);
    assert.deepEqual(contents, Array.from({ length: 500 }, (_, n) => `Message ${n + 1} of a flood of 500.`));
    assert.equal((await sandbox.get('state')).bot.sessions, 1);
  });
}

for (const scope of ['user', 'shared', 'global']) {
  test(`a 429 is respected: ${scope}`, async () => {
    await sandbox.fault({ method: 'POST', route: '/channels/*/messages', effect: 'rate_limit', scope, retry_after: 1 });
    await channel.send('Patience');
    const calls = await sandbox.requests('POST', MESSAGES);
    assert.deepEqual(calls.map(({ status, body }) => [status, body.content]), [[429, 'Patience'], [200, 'Patience']]);
    const waited = Date.parse(calls[1].at) - Date.parse(calls[0].at);
    assert.ok(waited >= 1000, `only ${waited} ms`);
  });
}
