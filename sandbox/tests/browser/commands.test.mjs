// The bot's commands, buttons, menus and forms, as a person uses them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { office, until } from "./lib/office.mjs";

const world = office();

test("options are offered one by one, with what they take and what the bot suggests", async () => {
  const page = await world.visit("an");
  const form = await page.begin("hoi");
  const unit = form.getByRole("combobox", { name: "don-vi" });
  await unit.pressSequentially("da nang");
  await page.getByRole("option", { name: "Thống kê Đà Nẵng" }).waitFor();
  await until("it is the only one", async () => (await page.locator("#suggestions li").count()) === 1);
  await page.shot("command-form");
  await unit.press("Enter");
  const add = async (name, typed) => {
    await form.getByRole("button", { name: `thêm ${name}`, exact: true }).click();
    const field = form.getByRole("combobox", { name: new RegExp(`^${name}:`) });
    await field.pressSequentially(typed);
    await page.locator("#suggestions li[aria-selected]").waitFor();
    await field.press("Enter");
  };
  await add("loai", "cong van");
  await add("ai", "binh");
  await add("o-dau", "du");
  await add("to", "to du lieu");
  await add("gap", "co");
  await form.getByRole("button", { name: "thêm so-luong" }).click();
  await form.getByRole("combobox", { name: "so-luong" }).fill("3");
  await page.keyboard.press("Enter");
  const role = (await world.state()).roles.find((one) => one.name === "Tổ dữ liệu").id;
  const expected = { unit: "Thống kê Đà Nẵng", kind: "letter", who: world.people.binh.id, where: world.rooms["du-lieu"], team: role, urgent: true, count: 3 };
  const answer = page.message("Đã hỏi");
  await answer.waitFor();
  assert.deepEqual(JSON.parse((await answer.locator(".content").textContent()).replace("Đã hỏi: ", "")), expected);
  assert.match(await answer.locator(".reply").textContent(), /Nguyễn Thị An đã dùng \/hoi/);
  await page.done();
});

test("a required option that is missing is named, a choice that is none too", async () => {
  const page = await world.visit("an");
  const form = await page.begin("hoi");
  await form.getByRole("button", { name: "Gửi" }).click();
  await page.getByText("Còn thiếu: don-vi").waitFor();
  await form.getByRole("combobox", { name: "don-vi" }).fill("x");
  await form.getByRole("button", { name: "thêm loai" }).click();
  await form.getByRole("combobox", { name: "loai" }).fill("nonsense");
  await page.keyboard.press("Escape");
  await form.getByRole("button", { name: "Gửi" }).click();
  await page.getByText("Hãy chọn một mục trong danh sách cho: loai").waitFor();
  await form.getByRole("button", { name: "Thôi" }).click();
  await until("the message box is back", () => page.box.isVisible());
  await page.done();
});

test("a slow answer says so and comes later; none at all is said too", async () => {
  const page = await world.visit("an");
  await page.run("cham");
  await page.locator(".thinking").waitFor();
  await page.message("xong rồi").waitFor();
  assert.equal(await page.locator(".thinking").count(), 0);
  await page.run("im lang");
  await page.getByText("Đang gửi lệnh…").waitFor();
  await page.getByRole("alert").getByText("Ứng dụng không phản hồi").waitFor();
  await page.getByRole("button", { name: "Bỏ qua" }).click();
  await until("it is put away", async () => (await page.locator(".pending").count()) === 0);
  await page.done();
});

test("an ephemeral answer is for one person, and its buttons work", async () => {
  const [an, binh] = [await world.visit("an"), await world.visit("binh")];
  await an.run("rieng");
  const answer = an.message("chỉ mình bạn");
  await answer.getByText("Chỉ mình bạn thấy tin này").waitFor();
  assert.ok(await answer.getByRole("button", { name: "Từ chối" }).isDisabled());
  await answer.getByRole("button", { name: "Tiếp nhận" }).click();
  await an.message("đã nhận").waitFor();
  assert.equal(await an.getByRole("button", { name: "Tiếp nhận" }).count(), 0);
  await binh.write("tôi không thấy gì");
  await binh.message("tôi không thấy gì").waitFor();
  assert.equal(await binh.message("đã nhận").count(), 0);
  await an.done();
  await binh.done();
});

