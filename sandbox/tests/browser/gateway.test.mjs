// The page lives on the gateway that bots use: nothing is polled, a lost line is taken up again, nothing is missed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { office, until } from "./lib/office.mjs";

const world = office();

/**
 * Stands between the page and the gateway. `said` are the ops that the page sent; `cut()` breaks the line, `hold()`
 * keeps new ones from being made, `tell(frame)` puts words into the server's mouth.
 */
async function between(person, room) {
  const line = { said: [], routes: [], held: false };
  const page = await world.visit(person, {
    room,
    expected: [/WebSocket connection/],
    async prepare(fresh) {
      await fresh.routeWebSocket(/\/gateway/, (route) => {
        if (line.held) return route.close({ code: 4000 });
        const server = route.connectToServer();
        line.routes.push({ route, server });
        route.onMessage((text) => {
          line.said.push(JSON.parse(text));
          server.send(text);
        });
        return undefined;
      });
    },
  });
  line.cut = async () => {
    const { route, server } = line.routes.at(-1);
    await server.close({ code: 4000 });
    await route.close({ code: 4000 });
  };
  line.tell = (frame) => line.routes.at(-1).route.send(JSON.stringify(frame));
  line.ops = () => line.said.map(({ op }) => op);
  return [page, line];
}

test("it identifies itself like any client and asks for nothing while nothing happens", async () => {
  const [page, line] = await between("an");
  assert.equal(line.said[0].op, 2);
  assert.equal(line.said[0].d.token, world.people.an.token);
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await new Promise((resolve) => setTimeout(resolve, 1500));
  assert.deepEqual(asked, []);
  await world.say("binh", "phong-hop", "không hỏi mà biết");
  await page.message("không hỏi mà biết").waitFor();
  assert.deepEqual(asked, [], "a message comes over the gateway alone");
  await page.done();
});

test("a lost line is resumed, and what was said meanwhile is there once", async () => {
  const [page, line] = await between("an");
  await world.say("binh", "phong-hop", "trước");
  await page.message("trước").waitFor();
  line.held = true;
  await line.cut();
  await page.getByText("Mất kết nối với máy chủ thử nghiệm").waitFor();
  await world.say("binh", "phong-hop", "trong lúc đứt");
  line.held = false;
  await page.message("trong lúc đứt").waitFor();
  assert.deepEqual(line.ops().filter((op) => op !== 1), [2, 6]);
  const resume = line.said.find(({ op }) => op === 6);
  assert.ok(resume.d.session_id && resume.d.seq > 1);
  assert.equal(await page.message("trong lúc đứt").count(), 1);
  await until("the notice is gone", async () => (await page.locator(".notice.offline").count()) === 0);
  await page.done();
});

test("asked to reconnect it resumes; a session that is gone is begun anew, without a gap", async () => {
  const [page, line] = await between("an");
  line.tell({ op: 7, d: null });
  await until("it resumed", () => line.ops().includes(6));
  const before = line.routes.length;
  line.held = true;
  line.tell({ op: 9, d: false });
  await until("the line is down", () => page.locator(".notice.offline").count());
  await world.say("binh", "phong-hop", "lúc phiên mất");
  const thread = await world.as("binh", "POST", `/channels/${world.rooms["phong-hop"]}/threads`, { name: "Luồng mới", type: 11 });
  line.held = false;
  await page.message("lúc phiên mất").waitFor();
  assert.ok(line.routes.length > before);
  assert.equal(line.ops().filter((op) => op !== 1).at(-1), 2);
  await page.locator(`.room[data-room="${thread.id}"]`).waitFor();
  await page.done();
});

test("an answer that came while the line was down is found", async () => {
  const [page, line] = await between("an");
  await page.begin("bieu mau");
  line.held = true;
  await line.cut();
  await page.getByText("Mất kết nối với máy chủ thử nghiệm").waitFor();
  await page.getByRole("button", { name: "Gửi", exact: true }).click();
  await until("the bot opened the form", async () => (await world.get("/sandbox/interactions")).some(({ status }) => status === "modal"));
  line.held = false;
  await page.getByRole("dialog", { name: "Báo cáo" }).waitFor();
  await page.done();
});

test("channels, roles and commands that change are shown at once", async () => {
  const [page] = await between("binh");
  const made = await world.as("an", "POST", `/guilds/${world.guild}/channels`, { name: "vua-lap", type: 0 });
  await page.locator(`.room[data-room="${made.id}"]`).click();
  await page.write("đầu tiên");
  await page.message("đầu tiên").waitFor();
  await world.as("an", "PATCH", `/channels/${made.id}`, { name: "doi-ten" });
  await page.locator("#room-head h1", { hasText: "doi-ten" }).waitFor();
  await world.as("an", "DELETE", `/channels/${made.id}`);
  await page.locator("#room-head h1", { hasText: "phong-hop" }).waitFor();
  const application = (await world.state()).bot.application_id;
  await world.bot.call("POST", `/applications/${application}/commands`, { name: "brand-new", description: "x", name_localizations: { vi: "moi-toanh" } });
  await page.box.pressSequentially("/moi");
  await page.getByRole("option", { name: "/moi-toanh" }).waitFor();
  await page.done();
});
