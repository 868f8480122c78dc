// Shows a part of the page anew every few seconds: [data-live] has its address, [data-every] the seconds.
// Waits while the page is hidden and while somebody has pressed Pause. Without this script there is a link.
const live = document.querySelector("[data-live]");
const pause = document.querySelector("[data-pause]");
const say = document.querySelector("[data-say]");
const pauseText = pause?.textContent;
const OVER = [401, 403, 404]; // the session, or the right to look
let paused = false;
let timer;
let asking;

function tell(text) {
  if (say && say.textContent !== text) say.textContent = text;
}

function show(html) {
  const focused = live.contains(document.activeElement) ? document.activeElement.id : "";
  const scrolled = new Map([...live.querySelectorAll(".scroll[id]")].map((one) => [one.id, one.scrollLeft]));
  live.innerHTML = html;
  for (const [id, left] of scrolled) document.getElementById(id)?.scrollTo({ left, behavior: "instant" });
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

async function refresh() {
  asking?.abort(); // an answer to an earlier question would show what was
  asking = new AbortController();
  const { signal } = asking;
  try {
    const reply = await fetch(live.dataset.live, { headers: { Accept: "text/html" }, signal });
    if (OVER.includes(reply.status)) return tell(say.dataset.over);
    if (!reply.ok) throw new Error(reply.statusText);
    show(await reply.text());
    tell("");
    if (live.querySelector("[data-done]")) return location.reload();
  } catch {
    if (signal.aborted) return;
    tell(say.dataset.unreachable);
  }
  wait();
}

function wait() {
  clearTimeout(timer);
  if (!paused && !document.hidden) timer = setTimeout(refresh, 1000 * live.dataset.every);
}

if (live) {
  pause.hidden = false;
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.textContent = paused ? pause.dataset.goOn : pauseText;
    tell(paused ? say.dataset.paused : "");
    clearTimeout(timer);
    asking?.abort();
    if (!paused) refresh();
  });
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    if (!document.hidden && !paused) refresh();
  });
  wait();
}