test("a form is checked where it is filled in, and then sent", async () => {
  const page = await world.visit("an");
  await page.run("bieu mau");
  const form = page.getByRole("dialog", { name: "Báo cáo" });
  await form.getByLabel("Tên việc").fill("ab");
  await form.getByLabel("Nội dung").fill("dòng một\ndòng hai");
  await page.shot("modal");
  await form.getByRole("button", { name: "Gửi đi" }).click();
  assert.equal(await form.count(), 1, "too short to be sent");
  await form.getByLabel("Tên việc").fill("");
  await form.getByLabel("Tên việc").pressSequentially("abc");
  await form.getByRole("button", { name: "Gửi đi" }).click();
  await page.message("biểu mẫu: short=abc, long=dòng một").waitFor();
  assert.equal(await page.getByRole("dialog").count(), 0);
  await page.done();
});

test("a form with labels takes choices, people and files", async () => {
  const page = await world.visit("an");
  await page.run("nhan");
  const form = page.getByRole("dialog", { name: "Có nhãn" });
  await form.locator("strong", { hasText: "trước" }).waitFor();
  await form.getByText("chỉ một").waitFor();
  await form.getByLabel("Chọn một").selectOption("b");
  await form.getByRole("radiogroup", { name: "Đường nào" }).getByLabel("y").check();
  await form.getByRole("group", { name: "Những ai" }).getByLabel("Trần Văn Bình").check();
  await form.getByRole("group", { name: "Những ai" }).getByLabel("Mary Smith").check();
  await form.getByLabel("Kèm tệp").setInputFiles({ name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("a") });
  await page.shot("labels");
  await form.getByRole("button", { name: "Gửi đi" }).click();
  await page.message("biểu mẫu: one=b, radio=y, who=binh+mary, files=a.txt").waitFor();
  await page.done();
});

test("a command takes a file", async () => {
  const page = await world.visit("an");
  const form = await page.begin("tep");
  await form.getByLabel(/^giay:/).setInputFiles({ name: "giấy.txt", mimeType: "text/plain", buffer: Buffer.from("a") });
  await form.getByRole("button", { name: "Gửi" }).click();
  await page.message("tệp: giấy.txt").waitFor();
  await page.done();
});

test("menus of every kind send what was chosen", async () => {
  const page = await world.visit("an");
  await page.run("danh muc");
  const menus = page.message("chọn đi");
  await menus.waitFor();
  const role = (await world.state()).roles.find((one) => one.name === "Tổ dữ liệu").id;
  for (const [menu, label, value] of [
    ["word", "Một – số một", "1"], ["person", "Trần Văn Bình", world.people.binh.id], ["role", "@Tổ dữ liệu", role], ["room", "#du-lieu", world.rooms["du-lieu"]],
  ]) {
    await menus.getByRole("combobox", { name: menu }).selectOption({ label });
    await page.message(`${menu}: ${value}`).waitFor();
  }
  await menus.getByText("many", { exact: true }).click();
  const send = menus.getByRole("button", { name: "Gửi" });
  assert.ok(await send.isDisabled(), "nothing is chosen yet");
  for (const one of ["a", "b", "c"]) await menus.getByRole("checkbox", { name: one }).check();
  assert.ok(await send.isDisabled(), "three are one too many");
  await menus.getByRole("checkbox", { name: "b" }).uncheck();
  await page.shot("menus");
  await send.click();
  await page.message("many: a,c").waitFor();
  await page.done();
});

test("a message's menu offers the bot's own commands", async () => {
  const page = await world.visit("an");
  await world.say("binh", "phong-hop", "nhớ việc này");
  const message = page.message("nhớ việc này").first();
  await message.hover();
  await message.getByRole("button", { name: "Thao tác khác" }).click();
  await page.shot("context-menu");
  await page.keyboard.press("ArrowDown");
  await page.getByRole("menuitem", { name: "Ghi lại" }).press("Enter");
  await page.message("đã ghi: nhớ việc này").waitFor();
  await message.click({ button: "right" });
  await page.getByRole("menuitem", { name: "Là ai" }).click();
  await page.message("là binh").waitFor();
  await page.done();
});

test("a half-filled command stays in its room", async () => {
  const page = await world.visit("an");
  const form = await page.begin("hoi");
  await page.keyboard.type("nửa");
  await page.locator(".room", { hasText: "du-lieu" }).click();
  await until("the other room has a plain box", async () => (await form.count()) === 0 && page.box.isVisible());
  await page.locator(".room", { hasText: "phong-hop" }).click();
  await form.waitFor();
  assert.equal(await form.getByRole("combobox", { name: "don-vi" }).inputValue(), "nửa");
  assert.equal(await page.box.isVisible(), false);
  await page.done();
});
