// Behind the scenes: the bot's calls as they come, troubles made with one click, and the bot recovering.

import assert from "node:assert/strict";
import { test } from "node:test";
import { office, until } from "./lib/office.mjs";

const world = office();

async function behind(person = "an", options = {}) {
  const page = await world.visit(person, options);
  await page.getByRole("button", { name: person === "mary" ? "Behind the scenes" : "Hậu trường" }).click();
  return page;
}

const write = (content) => world.bot.call("POST", `/channels/${world.rooms["phong-hop"]}/messages`, { content });
const call = (page, route) => page.locator(".call", { hasText: route }).first();

test("calls are listed as they come, with what was asked", async () => {
  const page = await behind();
  await write("nhìn tôi này");
  const row = call(page, "/channels/…/messages");
  await row.locator(".status.good", { hasText: "200" }).waitFor();
  await row.locator("summary").click();
  await row.locator("pre", { hasText: "nhìn tôi này" }).waitFor();
  await assert.rejects(world.bot.call("GET", "/channels/1"));
  const refused = call(page, "/channels/…");
  await refused.locator(".status.bad", { hasText: "404" }).waitFor();
  assert.equal(await refused.locator("small").textContent(), "10003");
  await page.done();
});

test("an answer that the bot did not hear is shown with what was done, and why", async () => {
  const page = await behind();
  await page.getByRole("button", { name: "Discord quên trả lời" }).click();
  await page.locator(".fault.armed").waitFor();
  await assert.rejects(write("nghe không"));
  const row = call(page, "⚡ commit_then_drop");
  await row.locator(".status.bad", { hasText: "200" }).waitFor();
  await row.locator("summary").click();
  await row.getByText("Bot không nghe được câu trả lời này.").waitFor();
  await page.message("nghe không").waitFor();
  await page.locator(".fault", { hasText: "còn 0, đã xảy ra 1" }).waitFor();
  await page.shot("drawer");
  await page.getByRole("button", { name: "Gỡ hết sự cố" }).click();
  await until("no fault is left", async () => (await page.locator(".fault").count()) === 0);
  await page.done();
});

test("half of the calls fail, the others do not", async () => {
  const page = await behind("mary");
  await page.getByRole("button", { name: "Half of the calls fail" }).click();
  await page.locator(".fault.armed").waitFor();
  const outcomes = [];
  for (let number = 0; number < 24; number += 1) outcomes.push(await write(`lần ${number}`).then(() => true, () => false));
  const failed = outcomes.filter((well) => !well).length;
  assert.ok(failed >= 4 && failed <= 20, `${failed} of 24 failed`);
  await until("they are listed so", async () => (await page.locator(".call", { hasText: "⚡ status" }).count()) === failed);
  await page.getByRole("button", { name: "Clear all faults" }).click();
  await until("it is over", async () => (await page.locator(".fault").count()) === 0);
  await write("lại được");
  await page.done();
});

test("too many calls and slow ones are told apart", async () => {
  const page = await behind();
  await page.getByRole("button", { name: "Ba lần 429, chờ 2 giây" }).click();
  await page.locator(".fault.armed").waitFor();
  await assert.rejects(write("một"), /429/);
  await call(page, "⚡ rate_limit").locator(".status.slow", { hasText: "429" }).waitFor();
  await page.getByRole("button", { name: "Gỡ hết sự cố" }).click();
  await until("it is over", async () => (await page.locator(".fault").count()) === 0);
  await page.getByRole("button", { name: "Năm lời gọi chậm 2 giây" }).click();
  await page.locator(".fault.armed").waitFor();
  const slow = write("chậm");
  await page.locator(".call .status.open").waitFor();
  await slow;
  await call(page, "⚡ delay").locator(".status.good").waitFor();
  await page.getByRole("button", { name: "Gỡ hết sự cố" }).click();
  await page.done();
});

test("the bot's line breaks, and everybody sees it come back", async () => {
  const page = await behind();
  await page.locator(".bot-status.on", { hasText: "Bot đang kết nối" }).waitFor();
  await page.getByRole("button", { name: "Đứt kết nối gateway" }).click();
  await page.locator(".turn", { hasText: "Bot mất kết nối" }).waitFor();
  await page.locator(".turn.on", { hasText: "Bot đã kết nối lại" }).waitFor();
  await page.locator(".bot-status.on", { hasText: "Bot đã kết nối lại sau 1 giây" }).waitFor();
  assert.equal(await page.locator(".bot-state").getAttribute("aria-label"), "Bot đang kết nối");
  await page.shot("recovered");
  await page.run("chao");
  await page.message("locale vi").waitFor();
  await page.done();
});

test("what the host offers to do to the bot is one press away", async () => {
  const pulled = [];
  const page = await behind("an", {
    async prepare(fresh) {
      // The levers of a host are made in its own program; here one is put into what the sandbox tells.
      await fresh.routeWebSocket(/\/sandbox\/live/, (route) => {
        route.connectToServer().onMessage((text) => {
          const signal = JSON.parse(text);
          signal.host.levers = [{ id: "kill", name: "Kill the bot now", name_localizations: { vi: "Tắt bot ngay" } }];
          route.send(JSON.stringify(signal));
        });
      });
      await fresh.route("**/sandbox/host/levers/*", (route) => {
        pulled.push(`${route.request().method()} ${new URL(route.request().url()).pathname}`);
        return route.fulfill({ status: 204 });
      });
    },
  });
  await page.getByRole("button", { name: "Tắt bot ngay" }).click();
  await until("it was pulled", () => pulled.length);
  assert.deepEqual(pulled, ["POST /sandbox/host/levers/kill"]);
  await page.done();
});
