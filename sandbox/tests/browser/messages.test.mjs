// Messages as people know them: written, read, changed, enclosed with files.

import assert from "node:assert/strict";
import { test } from "node:test";
import { office, until } from "./lib/office.mjs";

const world = office();

// One red dot.
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mP8z8BQz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC";
const png = (name) => ({ name, mimeType: "image/png", buffer: Buffer.from(PNG, "base64") });

/** Lets files fall on the room, or into the message box from the clipboard. */
const hand = (page, kind, name) => page.evaluate(([what, file, data]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))], file, { type: "image/png" }));
  if (what === "paste") document.getElementById("composer-text").dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }));
  else for (const type of ["dragover", "drop"]) document.getElementById("messages").dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
}, [kind, name, PNG]);

test("what one person writes is there for the other, who sees them write it", async () => {
  const [an, binh] = [await world.visit("an"), await world.visit("binh")];
  await an.box.pressSequentially("chào anh");
  await binh.getByText("Nguyễn Thị An đang soạn tin…").waitFor();
  await an.box.press("Enter");
  await binh.message("chào anh").waitFor();
  await until("the typing is over", async () => (await binh.locator("#typing").textContent()) === "");
  await binh.message("chào anh").hover();
  await binh.message("chào anh").getByRole("button", { name: "Trả lời" }).click();
  await binh.write("chào chị");
  await an.message("chào chị").locator(".reply", { hasText: "chào anh" }).waitFor();
  assert.ok(await an.message("chào chị").evaluate((row) => row.classList.contains("pings-me")));
  await an.done();
  await binh.done();
});

test("one's own messages can be changed and deleted, others' cannot", async () => {
  const [an, binh] = [await world.visit("an"), await world.visit("binh")];
  await an.write("viết sai");
  await binh.message("viết sai").hover();
  assert.equal(await binh.message("viết sai").getByRole("button", { name: "Sửa" }).count(), 0);
  await an.message("viết sai").waitFor();
  await an.box.press("ArrowUp");
  await an.locator("#edit-box").fill("viết đúng");
  await an.locator("#edit-box").press("Enter");
  await binh.message("viết đúng").getByText("(đã sửa)").waitFor();
  await an.message("viết đúng").hover();
  await an.message("viết đúng").getByRole("button", { name: "Xóa" }).click();
  await until("it is gone for both", async () => (await binh.message("viết").count()) + (await an.message("viết").count()) === 0);
  await an.done();
  await binh.done();
});

test("Discord's Markdown is read: mentions, times, code, spoilers", async () => {
  const { an, binh } = world.people;
  const page = await world.visit("an");
  await world.say("binh", "du-lieu", [
    `**đậm** *nghiêng* __gạch__ ~~bỏ~~ <@${an.id}> <@${binh.id}> <#${world.rooms["du-lieu"]}>`,
    "# Tiêu đề", "> trích", "- mục", "||bí mật|| `mã`", "```js\nconst a = '**không đậm**';\n```", "<t:1772413200:F>",
  ].join("\n"));
  const unread = page.locator(".room", { hasText: "du-lieu" });
  await unread.locator(".badge.ping").waitFor();
  assert.equal(await unread.locator(".badge").textContent(), "1");
  await unread.click();
  const message = page.message("đậm");
  await message.waitFor();
  for (const tag of ["strong", "em", "u", "s", "blockquote", "pre code"]) assert.ok(await message.locator(tag).count(), tag);
  assert.equal(await message.locator("pre code").textContent(), "const a = '**không đậm**';");
  assert.equal(await message.locator(".mention").first().textContent(), "@Nguyễn Thị An");
  assert.match(await message.locator("time.stamp").textContent(), /02 tháng 3|2 tháng 3/);
  assert.match(await message.locator(".notified").textContent(), /Nguyễn Thị An/);
  const spoiler = message.getByRole("button", { name: "Nội dung ẩn, bấm để xem" });
  assert.equal(await spoiler.locator("span").evaluate((hidden) => getComputedStyle(hidden).visibility), "hidden");
  await spoiler.focus();
  await page.keyboard.press("Enter");
  await until("it is open", () => message.locator(".spoiler.open").count());
  assert.equal(await unread.locator(".badge").count(), 0);
  await page.done();
});

