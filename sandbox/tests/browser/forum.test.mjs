// A forum: posts with tags, and the way to a new one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { office, until } from "./lib/office.mjs";

const world = office({ bot: false });

test("posts are listed with their tags, filtered, written and read", async () => {
  const forum = await world.as("an", "POST", `/guilds/${world.guild}/channels`, {
    name: "hoi-dap", type: 15, available_tags: [{ name: "Giá", emoji_name: "🏷" }, { name: "Dân số" }],
  });
  const [price, people] = forum.available_tags.map((tag) => tag.id);
  const post = (name, tags) => world.as("binh", "POST", `/channels/${forum.id}/threads`, { name, applied_tags: tags, message: { content: `nội dung ${name}` } });
  await post("Giá gạo", [price]);
  await post("Dân số Huế", [people]);
  const page = await world.visit("an", { room: forum.id });
  const cards = page.locator(".post");
  await until("both are listed", async () => (await cards.count()) === 2);
  assert.equal(await page.locator("#composer").isVisible(), false);
  // The newest is on top.
  assert.match(await cards.first().textContent(), /Dân số.*Dân số Huế.*Trần Văn Bình.*1 tin nhắn/);
  await page.shot("forum");
  await page.getByRole("button", { name: "🏷 Giá" }).click();
  await until("one is left", async () => (await cards.count()) === 1);
  assert.equal(await page.getByRole("button", { name: "🏷 Giá" }).getAttribute("aria-pressed"), "true");
  await page.getByRole("button", { name: "🏷 Giá" }).click();

  await page.getByRole("button", { name: "Bài mới" }).click();
  const form = page.getByRole("dialog", { name: "Bài mới" });
  await form.getByLabel("Tiêu đề").fill("Giá điện");
  await form.getByRole("checkbox", { name: "🏷 Giá" }).check();
  await form.getByLabel("Nội dung").fill("Hỏi về **giá điện**");
  await form.getByRole("button", { name: "Gửi đi" }).click();
  await page.locator("#room-head h1", { hasText: "Giá điện" }).waitFor();
  await page.message("Hỏi về giá điện").locator("strong", { hasText: "giá điện" }).waitFor();
  assert.match(await page.locator("#room-head .chip").first().textContent(), /Giá/);
  await page.write("trả lời trong bài");
  await page.message("trả lời trong bài").waitFor();

  const made = (await world.state()).threads.find((thread) => thread.name === "Giá điện");
  assert.deepEqual(made.applied_tags, [price]);
  await page.getByRole("link", { name: "trong #hoi-dap" }).click();
  await until("it is on top, with both messages", async () => /Giá điện.*2 tin nhắn/.test(await cards.first().textContent()));
  await world.as("an", "PATCH", `/channels/${made.id}`, { archived: true, locked: true });
  await cards.filter({ hasText: "đã khóa" }).waitFor();
  await page.done();
});
