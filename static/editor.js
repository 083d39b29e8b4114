// Keeps what is written a moment after the last key, and shows it in the previews. Buttons do the same without it.
(() => {
  const form = document.querySelector("form[data-editor]");
  if (!form) return;
  const note = form.querySelector(".saved"), frames = document.querySelectorAll(".previews iframe");
  let waiting;
  const keep = async () => {
    const fields = new URLSearchParams(new FormData(form));
    fields.set("action", "keep");
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body: fields, headers: { Accept: "application/json" } }).catch(() => null);
    note.textContent = answer?.ok ? note.dataset.saved : answer ? note.dataset.unsaved : note.dataset.offline;
    if (!answer) waiting = setTimeout(keep, 5000);
    if (!answer?.ok) return;
    form.elements.seen.value = (await answer.json()).seen;
    for (const frame of frames) frame.contentWindow.location.reload();
  };
  form.addEventListener("input", (event) => {
    if (event.target.name === "kind") return;
    note.textContent = "";
    clearTimeout(waiting);
    waiting = setTimeout(keep, 700);
  });
  form.addEventListener("submit", () => clearTimeout(waiting));
})();
