// A small scripted bot: it registers commands and answers them, with plain fetch and a WebSocket.

import WebSocket from "ws";

const INTENTS = 1 | (1 << 9) | (1 << 15);
const EPHEMERAL = 64;

const named = (name, vi, more) => ({ name, name_localizations: { vi }, ...more });
const option = (name, vi, type, more = {}) =>
  named(name, vi, { type, description: `The ${name}`, description_localizations: { vi: `Mục ${vi}` }, ...more });
const command = (name, vi, about, gioi, options = []) =>
  named(name, vi, { type: 1, description: about, description_localizations: { vi: gioi }, options });

const COMMANDS = [
  command("ask", "hoi", "Ask a unit", "Hỏi một đơn vị", [
    option("unit", "don-vi", 3, { required: true, autocomplete: true }),
    option("kind", "loai", 3, { choices: [named("Letter", "Công văn", { value: "letter" }), named("Meeting", "Cuộc họp", { value: "meeting" })] }),
    option("who", "ai", 6),
    option("where", "o-dau", 7),
    option("team", "to", 8),
    option("urgent", "gap", 5),
    option("count", "so-luong", 4),
  ]),
  command("hello", "chao", "Say hello", "Chào hỏi"),
  command("slow", "cham", "Take a while", "Làm lâu một chút"),
  command("secret", "rieng", "Tell only me", "Chỉ nói với tôi"),
  command("form", "bieu-mau", "Fill in a form", "Điền biểu mẫu"),
  command("file", "tep", "Take a file", "Nhận tệp", [option("paper", "giay", 11, { required: true })]),
  command("labels", "nhan", "A form with labels", "Biểu mẫu có nhãn"),
  command("menus", "danh-muc", "Menus of all kinds", "Các danh mục"),
  command("silent", "im-lang", "No answer", "Không trả lời"),
  named("Note it", "Ghi lại", { type: 3 }),
  named("Who is it", "Là ai", { type: 2 }),
];

const UNITS = ["Thống kê Đà Nẵng", "Thống kê Hà Nội", "Thống kê Huế"];
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();

const row = (...components) => ({ type: 1, components });
const select = (type, custom_id, more = {}) => row({ type, custom_id, placeholder: custom_id, ...more });

const label = (text, component, description) => ({ type: 18, label: text, description, component });
const choices = (...values) => values.map((value) => ({ label: value, value }));

/** What it answers: `callback(type, data)` gives the first answer, `edit(body)` changes it. */
const ANSWERS = {
  ask: (event, { callback, values }) => callback(4, { content: `Đã hỏi: ${JSON.stringify(values)}` }),
  hello: (event, { callback }) => callback(4, { content: `locale ${event.locale}` }),
  slow: async (event, { callback, edit }) => {
    await callback(5, {});
    await new Promise((resolve) => setTimeout(resolve, 400));
    await edit({ content: "xong rồi" });
  },
  secret: (event, { callback }) => callback(4, { content: "chỉ mình bạn", flags: EPHEMERAL, components: [
    row({ type: 2, style: 3, label: "Tiếp nhận", custom_id: "take" }, { type: 2, style: 4, label: "Từ chối", custom_id: "refuse", disabled: true }),
  ] }),
  form: (event, { callback }) => callback(9, { custom_id: "form", title: "Báo cáo", components: [
    row({ type: 4, custom_id: "short", label: "Tên việc", style: 1, min_length: 3 }),
    row({ type: 4, custom_id: "long", label: "Nội dung", style: 2, required: false }),
  ] }),
  file: (event, { callback, values }) => callback(4, { content: `tệp: ${event.data.resolved.attachments[values.paper].filename}` }),
  labels: (event, { callback }) => callback(9, { custom_id: "labels", title: "Có nhãn", components: [
    { type: 10, content: "Đọc **trước** đã." },
    label("Chọn một", { type: 3, custom_id: "one", options: choices("a", "b") }, "chỉ một"),
    label("Đường nào", { type: 21, custom_id: "radio", options: choices("x", "y") }),
    label("Những ai", { type: 5, custom_id: "who", max_values: 2 }),
    label("Kèm tệp", { type: 19, custom_id: "files" }),
  ] }),
  menus: (event, { callback }) => callback(4, { content: "chọn đi", components: [
    select(3, "word", { options: [{ label: "Một", value: "1", description: "số một" }, { label: "Hai", value: "2" }] }),
    select(5, "person"), select(6, "role"), select(8, "room"),
    select(3, "many", { min_values: 1, max_values: 2, options: ["a", "b", "c"].map((value) => ({ label: value, value })) }),
  ] }),
  "Note it": (event, { callback }) => {
    const { resolved, target_id: target } = event.data;
    return callback(4, { content: `đã ghi: ${resolved.messages[target].content}`, flags: EPHEMERAL });
  },
  "Who is it": (event, { callback }) => callback(4, { content: `là ${event.data.resolved.users[event.data.target_id].username}`, flags: EPHEMERAL }),
  take: (event, { callback }) => callback(7, { content: "đã nhận", components: [] }),
};

