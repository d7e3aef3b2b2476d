// Much of everything: thousands of messages, of which only what is looked at is laid out.

import assert from "node:assert/strict";
import { test } from "node:test";
import { office, until } from "./lib/office.mjs";

const world = office({ bot: false });
const COUNT = 2000;

const numbers = (page) => page.locator("#messages .content").evaluateAll((all) => all.map((one) => Number(/Message (\d+) of/.exec(one.textContent)?.[1])));
const laidOut = (page) => page.locator("#messages .message").evaluateAll((all) => all.filter((one) => one.firstElementChild?.checkVisibility({ contentVisibilityAuto: true })).length);

test("two thousand messages in a thread are read back to the first, with the place kept", async () => {
  const thread = await world.as("an", "POST", `/channels/${world.rooms["phong-hop"]}/threads`, { name: "Dài", type: 11 });
  await world.control("flood", { channel_id: thread.id, count: COUNT });
  const page = await world.visit("an", {
    room: thread.id,
    // So that the place can be noted before more comes.
    prepare: (fresh) => fresh.route("**/sandbox/view?*before=*", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 150));
      await route.continue();
    }),
  });
  await page.message(`Message ${COUNT} of`).waitFor();
  assert.ok((await page.locator("#messages .message").count()) <= 60, "only the last page is read");
  const list = page.locator("#messages");
  let loaded = 0;
  while (!(await page.message("Message 1 of a").count())) {
    const anchor = await list.evaluate(async (node) => {
      node.scrollTop = 200;
      // What comes near is laid out over some frames, and is then as high as it is.
      for (let count = 0; count < 6; count += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
      const top = node.getBoundingClientRect().top;
      const row = [...node.querySelectorAll(".message")].find((one) => one.getBoundingClientRect().bottom > top + 20);
      return { id: row.id, at: row.getBoundingClientRect().top, rows: node.querySelectorAll(".message").length };
    });
    await until("more is read", async () => (await page.locator("#messages .message").count()) > anchor.rows || (await page.message("Message 1 of a").count()), 15_000);
    await page.evaluate(async () => {
      for (let count = 0; count < 8; count += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
    });
    const after = await page.locator(`#${anchor.id}`).evaluate((node) => node.getBoundingClientRect().top);
    assert.ok(Math.abs(after - anchor.at) < 40, `the place moved by ${after - anchor.at} pixels`);
    loaded += 1;
    assert.ok(loaded < 60, "it never ends");
  }
  const all = await numbers(page);
  assert.deepEqual(all, Array.from({ length: COUNT }, (_, at) => at + 1));
  const shown = await laidOut(page);
  assert.ok(shown > 5 && shown < 160, `${shown} of ${COUNT} are laid out`);
  await page.shot("two-thousand");

  await page.getByRole("button", { name: "↓ Xuống tin mới nhất" }).click();
  await until("the end is in sight", () => list.evaluate((node) => node.scrollHeight - node.scrollTop - node.clientHeight < 60));
  await page.write("tôi ở cuối");
  await page.message("tôi ở cuối").waitFor();
  await until("what lies far above is let go", async () => (await page.locator("#messages .message").count()) <= 301);
  await page.done();
});

test("a flood while one reads: the end stays in sight, memory does not grow", async () => {
  const page = await world.visit("an");
  await world.control("flood", { channel_id: world.rooms["phong-hop"], count: 3000, per_second: 1500 });
  await page.message("Message 3000 of").waitFor({ timeout: 20_000 });
  assert.ok((await page.locator("#messages .message").count()) <= 601);
  const end = await page.locator("#messages").evaluate((node) => node.scrollHeight - node.scrollTop - node.clientHeight);
  assert.ok(end < 60, `${end} pixels from the end`);
  await page.done();
});

test("who reads further up is not carried away by what comes", async () => {
  const page = await world.visit("an");
  const list = page.locator("#messages");
  await list.evaluate((node) => { node.scrollTop = node.scrollHeight / 2; });
  await page.locator("#to-end").waitFor();
  // Where the row in the middle stands, when all that came near is laid out.
  const settled = () => page.evaluate(async () => {
    for (let count = 0; count < 8; count += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
  });
  await settled();
  const id = await list.evaluate((node) => {
    const { top, height } = node.getBoundingClientRect();
    return [...node.querySelectorAll(".message")].find((row) => row.getBoundingClientRect().bottom > top + height / 2).id;
  });
  const place = () => page.locator(`#${id}`).evaluate((row) => row.getBoundingClientRect().top);
  const before = await place();
  await world.say("binh", "phong-hop", "đừng giật");
  await page.message("đừng giật").waitFor({ state: "attached" });
  await settled();
  assert.ok(Math.abs((await place()) - before) < 3);
  await page.done();
});

test("a link leads to a message that lies far back", async () => {
  const room = world.rooms["quan-ly"];
  await world.say("an", room, "ngày xưa");
  const [old] = await (await fetch(`${world.base}/api/v10/channels/${room}/messages`, { headers: { authorization: world.people.an.token } })).json();
  await world.control("flood", { channel_id: room, count: 900 });
  await world.say("an", "phong-hop", `xem https://discord.com/channels/${world.guild}/${room}/${old.id}`);
  const page = await world.visit("an");
  await page.locator(`[data-room="${room}/${old.id}"]`).click();
  await page.message("ngày xưa").waitFor();
  await until("it is in sight and has the focus", () => page.message("ngày xưa").evaluate((row) => {
    const { top, bottom } = row.getBoundingClientRect();
    return document.activeElement === row && top >= 0 && bottom <= innerHeight;
  }));
  await page.done();
});
