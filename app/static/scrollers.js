// What scrolls sideways can be reached with the keyboard, and nothing else costs a step.
export function reachable() {
  for (const box of document.querySelectorAll(".math.block, pre, figure, .grid, p, label, legend, summary, li")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
  document.querySelectorAll(".scroll").forEach(fade);
}

// A table that goes on beyond its right edge fades out there, until one has scrolled to its end.
function fade(box) {
  box.classList.toggle("goes-on", box.scrollLeft + box.clientWidth < box.scrollWidth - 1);
}

addEventListener("scroll", ({ target }) => { if (target.matches?.(".scroll")) fade(target); }, { capture: true, passive: true });

reachable();
addEventListener("resize", reachable);
addEventListener("load", reachable);
document.fonts?.addEventListener("loadingdone", reachable); // formulas are as wide as their font makes them
