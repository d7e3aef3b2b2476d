// Talks to the sandbox: as the chosen person under /api/v10, as whoever runs the sandbox under /sandbox.

/** A refusal, with the server's own words. */
export class Refused extends Error {
  constructor(status, body) {
    super([body?.message ?? `HTTP ${status}`, ...leaves(body?.errors)].join(" · "));
    this.status = status;
  }
}

/** Discord nests the reasons of a 400 by field; a person needs the sentences. */
function leaves(errors) {
  if (!errors || typeof errors !== "object") return [];
  const own = (errors._errors ?? []).map((error) => error.message);
  return [...own, ...Object.entries(errors).filter(([key]) => key !== "_errors").flatMap(([, inner]) => leaves(inner))];
}

async function call(method, path, body, token) {
  const headers = {};
  if (token) headers.authorization = token;
  const form = body instanceof FormData;
  if (body !== undefined && !form) headers["content-type"] = "application/json";
  const response = await fetch(path, { method, headers, body: form || body === undefined ? body : JSON.stringify(body) });
  const text = await response.text();
  const json = text && response.headers.get("content-type")?.includes("json") ? JSON.parse(text) : null;
  if (!response.ok) throw new Refused(response.status, json);
  return json;
}

export const sandbox = {
  state: () => call("GET", "/sandbox/state"),
  moveClock: (move) => call("POST", "/sandbox/clock", move),
  channels: (token) => call("GET", `/sandbox/view?token=${encodeURIComponent(token)}`),
  view: (token, channel, limit, before) =>
    call("GET", `/sandbox/view?token=${encodeURIComponent(token)}&channel_id=${channel}&limit=${limit}${before ? `&before=${before}` : ""}`),
  pull: (lever) => call("POST", `/sandbox/host/levers/${encodeURIComponent(lever)}`),
  interaction: async (nonce) => (await call("GET", `/sandbox/interactions?nonce=${nonce}`))[0],
  requests: (after) => call("GET", `/sandbox/requests?after=${after}`),
  violations: () => call("GET", "/sandbox/violations"),
  faults: () => call("GET", "/sandbox/faults"),
  addFault: (fault) => call("POST", "/sandbox/faults", fault),
  clearFaults: () => call("DELETE", "/sandbox/faults"),
};

/** A message with its files, as Discord takes them: JSON alone, or a form with the JSON as one of its parts. */
function withFiles(message, files) {
  if (!files.length) return message;
  const form = new FormData();
  form.append("payload_json", JSON.stringify(message));
  files.forEach((file, index) => form.append(`files[${index}]`, file, file.name));
  return form;
}

/** What a person's client does, with that person's token. */
export const client = {
  send: (token, channel, message, files = []) =>
    call("POST", `/api/v10/channels/${channel}/messages`, withFiles(message, files), token),
  type: (token, channel) => call("POST", `/api/v10/channels/${channel}/typing`, undefined, token),
  direct: (token, user) => call("POST", "/api/v10/users/@me/channels", { recipient_id: user }, token),
  post: (token, forum, post) => call("POST", `/api/v10/channels/${forum}/threads`, post, token),
  thread: (token, channel, message, name) =>
    call("POST", `/api/v10/channels/${channel}/messages/${message}/threads`, { name }, token),
  edit: (token, channel, id, content) => call("PATCH", `/api/v10/channels/${channel}/messages/${id}`, { content }, token),
  remove: (token, channel, id) => call("DELETE", `/api/v10/channels/${channel}/messages/${id}`, undefined, token),
  react: (token, channel, message, emoji, on) =>
    call(on ? "PUT" : "DELETE", `/api/v10/channels/${channel}/messages/${message}/reactions/${encodeURIComponent(emoji)}/@me`, undefined, token),
  vote: (token, channel, message, answers) =>
    call("PUT", `/api/v10/channels/${channel}/polls/${message}/answers/@me`, { answer_ids: answers }, token),
  interact: (token, interaction, files = []) => call("POST", "/api/v10/interactions", withFiles(interaction, files), token),
  setLanguage: (token, locale) => call("PATCH", "/api/v10/users/@me/settings", { locale }, token),
};

let last = 0n;

/** A mark that no other call of this page has; shaped like an id, as clients make them. */
export function nonce() {
  const made = BigInt(Date.now()) << 22n;
  last = made > last ? made : last + 1n;
  return String(last);
}
