// Time as a thing to touch: the clock, the moments that the host names, and what happened in between.

import assert from "node:assert/strict";
import { test } from "node:test";
import { office, START, until } from "./lib/office.mjs";

const world = office();
const now = async () => (await world.get("/sandbox/clock")).now;

test("the clock goes on by an hour, a day, to the next morning, to any moment, and by itself", async () => {
  const page = await world.visit("an");
  assert.equal(await now(), START);
  assert.equal(await page.locator(".face").textContent(), "08:00");
  await page.getByRole("button", { name: "+1 giờ" }).click();
  await page.locator(".face", { hasText: "09:00" }).waitFor();
  await page.getByRole("button", { name: "+1 ngày" }).click();
  await page.locator(".date", { hasText: "03/03/2026" }).waitFor();
  await page.getByRole("button", { name: "Đến 08:30 sáng kế tiếp" }).click();
  await until("it is Wednesday, 08:30", async () => (await now()) === "2026-03-04T01:30:00Z");
  await page.getByText("Đến lúc…").click();
  await page.getByLabel("Vặn đồng hồ đến").fill("2026-03-04T10:15");
  await page.getByText("10:15, Thứ Tư, 4 tháng 3").first().waitFor();
  await page.getByRole("button", { name: "Đặt" }).click();
  await until("it is 10:15", async () => (await now()) === "2026-03-04T03:15:00Z");
  await page.getByRole("button", { name: "⏸ đứng yên" }).click();
  await page.getByRole("button", { name: "▶ đang chạy" }).waitFor();
  await until("it runs", async () => (await now()) > "2026-03-04T03:15:01Z");
  await page.getByRole("button", { name: "▶ đang chạy" }).click();
  await page.getByRole("button", { name: "⏸ đứng yên" }).waitFor();
  await page.done();
});

test("moments that the host names are offered in the language of the page", async () => {
  const [an, mary] = [await world.visit("an"), await world.visit("mary")];
  const at = new Date(Date.parse(await now()) + 3 * 86_400_000);
  at.setUTCMilliseconds(0);
  await world.control("host/milestones", [
    { name: "Next deadline", name_localizations: { vi: "Hạn gần nhất" }, at: at.toISOString() },
    { name: "Long ago", at: "2020-01-01T00:00:00Z" },
  ]);
  await mary.getByRole("button", { name: "→ Next deadline" }).waitFor();
  assert.equal(await mary.getByRole("button", { name: /Long ago/ }).count(), 0);
  await an.shot("milestones");
  await an.getByRole("button", { name: "→ Hạn gần nhất" }).click();
  await until("it is there", async () => Date.parse(await now()) === at.getTime());
  await until("it is past and offered no more", async () => (await an.getByRole("button", { name: /Hạn gần nhất/ }).count()) === 0);
  await world.control("host/milestones", []);
  await an.done();
  await mary.done();
});

test("what happened meanwhile is told, with the way there", async () => {
  const page = await world.visit("an");
  const thread = await world.as("binh", "POST", `/channels/${world.rooms["du-lieu"]}/threads`, { name: "Sắp lưu trữ", type: 11, auto_archive_duration: 60 });
  await page.locator(`.room[data-room="${thread.id}"]`).waitFor();
  await page.getByRole("button", { name: "+1 ngày" }).click();
  await world.bot.call("POST", `/channels/${world.rooms["du-lieu"]}/messages`, { content: `nhắc việc <@${world.people.an.id}>\ndòng hai` });
  const account = page.locator("#meanwhile");
  await account.getByText("nhắc việc @Nguyễn Thị An").waitFor();
  await account.getByText("1 luồng đã được lưu trữ").waitFor();
  const head = await account.locator(".meanwhile-head").textContent();
  assert.match(head, /Từ \d\d\/03 \d\d:\d\d đến \d\d\/03 \d\d:\d\d/);
  assert.match(head, /1 tin mới bạn thấy được · 1 lần nhắc đến bạn · 1 lời gọi của bot/);
  await until("the account is closed", async () => !(await account.locator(".meanwhile-head").textContent()).includes("…"));
  await page.shot("meanwhile");
  await world.bot.call("POST", `/channels/${world.rooms["du-lieu"]}/messages`, { content: "sau đó" });
  await account.getByRole("link", { name: "#du-lieu" }).click();
  await page.locator("#room-head h1", { hasText: "du-lieu" }).waitFor();
  await until("the message has the focus", () => page.evaluate(() => document.activeElement.textContent.includes("nhắc việc")));
  assert.equal(await account.getByText("sau đó").count(), 0);
  await account.getByRole("button", { name: "Bỏ qua" }).click();
  await until("it is put away", async () => !(await account.isVisible()));
  await page.getByRole("button", { name: "+1 giờ" }).click();
  await account.getByText("Không có gì xảy ra.").waitFor();
  await page.done();
});

test("what was said meanwhile can be read; the name of its thread is shortened first", async () => {
  const name = "Báo cáo tổng hợp số liệu hằng tháng của các thống kê tỉnh, thành phố trực thuộc trung ương";
  const thread = await world.as("binh", "POST", `/channels/${world.rooms["du-lieu"]}/threads`, { name, type: 11 });
  for (const [index, width] of [1400, 390].entries()) {
    const page = await world.visit("an", { viewport: { width, height: 900 } });
    await page.getByRole("button", { name: "+1 giờ" }).click();
    // Until then nothing of it is taken down.
    await page.locator("#meanwhile h2").waitFor();
    const short = `Đà Nẵng đã nộp số liệu ${index}`;
    await world.say("binh", thread.id, short);
    await world.say("binh", thread.id, `${index} ${"rất dài dòng ".repeat(20)}`);
    const lines = page.locator("#meanwhile li", { hasText: name });
    await until("both are told", async () => (await lines.count()) === 2);
    const seen = await lines.evaluateAll((all, said) => all.map((line) => {
      const find = (node) => (node.nodeType === Node.TEXT_NODE ? node : [...node.childNodes].map(find).find((one) => one?.data.includes(said) || one?.data.includes("rất dài")));
      const text = document.createRange();
      text.selectNodeContents(find(line));
      const link = line.querySelector("a");
      return {
        cutName: link.scrollWidth > link.clientWidth,
        cutText: text.getBoundingClientRect().right > line.getBoundingClientRect().right + 1,
        rows: (line.lastElementChild.clientHeight / parseFloat(getComputedStyle(line.lastElementChild).lineHeight)),
      };
    }), short);
    assert.ok(seen.every(({ cutName, cutText }) => cutName && !cutText), JSON.stringify(seen));
    assert.deepEqual(seen.map(({ rows }) => Math.round(rows)), [1, 2], JSON.stringify(seen));
    await page.shot(`meanwhile-${width}`);
    await page.done();
  }
});
