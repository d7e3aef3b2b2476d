// Without a mouse and without eyes: keys, focus, names of controls.

import assert from "node:assert/strict";
import { test } from "node:test";
import { office, until } from "./lib/office.mjs";

const world = office();
const focused = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.dataset.room || document.activeElement.className || document.activeElement.tagName);

test("Tab begins at the way to the message box; every stop can be seen", async () => {
  const page = await world.visit("an");
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("Tab");
  assert.equal(await focused(page), "skip");
  assert.equal(await page.locator("#skip").textContent(), "Đến ô soạn tin");
  await page.keyboard.press("Enter");
  assert.equal(await focused(page), "composer-text");
  await page.locator("#skip").focus();
  const stops = new Set();
  for (let step = 0; step < 30; step += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
      const { x, y, width, height } = document.activeElement.getBoundingClientRect();
      return { name: document.activeElement.outerHTML.slice(0, 90), ring: outlineStyle !== "none" && parseFloat(outlineWidth) >= 1, inside: x + width > 0 && y + height > 0, body: document.activeElement === document.body };
    });
    if (stop.body) break;
    assert.ok(stop.ring && stop.inside, `no focus can be seen at ${stop.name}`);
    stops.add(stop.name);
  }
  assert.ok(stops.size >= 12, `only ${stops.size} stops`);
  await page.done();
});

test("arrows go through channels and messages, Escape leads back to writing", async () => {
  await world.say("binh", "phong-hop", "một");
  await world.say("an", "phong-hop", "hai");
  const page = await world.visit("an");
  await page.message("hai").waitFor();
  await page.locator("#messages").focus();
  await page.keyboard.press("ArrowUp");
  assert.match(await page.evaluate(() => document.activeElement.textContent), /hai/);
  await page.keyboard.press("ArrowUp");
  assert.match(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), /^Trần Văn Bình, 08:00$/);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "Trả lời");
  assert.equal(await page.evaluate(() => getComputedStyle(document.activeElement.parentElement).opacity), "1");
  await page.keyboard.press("Escape");
  assert.equal(await focused(page), "composer-text");
  await page.locator(".room").first().focus();
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(page), world.rooms["du-lieu"]);
  await page.keyboard.press("Enter");
  await page.locator("#room-head h1", { hasText: "du-lieu" }).waitFor();
  await page.keyboard.press("Alt+ArrowUp");
  await page.locator("#room-head h1", { hasText: "phong-hop" }).waitFor();
  await page.done();
});

test("Ctrl+K finds a room by a piece of its name, whatever the accents", async () => {
  const page = await world.visit("an");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("lieu");
  await page.getByRole("option", { name: /du-lieu/ }).waitFor();
  await page.shot("switcher");
  await page.keyboard.press("Enter");
  await page.locator("#room-head h1", { hasText: "du-lieu" }).waitFor();
  await page.keyboard.press("Control+k");
  await page.keyboard.press("Escape");
  assert.equal(await page.getByRole("dialog").count(), 0);
  await page.done();
});

test("whoever types is heard, wherever they were looking", async () => {
  const page = await world.visit("an");
  await page.locator("#messages").focus();
  await page.keyboard.type("xin chào");
  assert.equal(await page.box.inputValue(), "xin chào");
  await page.keyboard.press("Enter");
  await page.message("xin chào").waitFor();
  await page.done();
});

test("a menu opened by keys is left by keys, and the focus returns", async () => {
  await world.say("an", "phong-hop", "đích");
  const page = await world.visit("an");
  const more = page.message("đích").last().getByRole("button", { name: "Thao tác khác" });
  await more.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menu").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("role")), "menuitem");
  await page.keyboard.press("Escape");
  assert.equal(await page.getByRole("menu").count(), 0);
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "Thao tác khác");
  await page.done();
});

test("an edit box has the focus at once, from the arrow key and from the menu; nothing is posted anew", async () => {
  const page = await world.visit("an", { room: "du-lieu" });
  await page.box.focus();
  await page.keyboard.type("viết sai");
  await page.keyboard.press("Enter");
  await page.message("viết sai").waitFor();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.type(" rồi");
  assert.equal(await focused(page), "edit-box");
  assert.equal(await page.box.inputValue(), "");
  await page.keyboard.press("Enter");
  await page.message("viết sai rồi").waitFor();
  await until("one goes on writing", async () => (await focused(page)) === "composer-text");
  await page.message("viết sai rồi").getByRole("button", { name: "Thao tác khác" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Sửa" }).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.type(", sửa lại");
  await page.keyboard.press("Enter");
  await page.message("viết sai rồi, sửa lại").waitFor();
  assert.equal(await page.locator("#messages .message").count(), 1);
  await page.done();
});

test("every control has a name for who cannot see it", async () => {
  for (const person of ["binh", "mary"]) {
    const page = await world.visit(person, { hint: true });
    await page.locator("#messages").focus();
    await page.getByRole("button", { name: /Hậu trường|Behind the scenes/ }).click();
    await page.getByRole("button", { name: /^\+1 (giờ|hour)$/ }).click();
    await page.locator("#meanwhile h2").waitFor();
    await page.run(person === "mary" ? "menus" : "danh muc");
    await page.message("chọn đi").first().waitFor();
    await page.begin(person === "mary" ? "ask" : "hoi");
    const client = await page.context().newCDPSession(page);
    const { nodes } = await client.send("Accessibility.getFullAXTree");
    const roles = ["button", "link", "textbox", "combobox", "listbox", "checkbox", "menuitem", "log", "navigation", "complementary", "region", "form"];
    const controls = nodes.filter((node) => !node.ignored && roles.includes(node.role?.value));
    assert.ok(controls.length > 30, `only ${controls.length} controls`);
    const nameless = controls.filter((node) => !node.name?.value?.trim()).map((node) => [node.role.value, node.description?.value, node.backendDOMNodeId]);
    const details = [];
    for (const [role, , id] of nameless) {
      const { object } = await client.send("DOM.resolveNode", { backendNodeId: id });
      const { result } = await client.send("Runtime.callFunctionOn", { objectId: object.objectId, functionDeclaration: "function () { return this.outerHTML.slice(0, 160); }" });
      details.push(`${role}: ${result.value}`);
    }
    assert.deepEqual(details, []);
    await page.done();
  }
});
