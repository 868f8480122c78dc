// What scrolls sideways can be reached with the keyboard, and nothing else costs a step.
export function reachable() {
  for (const box of document.querySelectorAll(".math.block, pre, figure, .grid, p, label, legend, summary, li")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

reachable();
addEventListener("resize", reachable);
addEventListener("load", reachable);
document.fonts?.addEventListener("loadingdone", reachable); // formulas are as wide as their font makes them
