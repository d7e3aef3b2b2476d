// The page's own signs, drawn: the fonts of some machines have no emoji.

const SVG = "http://www.w3.org/2000/svg";

/** Paths on a field of 24 by 24. */
const PATHS = {
  announce: ["M4 10v4h4l8 5V5l-8 5z", "M19 9v6"],
  bell: ["M6 16V11a6 6 0 0 1 12 0v5l2 2H4z", "M10 21h4"],
  calendar: ["M4 6h16v14H4z", "M4 11h16", "M8 3v5", "M16 3v5"],
  clip: ["M19 11l-7.5 7.5a4.5 4.5 0 0 1-6.4-6.4L13 4.2a3 3 0 0 1 4.3 4.3l-7.8 7.8a1.5 1.5 0 0 1-2.2-2.2L14 7.5"],
  edit: ["M4 20l1-5L16 4l4 4L9 19z"],
  eye: ["M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12z", "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z"],
  forum: ["M4 5h16v5H4z", "M4 14h16v5H4z"],
  lock: ["M5 11h14v9H5z", "M8 11V8a4 4 0 0 1 8 0v3"],
  menu: ["M4 6h16", "M4 12h16", "M4 18h16"],
  more: ["M5 12h.01", "M12 12h.01", "M19 12h.01"],
  people: ["M9 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6z", "M3 20c0-4 3-6 6-6s6 2 6 6", "M16 5a3 3 0 0 1 0 6", "M17 14c2 .5 4 2.5 4 6"],
  picture: ["M4 5h16v14H4z", "M4 16l5-5 4 4 3-3 4 4"],
  pin: ["M9 4h6l-1 6 3 3H7l3-3z", "M12 13v7"],
  reply: ["M9 7l-5 5 5 5", "M4 12h10a6 6 0 0 1 6 6"],
  sliders: ["M4 7h10", "M19 7h1", "M16.5 4.5v5", "M4 17h1", "M10 17h10", "M7.5 14.5v5"],
  thread: ["M5 4h14v10h-8l-4 4v-4H5z", "M9 8h6", "M9 11h3"],
  trash: ["M5 7h14", "M9 7V4h6v3", "M7 7l1 13h8l1-13"],
  voice: ["M4 10v4h4l5 4V6l-5 4z", "M16 9a4 4 0 0 1 0 6", "M18.5 6.5a8 8 0 0 1 0 11"],
  bolt: ["M13 3L5 14h6l-1 7 8-11h-6z"],
};

/** A sign that says nothing to a screen reader; whatever bears it has a name of its own. */
export function icon(name) {
  const sign = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" })) sign.setAttribute(key, value);
  for (const d of PATHS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    sign.append(path);
  }
  return sign;
}
