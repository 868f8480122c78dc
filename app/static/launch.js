// Launches from a learning platform: its storage binds a launch to this browser where no cookie does, and forms that
// only carry something on are sent by themselves. Without this script their buttons do.

const LONGEST_WAIT = 1500; // milliseconds for the platform's storage to answer

// The window that keeps data for tools; none where the platform has no such frame, which another site may not ask.
const frameCalled = (name) => {
  const above = window.opener ?? window.parent;
  try {
    return name === "_parent" ? above : above.frames[name];
  } catch {
    return null;
  }
};

// One question to the platform's storage (LTI Client Side postMessages 1.0), answered by that platform only.
const ask = ({ frame, origin }, question) =>
  new Promise((answered) => {
    const to = frameCalled(frame);
    if (!to || to === window) return answered(null);
    const id = crypto.randomUUID ? crypto.randomUUID() : String(Math.random());
    const timer = setTimeout(() => answered(null), LONGEST_WAIT);
    window.addEventListener("message", ({ origin: from, data }) => {
      if (from !== origin || data?.message_id !== id || data.subject !== `${question.subject}.response`) return;
      clearTimeout(timer);
      answered(data.error ? null : data);
    });
    to.postMessage({ ...question, message_id: id }, origin);
  });

const store = document.getElementById("store");
if (store) {
  const { key, value } = store.dataset;
  await ask(store.dataset, { subject: "lti.put_data", key, value });
  location.replace(store.querySelector("a").href);
}

const fetching = document.getElementById("fetch");
if (fetching) {
  const answer = await ask(fetching.dataset, { subject: "lti.get_data", key: fetching.dataset.key });
  if (typeof answer?.value === "string" && answer.value) {
    fetching.elements.browser.value = answer.value;
    fetching.submit();
  }
}

document.getElementById("send")?.submit();
