// What is typed and not yet checked, kept in this browser until the server has a newer answer.
const keyOf = (form) => `nabla ${form.dataset.instance}`;
const typed = (form) => [...form.elements].filter((field) => /^(text|cell|rows|columns)\./.test(field.name));

export function keep(form) {
  const fields = typed(form)
    .filter((field) => field.type !== "radio" || field.checked)
    .map((field) => [field.name, field.value]);
  try {
    localStorage.setItem(keyOf(form), JSON.stringify({ stage: form.dataset.stage, fields }));
  } catch {
    // private browsing, or full: then the page alone keeps it
  }
}

// Put a draft back where nothing has been answered since.
export function restore(form, resize) {
  let draft = null;
  try {
    draft = JSON.parse(localStorage.getItem(keyOf(form)));
  } catch {
    return;
  }
  if (draft?.stage !== form.dataset.stage) {
    localStorage.removeItem(keyOf(form));
    return;
  }
  const values = new Map(draft.fields);
  for (const grid of form.querySelectorAll(".grid")) {
    const { part } = grid.dataset;
    if (values.has(`rows.${part}`)) resize(grid, values.get(`rows.${part}`), values.get(`columns.${part}`));
  }
  for (const field of typed(form)) {
    if (!values.has(field.name)) continue;
    if (field.type === "radio") field.checked = field.value === values.get(field.name);
    else field.value = values.get(field.name);
    if (field.type === "textarea" && field.value) field.closest("details")?.setAttribute("open", "");
  }
}
