// The README's program in JavaScript does what it says.

import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Sandbox, until } from './sandbox.js';

test("the README's bot answers", async () => {
  const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8');
  const [, program] = readme.match(/```js\n([^]*?)```/);
  const sandbox = await Sandbox.start();
  const text = program.replaceAll('http://127.0.0.1:8888', sandbox.url).replaceAll('TOKEN', sandbox.token);
  const bot = spawn(process.execPath, ['--input-type=module', '--eval', text], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  try {
    await until('the bot', async () => (await sandbox.get('state')).bot.sessions > 0);
    const [channel] = (await sandbox.get('state')).channels;
    const person = await sandbox.person('Officer One');
    await person.say(channel, 'ping');
    await until('its answer', async () => (await person.sees(channel)).includes('pong'));
  } finally {
    bot.kill();
    await sandbox.stop();
  }
});
