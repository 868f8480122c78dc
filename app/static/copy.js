// Buttons that copy a text: `data-copy` names its element, `data-done` says what the button says then.
document.addEventListener("click", async ({ target }) => {
  if (!target.matches("[data-copy]")) return;
  await navigator.clipboard.writeText(document.querySelector(target.dataset.copy).textContent);
  target.textContent = target.dataset.done;
});

// Show them where the browser can copy.
export function copyable() {
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
}

copyable();
