// What fits where: a phone, a desk, light and dark.

import assert from "node:assert/strict";
import { test } from "node:test";
import { office, until } from "./lib/office.mjs";

const world = office();
const PHONE = { width: 390, height: 844 };

const overflow = (page) => page.evaluate(() => {
  const wide = [...document.querySelectorAll("body *")].filter((node) => {
    const { right, width } = node.getBoundingClientRect();
    // What scrolls by itself may hold more than it shows.
    return width && right > innerWidth + 1 && !node.closest("pre, .list-head, [hidden]") && getComputedStyle(node).position !== "fixed" && node.checkVisibility();
  });
  return [document.documentElement.scrollWidth > innerWidth, wide.slice(0, 5).map((node) => node.outerHTML.slice(0, 100))];
});

test("on a phone everything is in reach, and nothing sticks out", async () => {
  const page = await world.visit("an", { viewport: PHONE, hasTouch: true, isMobile: true });
  await page.run("danh muc");
  await page.message("chọn đi").waitFor();
  await world.say("binh", "phong-hop", `một từ rất dài ${"x".repeat(200)} https://example.com/${"y".repeat(150)}`);
  await page.message("một từ rất dài").waitFor();
  assert.deepEqual(await overflow(page), [false, []]);
  await page.shot("phone-room");
  assert.equal(await page.locator("#channels").isVisible(), false);
  await page.getByRole("button", { name: "Danh sách kênh" }).click();
  await page.shot("phone-channels");
  await page.locator(".room", { hasText: "du-lieu" }).click();
  await page.locator("#room-head h1", { hasText: "du-lieu" }).waitFor();
  await until("the list is folded away", async () => !(await page.locator("#channels").isVisible()));
  await page.getByRole("button", { name: "Hậu trường" }).click();
  await page.getByRole("button", { name: "Discord quên trả lời" }).waitFor();
  await page.shot("phone-drawer");
  assert.deepEqual(await overflow(page), [false, []]);
  await page.getByRole("button", { name: "Hậu trường" }).click();
  const form = await page.begin("hoi");
  await form.getByRole("button", { name: "thêm loai" }).click();
  await page.getByRole("option", { name: "Công văn" }).waitFor();
  assert.deepEqual(await overflow(page), [false, []]);
  await page.shot("phone-command");
  await page.done();
});

/** Contrast of a text with what lies behind it, as WCAG counts it. */
const contrast = (page, selector) => page.locator(selector).first().evaluate((node) => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d");
  const channels = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map((one) => one / 255).map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)).reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
  let behind = node;
  while (behind && channels(getComputedStyle(behind).backgroundColor)[3] < 255) behind = behind.parentElement;
  const [one, other] = [getComputedStyle(node).color, behind ? getComputedStyle(behind).backgroundColor : "white"].map((color) => light(channels(color)));
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
});

test("light and dark can both be read", async () => {
  for (const colorScheme of ["light", "dark"]) {
    const page = await world.visit("an", { colorScheme, room: "phong-hop" });
    const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(paper === "rgb(255, 255, 255)", colorScheme === "light");
    await world.say("binh", "phong-hop", `màu ${colorScheme} <@${world.people.an.id}> [nối](https://example.com) \`mã\``);
    const message = page.message(`màu ${colorScheme}`);
    await message.waitFor();
    await page.run("rieng");
    await page.message("chỉ mình bạn").last().waitFor();
    await page.getByRole("button", { name: "Hậu trường" }).click();
    for (const selector of [".content", ".author", ".head time", "#messages .mention", "#messages .content a", "code", ".room", ".room[aria-current]", ".only-you", ".press.success", "#top .date", "#drawer h2", ".status.good", "#composer-text"]) {
      const ratio = await contrast(page, selector);
      assert.ok(ratio >= 4.5, `${selector} in ${colorScheme}: ${ratio.toFixed(2)}`);
    }
    await page.shot(`desk-${colorScheme}`);
    await page.done();
  }
});
