// The office's own script. Everything works without it as plain forms and links; it adds speed:
// keys, a record beside its list, saving by itself, ticking many rows.
import "htmx.org";

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const wide = matchMedia("(min-width: 1200px)");
document.documentElement.classList.add("js");

/* ---- a record beside its list -------------------------------------------------------------- */
document.addEventListener("click", (event) => {
  const link = event.target.closest("#list a[data-open]");
  if (!link || !wide.matches || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  open(link);
});

async function open(link) {
  const beside = $("#beside");
  for (const row of $$("#list tr[aria-selected]")) row.removeAttribute("aria-selected");
  link.closest("tr")?.setAttribute("aria-selected", "true");
  const answer = await fetch(link.href, { headers: { "X-Part": "record" }, credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return location.assign(link.href);
  beside.innerHTML = await answer.text();
  beside.scrollTop = 0;
  beside.dataset.url = link.href;
  htmx.process(beside);
  recall(beside);
}

/* ---- keys ------------------------------------------------------------------------------------ */
const typing = (element) => element?.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
let going = 0;

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    return palette();
  }
  if (event.key === "Escape") return leave(event);
  if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (going && Date.now() - going < 1500 && /^[1-9]$/.test(event.key)) {
    going = 0;
    return $$(".rail nav > ul > li > a.place")[event.key - 1]?.click();
  }
  going = 0;
  const act = keys[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});

const keys = {
  "/": () => ($("[data-search]") ?? $("#find")).select(),
  "?": () => $("#keys")?.showModal(),
  j: () => move(1),
  k: () => move(-1),
  e: () => (segment() ? segment().querySelector("textarea").focus() : ($("#beside [data-key=e]") ?? $("[data-key=e]"))?.click()),
  x: () => rowOf(document.activeElement)?.querySelector("[data-tick]")?.click(),
  a: () => segment()?.querySelector("[data-accept]")?.click(),
  g: () => (going = Date.now()),
};

/* A text beside its translation: j and k go through them, a accepts, e writes, Ctrl Enter saves. */
const segment = () => document.activeElement?.closest("[data-segment]");
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  segment()?.querySelector("[data-accept]")?.click();
});
const came = document.getElementById(location.hash.slice(1));
if (came?.matches("[data-segment]")) came.focus();

const rowOf = (element) => element?.closest("[data-rows] tr, [data-rows] summary");

function move(step) {
  const rows = $$("[data-rows] tr, [data-rows] summary, [data-segment]");
  const here = rows.indexOf(segment() ?? rowOf(document.activeElement));
  const row = rows[Math.min(Math.max(here + step, 0), rows.length - 1)];
  const target = row?.matches("summary, [data-segment]") ? row : row?.querySelector("a.open");
  target?.focus();
  target?.scrollIntoView({ block: "nearest" });
}

function leave(event) {
  if ($("dialog[open]")) return;
  if (typing(event.target)) return event.target.blur();
  const beside = $("#beside");
  if (beside?.innerHTML) {
    beside.innerHTML = "";
    const row = $("#list tr[aria-selected] a.open");
    row?.focus();
    row?.closest("tr").removeAttribute("aria-selected");
  }
}

