// Grids of cells: their size, the way around in them, and filling them.
const MOST = 16;
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const dropped = new WeakMap(); // by grid: what was typed in cells that it has no more, should it grow again

const rowsOf = (grid) => [...grid.querySelectorAll("tr")].map((row) => [...row.querySelectorAll("input")]);
const bounded = (size) => Math.max(1, Math.min(MOST, Math.trunc(size) || 1));
const sizes = (grid) => ["rows", "columns"].map((name) => grid.querySelector(`[name^="${name}."]`));

// Give a grid so many rows and columns; what was typed stays where it is.
export function resize(grid, rows, columns) {
  const known = dropped.get(grid) ?? new Map();
  dropped.set(grid, known);
  const cells = rowsOf(grid);
  const model = cells[0][0];
  const height = bounded(rows);
  const width = bounded(columns);
  cells.forEach((row, r) => row.forEach((cell, c) => {
    if (r >= height || c >= width) known.set(`${r} ${c}`, cell.value);
  }));
  const made = Array.from({ length: height }, (_, r) => {
    const row = document.createElement("tr");
    for (let c = 0; c < width; c++) row.append(cells[r]?.[c]?.parentElement ?? place(grid, model, r, c, known));
    return row;
  });
  const table = grid.querySelector("table");
  (table.tBodies[0] ?? table).replaceChildren(...made);
  const [down, across] = sizes(grid);
  down.value = height;
  across.value = width;
}

function place(grid, model, r, c, known) {
  const { part, label } = grid.dataset;
  const cell = model.cloneNode();
  cell.name = `cell.${part}.${r}.${c}`;
  cell.value = known.get(`${r} ${c}`) ?? "";
  cell.removeAttribute("aria-invalid");
  cell.setAttribute("aria-label", label.replace("{r}", r + 1).replace("{c}", c + 1));
  const td = document.createElement("td");
  td.append(cell);
  return td;
}

// What a mark said is about what stood here before.
export function unmark(cell) {
  const td = cell.closest("td");
  if (!td?.className) return;
  td.className = "";
  td.querySelector(".mark")?.remove();
  cell.removeAttribute("aria-invalid");
  cell.setAttribute("aria-label", cell.getAttribute("aria-label").split(",")[0]);
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

// Put rows of entries into a grid, from a cell on; it grows to hold them, and an empty one takes their size.
export function fill(cell, rows) {
  const grid = cell.closest(".grid");
  const cells = rowsOf(grid);
  const isEmpty = cells.flat().every((other) => other === cell || !other.value.trim());
  const whole = isEmpty && rows.length * rows[0].length > 1; // it is the answer, whichever cell it was put into
  const top = whole ? 0 : cells.findIndex((row) => row.includes(cell));
  const left = whole ? 0 : cells[top].indexOf(cell);
  const fits = top === 0 && left === 0 && (isEmpty || (rows.length >= cells.length && rows[0].length >= cells[0].length));
  const height = fits ? rows.length : Math.max(cells.length, top + rows.length);
  const width = fits ? rows[0].length : Math.max(cells[0].length, left + rows[0].length);
  resize(grid, height, width);
  const now = rowsOf(grid);
  rows.forEach((row, r) => row.forEach((entry, c) => {
    if (now[top + r]?.[left + c]) now[top + r][left + c].value = entry;
  }));
}
