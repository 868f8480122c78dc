// Narrows a list while one types; without it the form does the same on the server.
for (const field of document.querySelectorAll("[data-filter]")) {
  const rows = [...document.querySelectorAll(field.dataset.filter)];
  const texts = rows.map((row) => `${row.textContent} ${row.dataset.words ?? ""}`.toLowerCase());
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    rows.forEach((row, n) => {
      const chosen = row.querySelector(":checked"); // what is chosen is sent: it stays in sight
      row.hidden = !chosen && !words.every((word) => texts[n].includes(word));
    });
    for (const group of new Set(rows.map((row) => row.closest("section")))) {
      if (group) group.hidden = rows.every((row) => row.hidden || !group.contains(row));
    }
  });
}