test("files are chosen, pasted and dropped; pictures are shown, all else can be saved", async () => {
  const page = await world.visit("an");
  await page.locator("input[type=file]").setInputFiles([png("ảnh.png"), { name: "báo-cáo.txt", mimeType: "text/plain", buffer: Buffer.from("abc") }]);
  await hand(page, "paste", "dán.png");
  await hand(page, "drop", "thả.png");
  const chosen = page.locator(".uploads li");
  await until("all four are listed", async () => (await chosen.count()) === 4);
  await page.getByRole("button", { name: "Bỏ tệp dán.png" }).click();
  assert.equal(await chosen.count(), 3);
  await page.shot("uploads");
  await page.write("ba tệp");
  const message = page.message("ba tệp");
  await message.waitFor();
  await until("both pictures are drawn", () => message.locator("img").evaluateAll((all) => all.length === 2 && all.every((one) => one.naturalWidth === 10)));
  const links = await message.locator("img").evaluateAll((all) => all.map((one) => one.src));
  assert.equal(await message.locator("a.attachment").getAttribute("download"), "báo-cáo.txt");
  assert.match(await message.locator("a.attachment").textContent(), /3 B/);
  assert.equal(await page.locator(".uploads").isVisible(), false);
  // Links are good for a day; the page has fresh ones when the clock went on.
  await world.control("clock", { advance_seconds: 3 * 86_400 });
  await until("the pictures are drawn anew", () => message.locator("img").evaluateAll(
    (all, past) => all.length === 2 && all.every((one) => !past.includes(one.src) && one.complete && one.naturalWidth === 10), links));
  const large = { name: "to.bin", mimeType: "application/octet-stream", buffer: Buffer.alloc((10 << 20) + 1) };
  await page.locator("input[type=file]").setInputFiles(large);
  await page.getByText("Mỗi tệp tối đa 10 MiB.").waitFor();
  assert.equal(await chosen.count(), 0);
  await page.done();
});

test("what was begun stays with its person and its room, text and files", async () => {
  const page = await world.visit("an");
  const room = (name) => page.locator(".room", { hasText: name });
  const chosen = page.locator(".uploads li");
  await page.box.focus();
  await page.keyboard.type("dở dang");
  await page.locator("input[type=file]").setInputFiles([png("nháp.png")]);
  await chosen.waitFor();
  // The other room is long in coming: what is typed meanwhile belongs there already.
  let open;
  const opened = new Promise((resolve) => { open = resolve; });
  await page.route(`**/*${world.rooms["du-lieu"]}*`, async (route) => { await opened; await route.continue(); });
  await room("du-lieu").click();
  await page.keyboard.type("nói ở phòng kia");
  assert.equal(await page.box.inputValue(), "nói ở phòng kia");
  assert.equal(await chosen.count(), 0);
  await page.keyboard.press("Enter");
  open();
  await page.locator("#room-head h1", { hasText: "du-lieu" }).waitFor();
  await page.message("nói ở phòng kia").waitFor();
  assert.equal(await page.message("nói ở phòng kia").locator("img").count(), 0);
  await page.keyboard.type("thứ hai");
  await room("phong-hop").click();
  await until("it is there again", async () => (await page.box.inputValue()) === "dở dang" && (await chosen.count()) === 1);
  const choose = (person) => page.getByLabel("Bạn là").selectOption(world.people[person].id);
  await choose("binh");
  await until("Bình's box is empty", async () => (await page.box.inputValue()) === "" && (await chosen.count()) === 0);
  await page.box.focus();
  await page.keyboard.type("của Bình");
  await choose("an");
  await until("An's is there again", async () => (await page.box.inputValue()) === "dở dang" && (await chosen.count()) === 1);
  await page.box.focus();
  await page.keyboard.press("Enter");
  await page.message("dở dang").locator("img").waitFor();
  await room("du-lieu").click();
  await until("so is the second", async () => (await page.box.inputValue()) === "thứ hai");
  await page.done();
});

test("a card shows its fields and the picture that came with it; other machines are not asked", async () => {
  const form = new FormData();
  form.append("payload_json", JSON.stringify({ embeds: [
    { title: "Thẻ", color: 0xff8800, description: "mô **tả**", fields: [{ name: "Hạn", value: "mai", inline: true }], image: { url: "attachment://a.png" }, footer: { text: "chân" } },
    { title: "Ngoài", image: { url: "https://example.com/a.png" } },
  ] }));
  form.append("files[0]", new File([Buffer.from(PNG, "base64")], "a.png", { type: "image/png" }));
  const token = (await world.state()).bot.token;
  const sent = await fetch(`${world.base}/api/v10/channels/${world.rooms["phong-hop"]}/messages`, { method: "POST", headers: { authorization: `Bot ${token}` }, body: form });
  assert.ok(sent.ok);
  const page = await world.visit("an");
  const message = page.message("Thẻ");
  await until("the picture is drawn", () => message.locator(".embed img").evaluateAll((all) => all.length === 1 && all[0].naturalWidth === 10));
  assert.equal(await message.locator("a.attachment, .body > .picture").count(), 0);
  assert.equal(await message.locator("dd").textContent(), "mai");
  assert.match(await message.getByText("https://example.com/a.png").getAttribute("href"), /^https:/);
  await page.done();
});

