// The mapping's text with its lines numbered, what it reads shown a moment after the last key, and paths put in by a press.
(() => {
  const form = document.querySelector("form[data-mapping]");
  if (!form) return;
  const text = form.elements.mapping, look = form.querySelector("[data-look]"), note = form.querySelector(".saved");
  const numbers = form.querySelector(".line-numbers");
  let waiting, asked = 0;
  const number = () => {
    const n = text.value.split("\n").length;
    numbers.textContent = Array.from({ length: n }, (_, at) => at + 1).join("\n");
    numbers.scrollTop = text.scrollTop;
  };
  const show = async () => {
    const mine = ++asked, fields = new URLSearchParams(new FormData(form));
    fields.set("action", "look");
    const answer = await fetch(location.pathname, { method: "POST", body: fields }).catch(() => null);
    if (mine !== asked) return;
    if (note) note.textContent = answer?.ok ? "" : note.dataset.offline;
    if (answer?.ok) look.innerHTML = await answer.text();
  };
  const soon = (wait) => {
    clearTimeout(waiting);
    waiting = setTimeout(show, wait);
  };
  text.addEventListener("input", () => { number(); soon(500); });
  text.addEventListener("scroll", () => { numbers.scrollTop = text.scrollTop; });
  form.elements.payload?.addEventListener("change", () => soon(0));
  look.addEventListener("click", (event) => {
    const { path, line } = event.target.dataset;
    if (path) {
      text.setRangeText(JSON.stringify(path), text.selectionStart, text.selectionEnd, "end");
      text.focus();
      number();
      soon(0);
    }
    if (line) {
      const lines = text.value.split("\n"), before = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
      text.focus();
      text.setSelectionRange(before, before + lines[line - 1].length);
      text.scrollTop = (line - 5) * parseFloat(getComputedStyle(text).lineHeight);
    }
  });
  number();
})();
