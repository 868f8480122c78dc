// Shows the page anew once the exercises have been loaded again.
let shown = null;
setInterval(async () => {
  try {
    const { version } = await (await fetch("/workbench/changes")).json();
    if (shown !== null && version !== shown) location.reload();
    shown = version;
  } catch {
    // The server is away for a moment.
  }
}, 700);
