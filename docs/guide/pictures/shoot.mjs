// Shoots the pictures of the two guides from the demo, as people see them in the page.
//
//   cargo run -- demo                                               (wait until it says that the office is yours)
//   node docs/guide/pictures/shoot.mjs http://127.0.0.1:8080/       (the page's address, as the demo prints it)
//
// Needs `npm ci` in sandbox/tests/browser and a Chromium: `chromium` on the PATH, or where CHROMIUM says. With names
// behind the address (`… list.png`) only those are shot. Take a fresh demo: danh-sach.png and card.png give tasks,
// and an office of which the time has moved on looks otherwise.

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "../../../sandbox/tests/browser/node_modules/playwright-core/index.mjs";

const [address = "http://127.0.0.1:8080/", ...only] = process.argv.slice(2);
const browserPath = process.env.CHROMIUM ?? execFileSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).trim();

/** How wide a picture is, and how much of that a point of the page takes up. */
const WIDTH = 1100;
const SCALE = 1.375;
const LONG = 1;

/** Only the messages are of interest: no bar, no channels, no message box, no marks that Discord does not have. */
const BARE = `
  #top, #channels, #room-head, #hint, #meanwhile, #composer, #typing, #notices, #to-end, #drawer { display: none !important; }
  .notified, .actions, .only-you, .edited, .day { display: none !important; }
  body, #main, #messages { display: block !important; height: auto !important; overflow: visible !important; padding-top: 0 !important; }
  #messages > .message { content-visibility: visible !important; padding-top: 7px; }
  .message { background: none !important; border-left-color: transparent !important; }
  .embed { max-width: none; }
  .thread-link { display: flex; flex-wrap: nowrap; } .thread-link small { white-space: nowrap; }
`;

const state = await (await fetch(new URL("/sandbox/state", address))).json();
const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox", "--disable-gpu", "--disable-lcd-text"] });

function named(list, name) {
  const found = list.find((one) => one.name.includes(name));
  if (!found) throw new Error(`the demo has no “${name}”`);
  return found;
}

/** The page of `person` in `room`, `width` picture points wide. */
async function visit(person, room, width = WIDTH, scale = SCALE) {
  const context = await browser.newContext({ viewport: { width: Math.round(width / scale), height: 900 }, deviceScaleFactor: scale, bypassCSP: true });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  await page.addInitScript(() => localStorage.setItem("hint-read", "yes"));
  const { username } = named(state.users, person);
  const { channels, threads } = await (await fetch(new URL("/sandbox/state", address))).json();
  const { id } = named([...threads, ...channels], room);
  await page.goto(new URL(`/#person=${username}&channel=${id}`, address).href);
  await page.locator("#messages > *").first().waitFor();
  page.messages = page.locator("#messages .message");
  return page;
}

/** Does something and waits for the message that comes of it. */
async function answered(page, act) {
  const before = await page.messages.count();
  await act();
  await page.waitForFunction((count) => document.querySelectorAll("#messages .message").length > count && !document.querySelector(".pending, .thinking"), before);
  return page.messages.last();
}

/** Gives a command with its options, as the person's language names them. */
const ask = (page, command, options = {}) => answered(page, async () => {
  await page.locator("#composer-text").pressSequentially(`/${command}`);
  await page.locator("#suggestions li").first().waitFor();
  await page.keyboard.press("Enter");
  const form = page.locator("form.command");
  for (const [name, value] of Object.entries(options)) {
    const more = form.locator(".more-options").getByRole("button", { name: `+ ${name}` }).or(form.locator(".more-options button", { hasText: `+ ${name}` }));
    if (await more.count()) await more.first().click();
    const field = form.getByRole("combobox", { name: new RegExp(`^${name}:`) });
    await field.pressSequentially(value);
    if (await page.locator("#suggestions li").count()) await field.press("Tab");
  }
  await form.locator("button[type=submit]").click();
});

/** Presses a button of the last message that has it. */
const press = (page, label) => page.locator("#messages").getByRole("button", { name: label, exact: true }).last().click();

/** The picture of some messages below one another. */
async function picture(page, shown) {
  const ids = await shown.evaluateAll((rows) => rows.map((row) => row.id));
  await page.addStyleTag({ content: BARE });
  await page.evaluate((kept) => {
    document.activeElement?.blur();
    for (const row of document.querySelector("#messages").children) if (!kept.includes(row.id)) row.style.display = "none";
  }, ids);
  const image = await page.locator("#messages").screenshot();
  await page.context().close();
  return image;
}

/** Two pictures beside one another, each under its name, as Discord shows a channel and a thread. */
async function beside(...halves) {
  const page = await browser.newPage({ viewport: { width: WIDTH, height: 300 } });
  const half = ([name, bytes]) => `<div><h1></h1><img alt="${name}" src="data:image/png;base64,${bytes.toString("base64")}"></div>`;
  await page.setContent(`<style>html { height: auto } body { margin: 0; display: grid; grid-template-columns: 1fr 1fr; background: #fff } div + div { border-left: 1px solid #ccc }
    h1 { margin: 0 0 8px; padding: 9px 12px; border-bottom: 1px solid #ccc; font: 650 15px "Noto Sans", sans-serif;
      max-width: ${WIDTH / 2 - 30}px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis } img { display: block }</style>${halves.map(half).join("")}`);
  await page.evaluate(() => Promise.all([...document.images].map((one) => {
    one.previousSibling.textContent = one.alt;
    return one.decode();
  })));
  const shot = await page.screenshot({ fullPage: true });
  await page.close();
  return shot;
}

