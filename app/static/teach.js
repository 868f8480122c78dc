// What makes the forms of teachers quicker; all of them work without.

// A first course is most likely in the time zone of whoever makes it.
const zone = document.querySelector("[data-own-zone] input");
if (zone) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || zone.value;

// The catalogue narrows while one types.
const search = document.querySelector("[data-search]");
if (search) {
  const topic = document.querySelector("select[data-topic]");
  const rows = [...document.querySelectorAll(".catalogue .exercise")];
  const texts = rows.map((row) => `${row.querySelector("a").textContent} ${row.dataset.words}`.toLowerCase());
  const narrow = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    rows.forEach((row, n) => {
      const fits = !topic.value || topic.value === row.dataset.topic;
      row.hidden = !fits || !words.every((word) => texts[n].includes(word));
    });
    for (const group of document.querySelectorAll("[data-group]")) {
      group.hidden = !group.querySelector(".exercise:not([hidden])");
    }
    document.querySelector("[data-none]").hidden = rows.some((row) => !row.hidden);
  };
  search.addEventListener("input", narrow);
  search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  topic.addEventListener("change", narrow);
}

// What is typed and not saved is not left without a question.
const editor = document.querySelector("[data-editor]");
if (editor) {
  const say = editor.querySelector("[data-say]");
  let unsaved = "unsaved" in editor.dataset;
  editor.addEventListener("input", (event) => {
    if (event.target.closest(".catalogue")) return;
    unsaved = true;
    say.textContent = say.dataset.words;
  });
  editor.addEventListener("submit", () => { unsaved = false; });
  addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
}
