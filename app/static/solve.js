// What makes typing answers quicker. Without it the same forms work: the server reads, draws and remembers.
import { copyable } from "./copy.js";
import { fill, move, resize } from "./grid.js";
import { keep, restore } from "./drafts.js";
import { reachable } from "./scrollers.js";

const WAIT = 300; // milliseconds without a key until "read as" is asked for

const formOf = (element) => element.closest("form.answers");
const partOf = (input) => input.name.split(".")[1];

async function post(address, form, more) {
  const body = new URLSearchParams(new FormData(form, more?.submitter));
  for (const [name, value] of Object.entries(more?.fields ?? {})) body.set(name, value);
  return fetch(address, { method: "POST", body, headers: { Accept: "text/html" } });
}

// Checking: the page stays, with all that was typed, until the server has answered.
document.addEventListener("submit", async (event) => {
  const form = formOf(event.target);
  if (!form) return;
  event.preventDefault();
  const say = form.querySelector("[data-say]");
  try {
    const reply = await post(form.action, form, event);
    show(await reply.text(), reply.redirected ? reply.url : null);
  } catch {
    if (say) say.textContent = form.dataset.unreachable;
  }
});

function show(html, address) {
  const page = new DOMParser().parseFromString(html, "text/html");
  document.querySelector("main").replaceWith(page.querySelector("main"));
  document.title = page.title;
  if (address) history.pushState(null, "", address);
  begin();
  const first = ["#result", "[aria-invalid=true]", "main"].map((place) => document.querySelector(place)).find(Boolean);
  first.focus();
}

addEventListener("popstate", () => location.reload());

// Read as, while one types.
let waiting;
document.addEventListener("input", ({ target }) => {
  const form = formOf(target);
  if (!form || !target.name) return;
  if (/^(rows|columns)\./.test(target.name)) {
    const grid = target.closest(".grid");
    const size = (name) => Number(grid.querySelector(`[name^="${name}."]`).value);
    resize(grid, size("rows"), size("columns"));
  }
  keep(form);
  clearTimeout(waiting);
  waiting = setTimeout(() => readAs(form, partOf(target)), WAIT);
});

async function readAs(form, part) {
  const place = form.querySelector(`.read-as[data-part="${CSS.escape(part)}"]`);
  if (!place) return;
  try {
    const reply = await post(`${form.getAttribute("action")}/read-as`, form, { fields: { part } });
    if (reply.ok) place.innerHTML = await reply.text();
  } catch {
    place.textContent = ""; // it is a help; checking says what is wrong
  }
}

// A grid: arrows, Enter, and whole matrices pasted into a cell.
document.addEventListener("keydown", (event) => {
  if (event.target.matches(".bracket input") && move(event.target, event.key)) event.preventDefault();
});

document.addEventListener("paste", async (event) => {
  const cell = event.target;
  if (!cell.matches?.(".bracket input")) return;
  const text = event.clipboardData.getData("text");
  if (!/[\s,;&[]/.test(text.trim())) return; // one number: as it is
  event.preventDefault();
  clearTimeout(waiting);
  const form = formOf(cell);
  const place = form.querySelector(`.read-as[data-part="${CSS.escape(partOf(cell))}"]`);
  try {
    const reply = await post("/cells", form, { fields: { text } });
    const { rows, detail } = await reply.json();
    if (rows) fill(cell, rows);
    else place.textContent = detail;
    if (rows) cell.dispatchEvent(new Event("input", { bubbles: true }));
  } catch {
    place.textContent = form.dataset.unreachable;
  }
});

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
