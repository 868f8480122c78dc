// What makes typing answers quicker. Without it the same forms work: the server reads, draws and remembers.
import { copyable } from "./copy.js";
import { fill, move, resize, unmark } from "./grid.js";
import { keep, restore } from "./drafts.js";
import { reachable } from "./scrollers.js";

const WAIT = 300; // milliseconds without a key until "read as" is asked for

const formOf = (element) => element.closest("form.answers");
const partOf = (input) => input.name.split(".")[1];

async function post(address, form, fields = {}) {
  const body = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  return fetch(address, { method: "POST", body, headers: { Accept: "text/html" } });
}

// Checking: the page stays, with all that was typed, until the server has answered.
document.addEventListener("submit", async (event) => {
  const form = formOf(event.target);
  if (!form) return;
  event.preventDefault();
  if (form.ariaBusy === "true") return;
  const say = form.querySelector("[data-say]") ?? document.createElement("span");
  const pressed = event.submitter?.name ? { [event.submitter.name]: event.submitter.value } : {};
  form.ariaBusy = "true";
  say.textContent = form.dataset.checking;
  try {
    const reply = await post(form.getAttribute("action"), form, pressed);
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    if (reply.status >= 500 || !page.querySelector("main")) throw new Error("no page");
    const [deed, part] = (pressed.do ?? "").split(":");
    const alone = deed === "check" && part ? `#part-${form.dataset.instance}-${part}` : "#result";
    show(page, reply.redirected ? reply.url : null, alone);
  } catch {
    say.textContent = form.dataset.unreachable;
    say.scrollIntoView({ block: "nearest" });
  }
  form.ariaBusy = "false";
});

function show(page, address, result) {
  const offset = scrollY;
  document.querySelector("main").replaceWith(page.querySelector("main"));
  document.title = page.title;
  if (address) history.pushState({ checked: true }, "", address);
  shown = location.href.split("#")[0];
  begin();
  const places = ["#new-hint", "[data-say]:not(:empty)", ".unreadable", "main"];
  const isResult = document.querySelector("#result");
  const first = [...(isResult ? [result] : []), ...places].map((place) => document.querySelector(place)).find(Boolean);
  scrollTo(0, offset);
  first.focus();
  first.scrollIntoView({ block: "nearest" });
}

let shown = location.href.split("#")[0];
addEventListener("popstate", () => {
  if (location.href.split("#")[0] !== shown) location.reload();
});

// Read as, while one types.
const waiting = new Map(); // part → timer
const asked = new Map(); // part → how often; an older reply says nothing
document.addEventListener("input", ({ target }) => {
  const form = formOf(target);
  if (!form || !target.name || isSize(target)) return;
  changed(target);
});

function changed(field) {
  if (field.matches(".bracket input")) unmark(field);
  keep(field.closest("fieldset.question"));
  const part = partOf(field);
  clearTimeout(waiting.get(part));
  waiting.set(part, setTimeout(() => readAs(formOf(field), part), WAIT));
}

async function readAs(form, part) {
  const place = form.querySelector(`.read-as[data-part="${CSS.escape(part)}"]`);
  if (!place) return;
  const mine = (asked.get(part) ?? 0) + 1;
  asked.set(part, mine);
  try {
    const reply = await post(`${form.getAttribute("action")}/read-as`, form, { part });
    const html = await reply.text();
    if (mine === asked.get(part)) place.innerHTML = reply.ok ? html : "";
  } catch {
    place.textContent = ""; // it is a help; checking says what is wrong
  }
}

// The size of a grid changes once its number is complete.
const isSize = (field) => /^(rows|columns)\./.test(field.name);

function sized(field) {
  const grid = field.closest(".grid");
  const [rows, columns] = ["rows", "columns"].map((name) => grid.querySelector(`[name^="${name}."]`).value);
  if (rows && columns) resize(grid, rows, columns);
  changed(field);
}

document.addEventListener("change", ({ target }) => {
  if (formOf(target) && isSize(target)) sized(target);
});

// A grid: arrows, Enter, and whole matrices pasted into a cell.
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (field.matches(".bracket input") && move(field, event.key)) event.preventDefault();
  if (event.key === "Enter" && field.matches(".size input")) {
    event.preventDefault(); // it would check what is not typed yet
    sized(field);
    field.closest(".grid").querySelector(".bracket input").focus();
  }
});

document.addEventListener("paste", async (event) => {
  const cell = event.target;
  if (!cell.matches?.(".bracket input")) return;
  const text = event.clipboardData.getData("text");
  if (!/[\s;&[,(\\]/.test(text.trim()) || /^\S+,\d+$/.test(text.trim())) return; // one number: as it is
  event.preventDefault();
  clearTimeout(waiting.get(partOf(cell)));
  const form = formOf(cell);
  const place = form.querySelector(`.read-as[data-part="${CSS.escape(partOf(cell))}"]`);
  try {
    const reply = await post("/cells", form, { text });
    const { rows, detail } = await reply.json();
    if (rows) fill(cell, rows);
    else refuse(cell, text, detail, place);
    if (rows) cell.dispatchEvent(new Event("input", { bubbles: true }));
  } catch {
    place.textContent = form.dataset.unreachable;
  }
});

// What cannot be read goes to the box for texts, to be mended there.
function refuse(cell, text, detail, place) {
  const box = cell.closest(".grid").querySelector("textarea");
  box.value = text;
  box.closest("details").open = true;
  box.focus();
  keep(box.closest("fieldset.question"));
  place.textContent = detail;
}

// Symbols above a phone's keyboard.
const typing = (element) => element.matches?.("form.answers input[type=text], form.answers textarea");
let last;
document.addEventListener("focusin", ({ target }) => {
  const bar = document.querySelector(".keys");
  if (!bar || bar.contains(target)) return;
  last = typing(target) ? target : null;
  const keys = last ? JSON.parse(target.closest("[data-keys]")?.dataset.keys ?? "[]") : [];
  bar.replaceChildren(...keys.map((key) => Object.assign(document.createElement("button"), { type: "button", textContent: key })));
  bar.hidden = keys.length === 0;
});
document.addEventListener("mousedown", (event) => {
  const key = event.target.closest(".keys button");
  if (!key || !last) return;
  event.preventDefault(); // the field keeps the focus, and the phone its keyboard
  last.setRangeText(key.textContent, last.selectionStart, last.selectionEnd, "end");
  last.dispatchEvent(new Event("input", { bubbles: true }));
});
visualViewport?.addEventListener("resize", () => {
  const hidden = innerHeight - visualViewport.height - visualViewport.offsetTop;
  document.querySelector(".keys")?.style.setProperty("bottom", `${Math.max(0, hidden)}px`);
});

function begin() {
  reachable();
  for (const form of document.querySelectorAll("form.answers")) restore(form, resize);
  copyable();
}
begin();