/** A task's card in its channel, and how its thread begins. */
async function cardAndThread(person, channel, task, lines) {
  const half = WIDTH / 2;
  const head = async (page) => (await page.locator("#room-head h1").textContent()).trim();
  const room = await visit(person, channel, half, 1);
  const left = [await head(room), await picture(room, room.messages.filter({ hasText: task }).filter({ has: room.locator(".thread-link") }).first())];
  const talk = await visit(person, task, half - 1, 1);
  const name = await head(talk);
  // The first line of a thread is the card again.
  const ids = await talk.messages.evaluateAll((rows, n) => rows.slice(1, 1 + n).map((row) => `#${row.id}`).join(", "), lines);
  return beside(left, [name, await picture(talk, talk.locator(ids))]);
}

/** More tasks than one page of a list holds. */
async function fillList() {
  const tasks = [
    ["P2", "31/03/2023", "In và phân phối sổ tay điều tra viên nông thôn"],
    ["P4", "05/04/2023", "Làm sạch dữ liệu khảo sát mức sống dân cư"],
    ["P8", "10/04/2023", "Đánh giá chất lượng số liệu chăn nuôi"],
    ["P7", "12/04/2023", "Lưu trữ phiếu Tổng điều tra kinh tế"],
    ["P8", "17/04/2023", "Khảo sát sự hài lòng của người dùng tin"],
    ["P1", "20/04/2023", "Lấy ý kiến các Bộ về hệ thống chỉ tiêu phát triển bền vững"],
    ["P3", "24/04/2023", "Kiểm tra thực địa địa bàn mẫu chăn nuôi"],
    ["P4", "26/04/2023", "Mã hóa ngành nghề theo danh mục mới"],
  ];
  const page = await visit("Điều phối TTDL", "phong-hop-chung");
  for (const [phase, due, title] of tasks) await ask(page, "nhiem vu giao", { "tieu-de": title, "giai-doan": phase, han: due });
  await page.context().close();
}

const pictures = {
  "the-nhiem-vu.png": () => cardAndThread("Đầu mối TKTH", "p1-xac-dinh", "NV-2023-005", 5),

  async "bieu-mau.png"() {
    const page = await visit("Đầu mối TKTH", "p1-xac-dinh");
    await press(page, "Xin gia hạn");
    const form = page.locator("dialog.modal");
    await form.waitFor();
    const fields = form.locator("input, textarea");
    await fields.first().fill("17/03/2023");
    await fields.last().fill("Chờ ý kiến của PPCD và VKH về nguồn dữ liệu sẵn có; đề nghị lùi một tuần để tổng hợp.");
    await page.addStyleTag({ content: `${BARE} dialog.modal { box-shadow: none !important; } dialog.modal::backdrop { background: #eef1f0 !important; }` });
    await page.locator("#messages").evaluate((list) => list.remove());
    await page.evaluate(() => document.activeElement?.blur());
    const box = await form.boundingBox();
    const image = await page.screenshot({ clip: { x: box.x - 16, y: box.y - 16, width: box.width + 32, height: box.height + 32 } });
    await page.context().close();
    return image;
  },

  async "qua-trinh.png"() {
    const page = await visit("Đầu mối TKTH", "phong-hop-chung", WIDTH, LONG);
    return picture(page, await ask(page, "nhiem vu xem", { ma: "5" }));
  },

  async "danh-sach.png"() {
    await fillList();
    const page = await visit("Thủ trưởng TKQG", "phong-hop-chung", WIDTH, LONG);
    return picture(page, await ask(page, "nhiem vu danh sach"));
  },

  async "history.png"() {
    const page = await visit("International officer", "phong-hop-chung", WIDTH, LONG);
    return picture(page, await ask(page, "task show", { code: "5" }));
  },

  async "list.png"() {
    // Comes after danh-sach.png, which has filled the list.
    const page = await visit("International officer", "phong-hop-chung", WIDTH, LONG);
    return picture(page, await ask(page, "task list"));
  },

  // Posts are in the office's language: for one task it is English.
  async "card.png"() {
    const title = "English edition of the press release on the first quarter";
    const admin = await visit("Quản trị máy chủ", "phong-hop-chung");
    await ask(admin, "cau hinh ngon ngu", { "ngon-ngu": "Tiếng Anh" });
    const coordinator = await visit("Điều phối TTDL", "phong-hop-chung");
    await ask(coordinator, "nhiem vu giao", { "tieu-de": title, "giai-doan": "P6", han: "30/03/2023", "phoi-hop": "HTQT, VP" });
    const officer = await visit("International officer", "p6-pho-bien");
    await answered(officer, () => press(officer, "Received"));
    const lead = await visit("Đầu mối TKTH", "p6-pho-bien");
    await answered(lead, () => press(lead, "Received"));
    for (const page of [officer, lead, coordinator]) await page.context().close();
    const talk = await visit("International officer", title);
    await talk.locator("#composer-text").fill("The glossary of 2022 is checked. We can begin as soon as the Vietnamese text is final.");
    await answered(talk, () => talk.keyboard.press("Enter"));
    await talk.context().close();
    await ask(admin, "cau hinh ngon ngu", { "ngon-ngu": "Tiếng Việt" });
    await admin.context().close();
    return cardAndThread("International officer", "p6-pho-bien", title, 4);
  },
};

try {
  for (const [name, shoot] of Object.entries(pictures)) {
    if (only.length && !only.includes(name)) continue;
    writeFileSync(fileURLToPath(new URL(name, import.meta.url)), await shoot());
    console.log(name);
  }
} finally {
  await browser.close();
}
