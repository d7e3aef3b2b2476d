// An office for one test file: a sandbox of its own, the scripted bot, and a browser whose every request is watched.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { after, before } from "node:test";
import { chromium } from "playwright-core";
import { startBot } from "./bot.mjs";

const here = (path) => new URL(`../${path}`, import.meta.url).pathname;

/** Monday, 08:00 in Vietnam; the clock stands until it is moved. */
export const START = "2026-03-02T01:00:00Z";

const SCREENSHOTS = process.env.SCREENSHOTS ?? here("screenshots");
const SANDBOX = process.env.SANDBOX ?? here("../../../target/debug/discord-sandbox");
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];

/** Waits for something that comes soon or not at all. */
export async function until(what, holds, within = 8000) {
  const end = Date.now() + within;
  for (;;) {
    const found = await holds();
    if (found) return found;
    if (Date.now() > end) assert.fail(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}

function startSandbox() {
  const child = spawn(SANDBOX, ["--port", "0", "--world", here("world.toml"), "--start", START], { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, RUST_LOG: "warn" } });
  return new Promise((resolve, reject) => {
    let said = "";
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`the sandbox ended with ${code}: ${said}`)));
    child.stdout.on("data", (text) => {
      said += text;
      const base = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
      const token = /Bot token:\s+(\S+)/.exec(said)?.[1];
      if (base && token && said.includes("/sandbox/state")) resolve({ child, base, token });
    });
  });
}

/** Starts everything before the tests of a file, ends it after them. `bot: false` leaves the bot away. */
export function office({ bot: withBot = true } = {}) {
  const world = {};
  let browser;
  let child;

  before(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    const started = await startSandbox();
    child = started.child;
    world.base = started.base;
    world.state = () => world.get("/sandbox/state");
    const state = await world.state();
    world.people = Object.fromEntries(state.users.map((user) => [user.username, user]));
    world.guild = state.guild.id;
    world.rooms = Object.fromEntries(state.channels.map((channel) => [channel.name, channel.id]));
    if (withBot) world.bot = await startBot({ base: started.base, token: started.token, application: state.bot.application_id });
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
  });

  after(async () => {
    world.bot?.stop();
    await browser?.close();
    child?.removeAllListeners("exit");
    child?.kill("SIGINT");
    assert.deepEqual(world.bot?.failures ?? [], []);
  });

  world.get = async (path) => (await fetch(world.base + path)).json();

  /** A call as a person's client makes it. */
  world.as = async (person, method, path, body) => {
    const response = await fetch(`${world.base}/api/v10${path}`, {
      method, headers: { authorization: world.people[person].token, "content-type": "application/json" }, body: body && JSON.stringify(body),
    });
    assert.ok(response.ok, `${method} ${path}: ${response.status}`);
    return response.status === 204 ? null : response.json();
  };

  world.say = (person, room, content, more = {}) => world.as(person, "POST", `/channels/${world.rooms[room] ?? room}/messages`, { content, ...more });

  world.control = async (path, body) => {
    const response = await fetch(`${world.base}/sandbox/${path}`, {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
    });
    assert.ok(response.ok, `${path}: ${response.status}`);
  };

  /**
   * A person at a browser of their own. `expected` are console errors that belong to the test; any other, and any
   * request that is not for the sandbox, fails it at `page.done()`.
   */
  world.visit = async (person, { room = "phong-hop", expected = [], hint = false, prepare, viewport = { width: 1400, height: 900 }, colorScheme = "light", context: given, ...options } = {}) => {
    const context = given ?? await browser.newContext({ viewport, colorScheme, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(8000);
    const problems = [];
    page.on("console", (message) => {
      if (message.type() === "error" && !expected.some((pattern) => pattern.test(message.text()))) problems.push(message.text());
    });
    page.on("pageerror", (error) => problems.push(String(error)));
    const watch = (url) => {
      const { protocol, host } = new URL(url);
      if (["blob:", "data:"].includes(protocol)) return;
      if (host !== new URL(world.base).host) problems.push(`a request to ${url}`);
    };
    page.on("request", (request) => watch(request.url()));
    page.on("websocket", (socket) => watch(socket.url()));
    await prepare?.(page);
    if (!hint) await page.addInitScript(() => localStorage.setItem("hint-read", "yes"));
    await page.goto(`${world.base}/#person=${person}&channel=${world.rooms[room] ?? room}`);
    await page.locator("#room-head h1").waitFor();
    page.done = async () => {
      await page.close();
      if (!given) await context.close();
      assert.deepEqual(problems, []);
    };
    page.problems = problems;
    page.shot = (name) => page.screenshot({ path: `${SCREENSHOTS}/${name}.png` });
    page.box = page.locator("#composer-text");
    page.write = async (text) => {
      await page.box.fill(text);
      await page.box.press("Enter");
    };
    /** Types a slash command, picks it from the list, and gives its form. */
    page.begin = async (text) => {
      await page.box.fill("");
      await page.box.pressSequentially(`/${text}`);
      await page.locator("#suggestions li").first().waitFor();
      await page.box.press("Enter");
      return page.locator("form.command");
    };
    page.run = async (text) => {
      const form = await page.begin(text);
      await form.getByRole("button", { name: /^(Gửi|Send)$/ }).click();
    };
    page.message = (text) => page.locator("#messages .message", { hasText: text });
    return page;
  };
  return world;
}
