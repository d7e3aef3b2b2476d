// Who one is: the switcher, two people side by side, the language of the page and of the person.

import assert from "node:assert/strict";
import { test } from "node:test";
import { office, until } from "./lib/office.mjs";

const world = office();

test("one person sees other rooms than another, and acts under their own name", async () => {
  const page = await world.visit("an");
  await page.locator(".room", { hasText: "quan-ly" }).waitFor();
  await page.getByLabel("Bạn là").selectOption({ label: "Trần Văn Bình · Tổ dữ liệu" });
  await until("Bình does not see it", async () => (await page.locator(".room", { hasText: "quan-ly" }).count()) === 0);
  assert.match(page.url(), /person=binh/);
  await page.write("tôi là Bình");
  assert.equal(await page.message("tôi là Bình").locator(".author").last().textContent(), "Trần Văn Bình");
  await page.done();
});

test("an address with a channel that is not for the person says so, and is put right", async () => {
  for (const [person, said] of [
    ["binh", "Kênh trong địa chỉ này không có, hoặc Trần Văn Bình không được xem."],
    ["mary", "The channel in this address does not exist, or Mary Smith may not see it."],
  ]) {
    const page = await world.visit(person, { room: "quan-ly" });
    await page.getByText(said).waitFor();
    await page.locator("#room-head h1", { hasText: "phong-hop" }).waitFor();
    assert.equal(new URL(page.url()).hash, `#person=${person}&channel=${world.rooms["phong-hop"]}`);
    await page.reload();
    await page.locator("#room-head h1", { hasText: "phong-hop" }).waitFor();
    assert.equal(await page.locator(".notice").count(), 0);
    await page.done();
  }
});

test("two tabs of one browser are two people side by side", async () => {
  const an = await world.visit("an");
  const mary = await world.visit("mary", { context: an.context() });
  assert.equal(await an.locator("html").getAttribute("lang"), "vi");
  assert.equal(await mary.locator("html").getAttribute("lang"), "en");
  await mary.write("hello from Mary");
  await an.message("hello from Mary").waitFor();
  await an.write("chào Mary");
  await mary.message("chào Mary").waitFor();
  const own = (page, text) => page.message(text).locator("button[data-control=edit]").count();
  assert.deepEqual([await own(an, "hello from Mary"), await own(mary, "hello from Mary")], [0, 1]);
  await mary.done();
  await an.done();
});

test("the language is the person's: the page reads it, and so does the bot", async () => {
  const page = await world.visit("binh");
  await page.run("chao");
  await page.message("locale vi").waitFor();
  await page.getByRole("button", { name: "English" }).click();
  await page.getByPlaceholder("Message #phong-hop, or type / for commands").waitFor();
  await page.run("hello");
  await page.message("locale en-GB").waitFor();
  await page.getByRole("button", { name: "Tiếng Việt" }).click();
  await page.getByPlaceholder("Nhắn vào #phong-hop, hoặc gõ / để dùng lệnh").waitFor();
  await page.done();
});

/** Everything that the page itself says: labels, titles and words, without what people and bots wrote. */
const saidBy = (page) => page.evaluate(() => {
  const said = [];
  const own = "#top, #composer, #drawer, #hint, #meanwhile h2, .actions, #skip, #to-end, .context-menu";
  for (const part of document.querySelectorAll(own)) {
    for (const node of [part, ...part.querySelectorAll("*")]) {
      if (node.closest("select, .office, .calls pre, .languages")) continue;
      for (const name of ["title", "aria-label", "placeholder"]) if (node.getAttribute(name)) said.push(node.getAttribute(name));
      for (const child of node.childNodes) if (child.nodeType === Node.TEXT_NODE && child.data.trim()) said.push(child.data.trim());
    }
  }
  return said;
});

const VIETNAMESE = /[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]/i;

test("the whole page reads Vietnamese or English, never both", async () => {
  await world.say("an", "phong-hop", "x");
  for (const [person, behind, english] of [["binh", "Hậu trường", false], ["mary", "Behind the scenes", true]]) {
    const page = await world.visit(person, { hint: true });
    await page.getByRole("button", { name: behind }).click();
    await page.getByRole("button", { name: english ? "+1 hour" : "+1 giờ" }).click();
    await page.locator("#meanwhile h2").waitFor();
    const said = await saidBy(page);
    assert.ok(said.length > 30, `only ${said.length} words were found`);
    if (english) assert.deepEqual(said.filter((text) => VIETNAMESE.test(text)), []);
    else assert.deepEqual(said.filter((text) => /\b(the|hour|day|clock|faults?|send|message|channels?|language)\b/i.test(text)), []);
    assert.equal(await page.locator("#hint li").count(), 3);
    await page.shot(`first-screen-${english ? "en" : "vi"}`);
    await page.getByRole("button", { name: english ? "Got it" : "Đã hiểu" }).click();
    assert.equal(await page.locator("#hint").isVisible(), false);
    await page.done();
  }
});

test("a line shows where one had stopped reading, the title how often one was mentioned", async () => {
  const page = await world.visit("an", { room: "du-lieu" });
  await world.say("binh", "du-lieu", "đã đọc");
  await page.message("đã đọc").waitFor();
  await page.locator(".room", { hasText: "phong-hop" }).click();
  await page.locator("#room-head h1", { hasText: "phong-hop" }).waitFor();
  for (const text of [`chưa đọc 1 <@${world.people.an.id}>`, "chưa đọc 2"]) await world.say("binh", "du-lieu", text);
  const row = page.locator(".room", { hasText: "du-lieu" });
  await row.locator(".badge.ping", { hasText: "1" }).waitFor();
  await until("the title counts it", async () => (await page.title()).startsWith("(1) Nguyễn Thị An"));
  await row.click();
  await page.getByText("Tin mới từ đây").waitFor();
  const order = await page.locator("#messages > .message .content, #messages > .fresh").allTextContents();
  assert.deepEqual(order.slice(-4), ["đã đọc", "Tin mới từ đây", "chưa đọc 1 @Nguyễn Thị An", "chưa đọc 2"]);
  await until("the title forgets it", async () => (await page.title()).startsWith("Nguyễn Thị An"));
  await page.done();
});

test("two people write to each other alone", async () => {
  const [an, mary] = [await world.visit("an"), await world.visit("mary")];
  await world.say("mary", "phong-hop", "anyone?");
  await an.message("anyone?").click({ button: "right" });
  await an.getByRole("menuitem", { name: "Nhắn riêng cho Mary Smith" }).click();
  await an.locator("#room-head h1", { hasText: "Mary Smith" }).waitFor();
  await an.write("chỉ hai ta");
  const row = mary.locator(".room", { hasText: "Nguyễn Thị An" });
  await row.locator(".badge.ping", { hasText: "1" }).waitFor();
  await row.click();
  await mary.message("chỉ hai ta").waitFor();
  await an.done();
  await mary.done();
});