/* ---- everything, by Ctrl K --------------------------------------------------------------------- */
function palette() {
  const dialog = $("#palette");
  if (!dialog || dialog.open) return;
  dialog.showModal();
  $("input", dialog).select();
}
$("#palette")?.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp" && event.key !== "Enter") return;
  const found = $$("#found a");
  const here = found.indexOf(document.activeElement);
  if (event.key === "Enter") {
    if (here < 0 && found[0]) found[0].click();
    return;
  }
  event.preventDefault();
  const next = here + (event.key === "ArrowDown" ? 1 : -1);
  (found[next] ?? $("#palette input")).focus();
});
const asked = $("#palette input");
let soon = 0;
asked?.addEventListener("input", () => {
  clearTimeout(soon);
  soon = setTimeout(async () => {
    const words = asked.value;
    const answer = await fetch(`/office/find?q=${encodeURIComponent(words)}`, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    // Only the last question is answered.
    if (answer.ok && words === asked.value) $("#found").replaceChildren(...($("main .found", page)?.children ?? []));
  }, 120);
});
for (const dialog of $$("dialog")) dialog.addEventListener("click", (e) => e.target === dialog && dialog.close());

/* ---- saved by itself ----------------------------------------------------------------------------- */
async function save(form) {
  const said = $("#saved");
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Part": "saved" }, credentials: "same-origin" });
  if (!answer.headers.get("content-type")?.includes("json")) return form.submit();
  const told = await answer.json();
  for (const old of $$(".wrong", form)) old.remove();
  for (const field of $$("[data-wrong]", form)) field.removeAttribute("data-wrong");
  for (const [name, words] of Object.entries(told.wrong ?? {})) {
    const field = form.elements[name]?.closest(".field");
    if (!field) continue;
    field.setAttribute("data-wrong", "");
    field.append(Object.assign(document.createElement("span"), { className: "wrong", textContent: words }));
  }
  said.textContent = told.saved ? said.dataset.words.replace("{time}", told.saved) : told.said;
  // Sums that the change moved, by the element that they stand in.
  for (const [id, words] of Object.entries(told.show ?? {})) {
    const place = document.getElementById(id);
    if (place) place.textContent = words;
  }
  said.classList.toggle("late", !told.saved);
  if (told.saved) lookAgain();
}

/* ---- the customer's page beside the builder: follows what is saved, and stays where it was read ---- */
const look = $("#look");
const looking = () => look && !look.hidden;

function lookAt(button) {
  for (const other of $$("[data-look-at]", look)) other.setAttribute("aria-pressed", String(other === button));
  look.classList.toggle("narrow", button.hasAttribute("data-look-narrow"));
  $("iframe", look).src = button.dataset.lookAt;
}

function lookOn(on) {
  look.hidden = !on;
  document.documentElement.classList.toggle("looking", on);
  sessionStorage.setItem("look", on ? "1" : "");
  if (on) lookAt($("[data-look-at]", look));
}

function lookAgain() {
  if (!looking()) return;
  const frame = $("iframe", look);
  const at = frame.contentWindow.scrollY;
  frame.addEventListener("load", () => frame.contentWindow.scrollTo(0, at), { once: true });
  // The address leads on to the page of this moment.
  frame.src = $("[data-look-at][aria-pressed=true]", look).dataset.lookAt;
}

document.addEventListener("click", (event) => {
  if (!look || !wide.matches || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  if (event.target.closest("[data-look]")) {
    event.preventDefault();
    lookOn(look.hidden);
  }
  const button = event.target.closest("[data-look-at]");
  if (button) lookAt(button);
  if (event.target.closest("[data-look-close]")) lookOn(false);
});
if (look && wide.matches && sessionStorage.getItem("look")) lookOn(true);

/* ---- drafts: what is being written survives a wrong click -------------------------------------- */
// Kept by the tab alone and forgotten when sent; a page that brings words back itself keeps its own.
const drafts = "form[method=post]:not([data-autosave]) textarea";
const draftOf = (area) => `draft ${new URL(area.form.action).pathname} ${area.name}`;

function recall(root) {
  for (const area of $$(drafts, root)) if (!area.value) area.value = sessionStorage.getItem(draftOf(area)) ?? "";
}

document.addEventListener("input", (event) => {
  if (event.target.matches(drafts)) sessionStorage.setItem(draftOf(event.target), event.target.value);
});
document.addEventListener("submit", (event) => {
  for (const area of $$("textarea", event.target)) sessionStorage.removeItem(draftOf(area));
});
recall(document);

/* ---- many rows at once ------------------------------------------------------------------------------ */
function count(form) {
  const ticked = $$("[data-tick]:checked", form).length;
  $(".bulk", form)?.classList.toggle("on", ticked > 0);
  const words = $("[data-ticked]", form);
  if (words) {
    words.dataset.words ??= words.textContent;
    words.textContent = `${words.dataset.words} ${ticked}`;
  }
}

document.addEventListener("change", (event) => {
  const autosave = event.target.closest("form[data-autosave]");
  if (autosave) save(autosave);
  const bulk = event.target.closest("form[data-bulk]");
  if (!bulk) return;
  if (event.target.matches("[data-tick-all]")) for (const box of $$("[data-tick]", bulk)) box.checked = event.target.checked;
  count(bulk);
});

/* ---- a sheet of prices: Enter and the arrows walk its column, what is pasted fills it ---------- */
const cells = (cell) => $$("[data-cell]", cell.closest("[data-sheet]"));

document.addEventListener("keydown", (event) => {
  const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !event.target.matches?.("[data-cell]") || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const all = cells(event.target);
  all[all.indexOf(event.target) + step]?.select();
});

document.addEventListener("paste", (event) => {
  if (!event.target.matches?.("[data-cell]")) return;
  const lines = event.clipboardData.getData("text").trimEnd().split(/\r?\n/).map((line) => line.split("\t"));
  if (lines.length < 2 && lines[0].length < 2) return;
  event.preventDefault();
  const all = cells(event.target);
  let at = all.indexOf(event.target);
  // Two columns say which goods they mean; one column goes down from here.
  for (const [first, second] of lines) {
    const cell = second === undefined ? all[at++] : all.find((c) => c.dataset.sku === first.trim());
    if (cell) cell.value = (second ?? first).trim();
  }
  for (const cell of all) mark(cell);
});

const mark = (cell) => cell.closest("tr").toggleAttribute("data-changed", cell.value !== cell.defaultValue);
document.addEventListener("input", (event) => event.target.matches?.("[data-cell]") && mark(event.target));

/* ---- rows of an offer are dragged by their picture: the buttons do the same ---------------------- */
let dragged = null;
document.addEventListener("pointerdown", (event) => {
  const row = event.target.closest("[data-rows-drag] tr[data-drag]");
  if (row) row.draggable = Boolean(event.target.closest("td.pic"));
});
document.addEventListener("dragstart", (event) => (dragged = event.target.closest?.("tr[data-drag]")));
document.addEventListener("dragover", (event) => {
  const row = dragged && event.target.closest?.("tr[data-drag]");
  for (const old of $$("tr.over")) old.classList.remove("over");
  if (!row || row === dragged) return;
  event.preventDefault();
  row.classList.add("over");
});
document.addEventListener("drop", (event) => {
  const row = dragged && event.target.closest?.("tr[data-drag]");
  if (!row || row === dragged) return;
  event.preventDefault();
  const form = row.closest("form");
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "do", value: `before:${dragged.dataset.drag}:${row.dataset.drag}` }));
  // The first button's empty wish comes before it in the form's order and is not sent by this.
  form.submit();
});
