// Times in the office's zone, whatever the zone of the machine that the browser runs on.

import { region } from "./words.js";

/** The office's zone; `#zone=…` in the address takes another. */
export const zone = new URLSearchParams(location.hash.slice(1)).get("zone") ?? "Asia/Ho_Chi_Minh";

const formats = new Map();

/** Intl formatters are slow to make. */
function format(date, options) {
  const key = region() + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(region(), { timeZone: zone, ...options }));
  return formats.get(key).format(date);
}

const DAY = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
const HOUR = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

export const hour = (date) => format(date, HOUR);
export const longDay = (date) => format(date, DAY);
export const longTime = (date) => `${hour(date)}, ${longDay(date)}`;
export const clockTime = (date) => `${format(date, { weekday: "short", day: "2-digit", month: "2-digit", year: "numeric" })}`;

/** `YYYY-MM-DDThh:mm` in the office's zone, as a date-time field wants it. */
export function wall(date) {
  const parts = new Intl.DateTimeFormat("sv-SE", {
    timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", ...HOUR,
  }).format(date);
  return parts.replace(" ", "T");
}

/** `dd/mm hh:mm`; built by hand, since Intl writes Vietnamese days and months alone with a hyphen. */
export function shortTime(date) {
  const [, month, day, time] = /^\d+-(\d+)-(\d+)T(.+)$/.exec(wall(date));
  return `${day}/${month} ${time}`;
}

/** The instant at which the office's clocks show `YYYY-MM-DDThh:mm`. */
export function instant(shown) {
  const asUtc = (text) => Date.parse(`${text}:00Z`);
  let guess = asUtc(shown);
  // Twice, since the first guess may lie on the other side of a change of the zone's offset.
  for (let round = 0; round < 2; round += 1) guess += asUtc(shown) - asUtc(wall(new Date(guess)));
  return new Date(guess);
}

/** The next time after `now` at which the office's clocks show `hh:mm`. */
export function next(now, shown) {
  const today = instant(`${wall(now).slice(0, 10)}T${shown}`);
  if (today > now) return today;
  // 24 hours later it is tomorrow, even where a day of the zone has 23 or 25: no office opens within an hour of midnight.
  const tomorrow = wall(new Date(today.getTime() + 86_400_000)).slice(0, 10);
  return instant(`${tomorrow}T${shown}`);
}

const STEPS = [["year", 31_536_000], ["month", 2_592_000], ["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]];

function relative(seconds) {
  const [unit, size] = STEPS.find(([, size]) => Math.abs(seconds) >= size) ?? STEPS.at(-1);
  return new Intl.RelativeTimeFormat(region(), { numeric: "auto" }).format(Math.trunc(seconds / size), unit);
}

/** Discord's `<t:…>` styles; a number that is no time stays a number. */
export function formatStamp(seconds, style, now) {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return String(seconds);
  const options = {
    t: HOUR,
    T: { ...HOUR, second: "2-digit" },
    d: { day: "2-digit", month: "2-digit", year: "numeric" },
    D: { day: "numeric", month: "long", year: "numeric" },
    F: { ...DAY, ...HOUR },
    f: { day: "numeric", month: "long", year: "numeric", ...HOUR },
  };
  return style === "R" ? relative(seconds - now.getTime() / 1000) : format(date, options[style]);
}
