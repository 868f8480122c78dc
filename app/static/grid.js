// Grids of cells: their size, the way around in them, and filling them.
const MOST = 16;
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

const rowsOf = (grid) => [...grid.querySelectorAll("tr")].map((row) => [...row.querySelectorAll("input")]);
const bounded = (size) => Math.max(1, Math.min(MOST, Math.trunc(size) || 1));

// Give a grid so many rows and columns; what was typed stays where it is.
export function resize(grid, rows, columns) {
  const table = grid.querySelector("table");
  const cells = rowsOf(grid);
  const { part, label } = grid.dataset;
  const model = cells[0][0];
  const made = Array.from({ length: bounded(rows) }, (_, r) => {
    const row = document.createElement("tr");
    for (let c = 0; c < bounded(columns); c++) {
      let cell = cells[r]?.[c];
      if (!cell) {
        cell = model.cloneNode();
        cell.value = "";
        cell.removeAttribute("aria-invalid");
      }
      cell.name = `cell.${part}.${r}.${c}`;
      if (!cells[r]?.[c]) cell.setAttribute("aria-label", label.replace("{r}", r + 1).replace("{c}", c + 1));
      const place = cells[r]?.[c]?.parentElement ?? document.createElement("td");
      if (!place.contains(cell)) place.append(cell);
      row.append(place);
    }
    return row;
  });
  (table.tBodies[0] ?? table).replaceChildren(...made);
}

// Move from a cell as an arrow says; sideways only from the end of what is typed. True where it moved.
export function move(cell, key) {
  const step = STEPS[key];
  if (!step) return false;
  if (key === "ArrowLeft" && cell.selectionEnd > 0) return false;
  if (key === "ArrowRight" && cell.selectionStart < cell.value.length) return false;
  const cells = rowsOf(cell.closest(".grid"));
  const r = cells.findIndex((row) => row.includes(cell));
  const next = cells[r + step[0]]?.[cells[r].indexOf(cell) + step[1]];
  if (!next) return false;
  next.focus();
  next.select();
  return true;
}

// Put rows of entries into a grid, from a cell on; it grows to hold them. Into the first cell: it takes their size.
export function fill(cell, rows) {
  const grid = cell.closest(".grid");
  const cells = rowsOf(grid);
  const top = cells.findIndex((row) => row.includes(cell));
  const left = cells[top].indexOf(cell);
  const first = top === 0 && left === 0;
  const height = first ? rows.length : Math.max(cells.length, top + rows.length);
  const width = first ? rows[0].length : Math.max(cells[0].length, left + rows[0].length);
  resize(grid, height, width);
  grid.querySelector('[name^="rows."]').value = bounded(height);
  grid.querySelector('[name^="columns."]').value = bounded(width);
  const now = rowsOf(grid);
  rows.forEach((row, r) => row.forEach((entry, c) => {
    if (now[top + r]?.[left + c]) now[top + r][left + c].value = entry;
  }));
}
