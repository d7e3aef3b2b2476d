// What people and bots write stays text, wherever it is shown.

import assert from "node:assert/strict";
import { test } from "node:test";
import { office, until } from "./lib/office.mjs";

const world = office();

const PAYLOADS = [
  "<script>window.hit = 1</script>",
  "<img src=x onerror=\"window.hit = 1\">",
  "<svg/onload=window.hit=1>",
  "\"><iframe srcdoc='<script>parent.hit=1</script>'></iframe>",
  "javascript:window.hit=1",
  "[x](javascript:window.hit=1)",
  "[x](https://example.com/\"onmouseover=\"window.hit=1)",
  "<https://example.com/<script>window.hit=1</script>>",
  "`<b onclick=window.hit=1>`",
  "||<img src=x onerror=window.hit=1>||",
  "<@1><#2><@&3><t:99999999999999:F><t:1:R></x:1>",
  "${window.hit=1} {{constructor.constructor('window.hit=1')()}} $& $1 $`",
];

/** Nothing ran, and nothing that was written became an element or an address that runs. */
async function unharmed(page) {
  assert.equal(await page.evaluate(() => window.hit), undefined);
  const alive = await page.evaluate(() => [...document.querySelectorAll("*")]
    .filter((node) => [...node.attributes].some(({ name, value }) => name.startsWith("on") || (["href", "src", "action", "srcdoc", "formaction"].includes(name) && /^\s*(javascript|data|vbscript):/i.test(value)))
      || node.matches("iframe, object, embed, base, meta[http-equiv=refresh]") || (node.matches("script") && !node.src.endsWith("/page/app.js")))
    .map((node) => node.outerHTML.slice(0, 120)));
  assert.deepEqual(alive, []);
}

test("payloads in messages, cards, buttons, titles and names of files", async () => {
  const page = await world.visit("an");
  const room = world.rooms["phong-hop"];
  for (const [at, text] of PAYLOADS.entries()) {
    await world.say("binh", "phong-hop", `${at}: ${text}`);
    await world.bot.call("POST", `/channels/${room}/messages`, {
      content: `${at}: ${text}`,
      embeds: [{ title: text, url: text, description: text, author: { name: text, url: text }, footer: { text, icon_url: text }, image: { url: text }, thumbnail: { url: `attachment://${text}` }, fields: [{ name: text, value: text }] }],
      components: [
        { type: 1, components: [{ type: 2, style: 5, label: text.slice(0, 80), url: text }, { type: 2, style: 1, label: text.slice(0, 80), custom_id: text }] },
        { type: 1, components: [{ type: 3, custom_id: `m${at}`, placeholder: text, options: [{ label: text.slice(0, 100), value: text, description: text.slice(0, 100) }] }] },
      ],
    });
    const form = new FormData();
    form.append("payload_json", JSON.stringify({ content: "", attachments: [{ id: 0, description: text, filename: text.replaceAll("/", "_") }] }));
    form.append("files[0]", new File(["<script>parent.hit=1</script>"], "a.html"));
    const sent = await fetch(`${world.base}/api/v10/channels/${room}/messages`, { method: "POST", headers: { authorization: world.people.binh.token }, body: form });
    assert.ok(sent.ok);
  }
  await until("all is shown", async () => (await page.locator(".message").count()) === 3 * PAYLOADS.length);
  const shown = await page.locator(".content").allTextContents();
  // What is no Markdown reads as it was written.
  for (const text of [PAYLOADS[0], PAYLOADS[1], PAYLOADS[3], PAYLOADS[4]]) assert.ok(shown.some((said) => said.includes(text)), text);
  for (const spoiler of await page.locator(".spoiler").all()) await spoiler.click();
  for (const select of await page.locator(".menu select").all()) await select.focus();
  for (const one of await page.locator(".message .press").all()) await one.hover();
  await page.shot("payloads");
  await unharmed(page);
  assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll(".message a[href^=http]")].map((a) => a.rel).filter((rel) => !rel.includes("noopener"))), []);
  await page.done();
});

test("payloads in names of people, rooms, threads, tags, events, commands and forms", async () => {
  const names = PAYLOADS.slice(0, 5);
  for (const name of names) await world.control("people", { name });
  const tags = names.map((name) => ({ name: name.slice(0, 20) }));
  const forum = await world.as("an", "POST", `/guilds/${world.guild}/channels`, { name: names[1], type: 15, topic: names[0], available_tags: tags });
  await world.as("an", "POST", `/channels/${forum.id}/threads`, { name: names[1], applied_tags: [forum.available_tags[0].id], message: { content: names[2] } });
  await world.as("an", "POST", `/guilds/${world.guild}/scheduled-events`, { name: names[1], description: names[0], privacy_level: 2, entity_type: 3, scheduled_start_time: "2026-03-03T01:00:00Z", scheduled_end_time: "2026-03-03T02:00:00Z", entity_metadata: { location: names[2] } });
  const application = (await world.state()).bot.application_id;
  await world.bot.call("POST", `/applications/${application}/commands`, { name: "odd", description: names[1], options: [{ type: 3, name: "x", description: names[0], choices: names.map((name, at) => ({ name, value: String(at) })) }] });
  await world.bot.call("POST", `/applications/${application}/commands`, { name: names[1].slice(0, 32), type: 3 });
  await world.control("host/milestones", [{ name: names[1], at: "2027-01-01T00:00:00Z" }]);
  const page = await world.visit("mary", { room: forum.id });
  await page.locator(".post").waitFor();
  await unharmed(page);
  await page.getByRole("button", { name: "New post" }).click();
  await unharmed(page);
  await page.keyboard.press("Escape");
  await page.locator(".post").click();
  await page.message(names[2]).waitFor();
  const form = await page.begin("odd");
  await form.getByRole("button", { name: "add x" }).click();
  await page.locator("#suggestions").getByRole("option", { name: names[0] }).waitFor();
  await unharmed(page);
  await form.getByRole("button", { name: "Cancel" }).click();
  await page.box.pressSequentially("@<img");
  await page.locator("#suggestions").getByRole("option", { name: names[1] }).first().waitFor();
  await page.keyboard.press("Enter");
  await page.box.press("Enter");
  await page.locator(".message .mention", { hasText: `@${names[1]}` }).waitFor();
  await page.message(names[1]).last().click({ button: "right" });
  await page.getByRole("menuitem", { name: names[1].slice(0, 32) }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("<img");
  await page.locator("#rooms-found").getByRole("option").first().waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Behind the scenes" }).click();
  await page.locator(".call").first().waitFor();
  await unharmed(page);
  await world.control("host/milestones", []);
  await page.done();
});

test("the page forbids itself whatever it does not need", async () => {
  const html = await (await fetch(world.base)).text();
  const policy = /Content-Security-Policy"\s+content="([^"]+)"/.exec(html)[1];
  assert.equal(policy, "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'");
  const page = await world.visit("an", { expected: [/Content Security Policy/, /Failed to load/] });
  const tried = await page.evaluate(async () => {
    const outside = await fetch("https://example.com/").then(() => "fetched", () => "refused");
    const script = document.createElement("script");
    script.textContent = "window.hit = 1";
    document.body.append(script);
    return [outside, window.hit];
  });
  assert.deepEqual(tried, ["refused", undefined]);
  await page.close();
});
