// The list of suggestions above the message box: one list for commands, options and mentions.

import { h } from "./dom.js";

const ID = "suggestions";

/** A list in `host`, steered by the keys of whichever input it serves. */
export function listbox(host) {
  let entries = [];
  let active = -1;
  let pick = null;
  let served = null;
  const items = h("ul", { id: ID, role: "listbox" });
  const head = h("div", { class: "list-head" });
  const box = h("div", { class: "suggestions", hidden: true }, head, items);
  host.append(box);

  /** Shows `shown` ({label, detail, mark, value}) for `input`; `first` marks the first one already. */
  function show(input, shown, { title = [], empty = null, first = false, onPick }) {
    entries = shown;
    pick = onPick;
    served = input;
    items.setAttribute("aria-label", input.getAttribute("aria-label"));
    head.replaceChildren(...title);
    items.replaceChildren(...entries.map(row), ...(entries.length || !empty ? [] : [h("li", { class: "none" }, empty)]));
    box.hidden = !title.length && !entries.length && !empty;
    input.setAttribute("aria-expanded", String(!box.hidden));
    input.setAttribute("aria-controls", ID);
    activate(first && entries.length ? 0 : -1);
  }

  function row(entry, index) {
    // Pressing must not take the focus out of the input.
    return h("li", { id: `${ID}-${index}`, role: "option", on: {
      mousedown: (event) => event.preventDefault(),
      click: () => pick(entry),
    } }, entry.mark ? h("span", { class: "mark" }, entry.mark) : null,
    h("span", { class: "label" }, entry.label), entry.detail ? h("small", {}, entry.detail) : null);
  }

  function activate(index) {
    items.children[active]?.removeAttribute("aria-selected");
    active = index;
    const chosen = items.children[active];
    if (chosen && entries.length) {
      chosen.setAttribute("aria-selected", "true");
      chosen.scrollIntoView({ block: "nearest" });
      served?.setAttribute("aria-activedescendant", chosen.id);
    } else {
      served?.removeAttribute("aria-activedescendant");
    }
  }

  function hide() {
    box.hidden = true;
    entries = [];
    active = -1;
    served?.setAttribute("aria-expanded", "false");
    served?.removeAttribute("aria-activedescendant");
  }

  /** Handles a key of the served input; true when it was one for the list. */
  function key(event) {
    if (box.hidden || event.isComposing) return false;
    const count = entries.length;
    if (count && event.key === "ArrowDown") activate((active + 1) % count);
    else if (count && event.key === "ArrowUp") activate(active <= 0 ? count - 1 : active - 1);
    else if (active >= 0 && (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey))) pick(entries[active]);
    else if (event.key === "Escape") hide();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  return { show, hide, key };
}
