// Builds and patches nodes. Text always enters as text nodes, never as markup: most of it was written by people.

/** An element with properties and children; `class`, `on`, `data`, `aria` are short for the usual things. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "class") element.className = value;
    else if (key === "on") for (const [event, run] of Object.entries(value)) element.addEventListener(event, run);
    else if (key === "data") Object.assign(element.dataset, value);
    else if (key === "aria") for (const [name, said] of Object.entries(value)) element.setAttribute(`aria-${name}`, said);
    else if (key in element && key !== "list" && key !== "role") element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A button of the page itself; `type=button` so that none ever submits a form by accident. */
export function button(label, run, properties = {}) {
  return h("button", { type: "button", ...properties, on: { click: run } }, label);
}

/**
 * Makes the children of `parent` match `items` ({key, sign, build}). A child whose sign did not change keeps its
 * node, so scroll position, focus, open spoilers and selections survive; focus inside a rebuilt child is given
 * back to the control with the same `data-control`.
 */
export function patch(parent, items) {
  const old = new Map();
  for (const child of parent.children) old.set(child.dataset.key, child);
  let place = parent.firstElementChild;
  for (const { key, sign, build } of items) {
    let node = old.get(key);
    old.delete(key);
    if (!node || node.dataset.sign !== sign) {
      const fresh = build();
      fresh.dataset.key = key;
      fresh.dataset.sign = sign;
      if (node) {
        const focused = node.contains(document.activeElement) ? document.activeElement.dataset.control : undefined;
        if (place === node) place = fresh;
        node.replaceWith(fresh);
        if (focused) fresh.querySelector(`[data-control="${CSS.escape(focused)}"]`)?.focus();
      }
      node = fresh;
    }
    if (node === place) place = place.nextElementSibling;
    else parent.insertBefore(node, place);
  }
  for (const gone of old.values()) gone.remove();
}

/** Replaces all children, but only when `sign` says that they would differ. */
export function redraw(parent, sign, build) {
  if (parent.dataset.sign === sign) return;
  patch(parent, [{ key: "all", sign, build: () => h("div", { class: "fill" }, build()) }]);
  parent.dataset.sign = sign;
}

/** A short notice at the edge of the window, which goes away by itself. */
export function notice(text, kind = "info") {
  const line = h("div", { class: `notice ${kind}` }, text);
  document.getElementById("notices").append(line);
  setTimeout(() => line.remove(), kind === "error" ? 9000 : 5000);
}

/** Letters without accents and case, as people type them in a search: "Đà Nẵng" and "da nang" are the same. */
export function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
}
