// A sandbox of its own for each test, and the people in it, who act as Discord's client does.

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PROGRAM =
  process.env.SANDBOX ?? fileURLToPath(new URL('../../../../target/debug/discord-sandbox', import.meta.url));

/** Whatever a test waits for comes within these milliseconds or not at all. */
const SOON = 10_000;

/** Waits until `find` gives something. */
export async function until(what, find) {
  for (const end = Date.now() + SOON; Date.now() < end; await wait(10)) {
    const found = await find();
    if (found) return found;
  }
  throw new Error(`waited in vain for ${what}`);
}

async function json(response) {
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
  const text = await response.text();
  return text ? JSON.parse(text) : null;
}

export class Sandbox {
  /** Starts the program on a free port and reads where it listens and how the bot logs in. */
  static async start() {
    const sandbox = new Sandbox();
    sandbox.program = spawn(PROGRAM, ['--port', '0'], {
      env: { RUST_LOG: 'warn', ...process.env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(sandbox.program, 'spawn');
    for await (const line of createInterface({ input: sandbox.program.stdout })) {
      const last = line.split(' ').at(-1);
      if (line.startsWith('API')) sandbox.url = last;
      if (line.startsWith('Bot token')) {
        sandbox.token = last;
        return sandbox;
      }
    }
    throw new Error(`${PROGRAM} ended before it listened`);
  }

  async stop() {
    this.program.kill();
    await once(this.program, 'exit');
  }

  async get(path) {
    return json(await fetch(`${this.url}/sandbox/${path}`));
  }

  async post(path, body) {
    const headers = { 'Content-Type': 'application/json' };
    return json(await fetch(`${this.url}/sandbox/${path}`, { method: 'POST', headers, body: JSON.stringify(body) }));
  }

  /** Something goes wrong, once. */
  async fault(fault) {
    await this.post('faults', fault);
  }

  /** The bot's calls of one route, in order. */
  async requests(method, route) {
    const calls = await this.get('requests');
    return calls.filter((call) => call.method === method && call.route === route);
  }

  async person(name) {
    const { users } = await this.get('state');
    return new Person(this, users.find((user) => user.name === name));
  }
}

const COMMAND = 2;
const COMPONENT = 3;
const AUTOCOMPLETE = 4;
const MODAL = 5;

class Person {
  #sandbox;
  #token;

  constructor(sandbox, { id, token }) {
    this.id = id;
    this.#sandbox = sandbox;
    this.#token = token;
  }

  async #post(path, body) {
    const headers = { Authorization: this.#token, 'Content-Type': 'application/json' };
    const url = `${this.#sandbox.url}/api/v10${path}`;
    return json(await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) }));
  }

  async say(channel, content) {
    return this.#post(`/channels/${channel.id}/messages`, { content });
  }

  /** What is written in a channel, what this person alone is shown included. */
  async sees(channel) {
    const { messages } = await this.#sandbox.get(`view?token=${this.#token}&channel_id=${channel.id}`);
    return messages.map(({ content }) => content);
  }

  /** Begins an interaction and waits for what comes of it. */
  async #interact(type, channel, rest) {
    const nonce = randomUUID();
    await this.#post('/interactions', { type, nonce, channel_id: channel.id, ...rest });
    return until(`the answer to interaction ${nonce}`, async () => {
      const [outcome] = await this.#sandbox.get(`interactions?nonce=${nonce}`);
      if (outcome.status === 'failed') throw new Error('the bot did not answer in time');
      const thinking = outcome.message?.flags & 128;
      return outcome.status !== 'waiting' && !thinking && outcome;
    });
  }

  async type(channel, name, option, text) {
    const options = [{ name: option, type: 3, value: text, focused: true }];
    return (await this.#interact(AUTOCOMPLETE, channel, { data: { name, options } })).choices;
  }

  async run(channel, name, given) {
    const options = Object.entries(given).map(([option, value]) => ({ name: option, type: 3, value }));
    return this.#interact(COMMAND, channel, { data: { name, options } });
  }

  async press(channel, message, customId) {
    const data = { component_type: 2, custom_id: customId };
    return this.#interact(COMPONENT, channel, { message_id: message.id, data });
  }

  /** Fills in the only field of a modal. */
  async submit(channel, { id, modal }, field, value) {
    const components = [{ type: 1, components: [{ type: 4, custom_id: field, value }] }];
    return this.#interact(MODAL, channel, { data: { id, custom_id: modal.custom_id, components } });
  }
}