/** Logs in and serves until `stop()`. */
export async function startBot({ base, token, application }) {
  const call = async (method, path, body) => {
    const response = await fetch(`${base}/api/v10${path}`, {
      method, headers: { authorization: `Bot ${token}`, "content-type": "application/json" }, body: body && JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? null : response.json();
  };
  await call("PUT", `/applications/${application}/commands`, COMMANDS);
  const failures = [];
  let socket = null;
  let stopped = false;

  function connect() {
    return new Promise((ready) => {
      socket = new WebSocket(`${base.replace("http", "ws")}/gateway`);
      let seq = null;
      let beat = null;
      socket.on("message", (text) => {
        const { op, d, s, t } = JSON.parse(text);
        if (s) seq = s;
        if (op === 10) {
          beat = setInterval(() => socket.send(JSON.stringify({ op: 1, d: seq })), d.heartbeat_interval);
          socket.send(JSON.stringify({ op: 2, d: { token, intents: INTENTS, properties: {} } }));
        }
        if (t === "READY") ready();
        if (t === "INTERACTION_CREATE") answer(d).catch((error) => failures.push(error));
      });
      socket.on("error", () => {});
      socket.on("close", () => {
        clearInterval(beat);
        // As libraries do: after a moment it is back.
        if (!stopped) setTimeout(connect, 600);
      });
    });
  }

  async function answer(event) {
    const callback = (type, data) => call("POST", `/interactions/${event.id}/${event.token}/callback`, { type, data });
    const edit = (body) => call("PATCH", `/webhooks/${application}/${event.token}/messages/@original`, body);
    const values = Object.fromEntries((event.data.options ?? []).map(({ name, value }) => [name, value]));
    if (event.type === 4) {
      const typed = plain(values.unit ?? "");
      return callback(8, { choices: UNITS.filter((unit) => plain(unit).includes(typed)).map((name) => ({ name, value: name })) });
    }
    if (event.type === 5) {
      const inputs = event.data.components.flatMap((one) => one.components ?? one.component ?? []);
      const said = (value) => event.data.resolved?.attachments?.[value]?.filename ?? event.data.resolved?.users?.[value]?.username ?? value;
      const filled = inputs.map(({ custom_id: id, value, values: several }) => `${id}=${[value ?? several].flat().map(said).join("+")}`);
      return callback(4, { content: `biểu mẫu: ${filled.join(", ")}` });
    }
    if (event.type === 3 && event.data.values) return callback(4, { content: `${event.data.custom_id}: ${event.data.values.join(",")}` });
    const name = event.type === 3 ? event.data.custom_id : event.data.name;
    return ANSWERS[name]?.(event, { callback, edit, values });
  }

  await connect();
  return {
    call,
    failures,
    stop() {
      stopped = true;
      socket.close(1000);
    },
  };
}
