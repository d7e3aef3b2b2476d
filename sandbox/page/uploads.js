// Files on their way: chosen, pasted or dropped, shown until the message is sent.

import { button, h, notice } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./words.js";

// Discord's limits for one message.
const MOST = 10;
const LARGEST = 10 << 20;

/** The files of the message box: `place` is where they are listed, `zone` where they may be dropped. */
export function uploads(place, zone, text, changed) {
  let files = [];
  const input = h("input", { type: "file", multiple: true, hidden: true, tabIndex: -1, on: { change: () => {
    add([...input.files]);
    input.value = "";
  } } });
  const chooser = button(icon("clip"), () => input.click(), { class: "quiet add-file" });
  const list = h("ul", { class: "uploads", hidden: true });
  place.append(input, list);

  function add(more) {
    const fitting = more.filter((file) => file.size <= LARGEST);
    if (fitting.length < more.length) notice(t("tooLarge", { mib: LARGEST >> 20 }), "error");
    if (files.length + fitting.length > MOST) notice(t("tooMany", { n: MOST }), "error");
    set([...files, ...fitting].slice(0, MOST));
  }

  function set(some) {
    files = some;
    draw();
    changed();
  }

  /** Shows files that were chosen earlier. */
  function show(some) {
    files = some;
    draw();
  }

  function draw() {
    list.hidden = !files.length;
    list.setAttribute("aria-label", t("files"));
    list.replaceChildren(...files.map((file) => h("li", {}, icon("clip"), h("span", {}, file.name),
      button("✕", () => {
        set(files.filter((one) => one !== file));
        text.focus();
      }, { class: "quiet", aria: { label: t("removeFile", { name: file.name }) } }))));
  }

  text.addEventListener("paste", (event) => {
    const pasted = [...event.clipboardData.files];
    if (!pasted.length) return;
    event.preventDefault();
    add(pasted);
  });
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files") && !text.disabled;
  zone.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    zone.classList.add("dropping");
  });
  zone.addEventListener("dragleave", (event) => !zone.contains(event.relatedTarget) && zone.classList.remove("dropping"));
  zone.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    zone.classList.remove("dropping");
    add([...event.dataTransfer.files]);
    text.focus();
  });

  return {
    chooser,
    all: () => files,
    set,
    show,
    update(silent) {
      chooser.title = t("addFile");
      chooser.setAttribute("aria-label", t("addFile"));
      chooser.disabled = silent;
      zone.dataset.drop = t("dropHere");
      draw();
    },
  };
}
