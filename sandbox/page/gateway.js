// A client of the gateway, as any library is one: IDENTIFY with the person's token, heartbeats, RESUME after a lost line.

const OP = { DISPATCH: 0, HEARTBEAT: 1, IDENTIFY: 2, RESUME: 6, RECONNECT: 7, INVALID: 9, HELLO: 10, ACK: 11 };

/** Waits between attempts to connect, in milliseconds; the last one repeats. */
const WAITS = [100, 500, 1000, 2000];

/** Closed for good by the server: trying again with the same token would be refused again. */
const REFUSED = 4004;

const PROPERTIES = { os: "browser", browser: "discord-sandbox", device: "" };

/** The sandbox's own sockets are where the page came from, by whichever name it was reached. */
export const socketUrl = (path) => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;

/**
 * Connects as the owner of `token` until `close()`. `dispatch(name, data)` gets every event in order; `lost()` is
 * called when the line breaks, `refused()` when the token is not known.
 */
export function gateway(token, { dispatch, lost, refused }) {
  let socket = null;
  let session = null;
  let seq = null;
  let beat = null;
  let acknowledged = true;
  let attempts = 0;
  let retry = null;
  let closed = false;

  function open() {
    socket = new WebSocket(`${socketUrl("/gateway")}?v=10&encoding=json`);
    socket.onmessage = ({ data }) => hear(JSON.parse(data));
    socket.onclose = ({ code }) => {
      stopBeating();
      if (closed) return;
      if (code === REFUSED) return refused();
      lost();
      retry = setTimeout(open, WAITS[Math.min(attempts, WAITS.length - 1)]);
      attempts += 1;
    };
  }

  const say = (op, d) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify({ op, d }));

  function hear({ op, d, s, t }) {
    if (s) seq = s;
    if (op === OP.HELLO) {
      startBeating(d.heartbeat_interval);
      if (session) say(OP.RESUME, { token, session_id: session, seq });
      else say(OP.IDENTIFY, { token, properties: PROPERTIES, intents: 0 });
    } else if (op === OP.DISPATCH) {
      if (t === "READY") session = d.session_id;
      if (t === "READY" || t === "RESUMED") attempts = 0;
      dispatch(t, d);
    } else if (op === OP.HEARTBEAT) say(OP.HEARTBEAT, seq);
    else if (op === OP.ACK) acknowledged = true;
    else if (op === OP.RECONNECT) socket.close(4000);
    else if (op === OP.INVALID) {
      if (!d) session = seq = null;
      socket.close(4000);
    }
  }

  function startBeating(interval) {
    stopBeating();
    acknowledged = true;
    beat = setInterval(() => {
      // Nobody there any more: the session goes on over a new line.
      if (!acknowledged) return socket.close(4000);
      acknowledged = false;
      say(OP.HEARTBEAT, seq);
    }, interval);
  }

  function stopBeating() {
    clearInterval(beat);
    beat = null;
  }

  open();
  return {
    close() {
      closed = true;
      clearTimeout(retry);
      stopBeating();
      socket.close(1000);
    },
  };
}

/** Follows `GET /sandbox/live`: `heard(signal)` for each sign of a change, for as long as the page is open. */
export function follow({ heard, lost }) {
  const socket = new WebSocket(socketUrl("/sandbox/live"));
  socket.onmessage = ({ data }) => heard(JSON.parse(data));
  socket.onclose = () => {
    lost();
    setTimeout(() => follow({ heard, lost }), 1000);
  };
}