test("a thread begins at a message, and leads there and back", async () => {
  const page = await world.visit("an");
  await page.write("bàn việc này");
  await page.message("bàn việc này").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Mở luồng" }).click();
  await page.getByLabel("Tên luồng").fill("Việc tháng 3");
  await page.getByRole("button", { name: "Gửi đi" }).click();
  await page.message("bàn việc này").locator(".thread-link", { hasText: "Việc tháng 3" }).click();
  await page.locator("#room-head h1", { hasText: "Việc tháng 3" }).waitFor();
  await page.write("trong luồng");
  await page.message("trong luồng").waitFor();
  assert.equal(await page.locator(".room.thread[aria-current]").count(), 1);
  await page.getByRole("link", { name: "trong #phong-hop" }).click();
  await page.message("bàn việc này").getByText("1 tin nhắn").waitFor();
  await page.done();
});

test("a thread link counts one message as one, in English too", async () => {
  const { id } = await world.say("mary", "phong-hop", "counted");
  const thread = await world.as("mary", "POST", `/channels/${world.rooms["phong-hop"]}/messages/${id}/threads`, { name: "Counting" });
  const page = await world.visit("mary");
  const link = page.message("counted").locator(".thread-link small");
  for (const said of ["1 message ›", "2 messages ›"]) {
    await world.say("mary", thread.id, "another");
    await until(`it says ${said}`, async () => (await link.textContent()) === said);
  }
  await page.done();
});

test("reactions and votes are counted for all, one's own are marked", async () => {
  const [an, binh] = [await world.visit("an"), await world.visit("binh")];
  await an.write("đồng ý không");
  await binh.message("đồng ý không").click({ button: "right" });
  await binh.getByRole("menuitem", { name: "Thả cảm xúc 👍" }).click();
  const under = (page) => page.message("đồng ý không").getByRole("button", { name: /^👍: / });
  await under(an).waitFor();
  const pressed = async (page) => [await under(page).textContent(), await under(page).getAttribute("aria-pressed")];
  await until("it is Bình's", async () => (await pressed(binh)).join() === "👍 1,true");
  assert.deepEqual(await pressed(an), ["👍 1", "false"]);
  await under(an).click();
  await until("both count two", async () => (await pressed(an)).join() === "👍 2,true" && (await pressed(binh)).join() === "👍 2,true");
  await under(binh).click();
  await until("one is left, An's", async () => (await pressed(an)).join() === "👍 1,true" && (await pressed(binh)).join() === "👍 1,false");
  // An edit says nothing of whose reaction it is.
  await an.box.press("ArrowUp");
  await an.locator("#edit-box").fill("đồng ý không nhỉ");
  await an.locator("#edit-box").press("Enter");
  await an.message("nhỉ").waitFor();
  assert.deepEqual(await pressed(an), ["👍 1", "true"]);

  const token = (await world.state()).bot.token;
  const asked = await fetch(`${world.base}/api/v10/channels/${world.rooms["phong-hop"]}/messages`, {
    method: "POST", headers: { authorization: `Bot ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ poll: { question: { text: "Họp lúc nào?" }, answers: [{ poll_media: { text: "Sáng" } }, { poll_media: { text: "Chiều" } }], duration: 24 } }),
  });
  assert.ok(asked.ok);
  const poll = (page) => page.getByRole("group", { name: "Họp lúc nào?" });
  await poll(an).getByRole("button", { name: "Sáng: 0 phiếu" }).click();
  await poll(an).getByRole("button", { name: "Sáng: 1 phiếu", pressed: true }).waitFor();
  await poll(binh).getByRole("button", { name: "Sáng: 1 phiếu", pressed: false }).waitFor();
  await poll(an).getByRole("button", { name: "Chiều: 0 phiếu" }).click();
  await poll(binh).getByRole("button", { name: "Chiều: 1 phiếu", pressed: false }).waitFor();
  await poll(binh).getByRole("button", { name: "Sáng: 0 phiếu" }).waitFor();
  await an.shot("poll");
  await an.done();
  await binh.done();
});
