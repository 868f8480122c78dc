// What is typed and not yet checked, kept in this browser question by question until the server has a newer answer.
const keyOf = (question) => `nabla ${question.closest("form").dataset.instance} ${question.dataset.part}`;
const typed = (question) => [...question.elements].filter((field) => /^(text|cell|rows|columns)\./.test(field.name));

export function keep(question) {
  const fields = typed(question)
    .filter((field) => field.type !== "radio" || field.checked)
    .map((field) => [field.name, field.value]);
  try {
    localStorage.setItem(keyOf(question), JSON.stringify({ stage: question.dataset.stage, fields }));
  } catch {
    // private browsing, or full: then the page alone keeps it
  }
}

// Put drafts back where nothing has been answered since.
export function restore(form, resize) {
  for (const question of form.querySelectorAll("fieldset.question")) {
    let draft = null;
    try {
      draft = JSON.parse(localStorage.getItem(keyOf(question)));
    } catch {
      return;
    }
    if (draft?.stage === question.dataset.stage) fillIn(question, new Map(draft.fields), resize);
    else localStorage.removeItem(keyOf(question));
  }
}

function fillIn(question, values, resize) {
  const grid = question.querySelector(".grid");
  const size = (name) => values.get(`${name}.${question.dataset.part}`);
  if (grid && size("rows")) resize(grid, size("rows"), size("columns"));
  for (const field of typed(question)) {
    if (!values.has(field.name)) continue;
    if (field.type === "radio") field.checked = field.value === values.get(field.name);
    else field.value = values.get(field.name);
    if (field.type === "textarea" && field.value) field.closest("details")?.setAttribute("open", "");
  }
}
