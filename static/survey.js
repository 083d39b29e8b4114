// The form without it is whole. With it: questions that do not apply are hidden, an unfinished answer waits on this
// device and nowhere else, and where somebody stopped is counted without saying who.
(() => {
  const sent = document.querySelector("[data-sent]");
  if (sent) return sent.dataset.sent && localStorage.removeItem(`draft ${sent.dataset.sent}`);
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const key = `draft ${form.dataset.draft}`, fortnight = 14 * 864e5, own = ["submission_key", "language", "_csrf_token"];
  const blocks = [...form.querySelectorAll("[data-question]")];
  let last = "", sending = false;

  const said = (name) => [...new FormData(form).getAll(name)].filter((value) => value !== "");
  const holds = ({ q, low, high, values }) => {
    const given = said(q).concat(said(`${q}.other`));
    if (values.length) return given.some((value) => values.includes(value));
    if (low === null && high === null) return given.length > 0;
    const number = given.length && /^\d+$/.test(given[0]) ? Number(given[0]) : NaN;
    return number >= (low ?? number) && number <= (high ?? number);
  };
  const off = (element, is) => {
    element.hidden = is;
    for (const input of element.querySelectorAll("input, textarea")) input.disabled = is;
  };
  const look = () => {
    for (const block of blocks) {
      if (block.dataset.show) off(block, !JSON.parse(block.dataset.show).every(holds));
      const score = block.dataset.reasonsFor && said(block.dataset.reasonsFor)[0];
      for (const reason of block.querySelectorAll("[data-scores]")) {
        const [low, high] = reason.dataset.scores.split("-").map(Number);
        if (!block.hidden) off(reason, score !== undefined && !(score >= low && score <= high));
      }
    }
  };
  const keep = () => {
    if (!form.dataset.draft) return; // a device that others use, or a page within a page, which may not keep anything
    const values = [...new FormData(form)].filter(([name, value]) => value !== "" && !own.includes(name));
    localStorage.setItem(key, JSON.stringify({ at: Date.now(), values }));
  };
  const fill = (values) => {
    for (const [name, value] of values)
      for (const input of form.elements[name]?.length && !form.elements[name].tagName ? form.elements[name] : [form.elements[name]])
        if (input?.type === "radio" || input?.type === "checkbox") input.checked ||= input.value === value;
        else if (input) input.value = value;
  };
  const tellThatItIsBack = () => {
    const note = Object.assign(document.createElement("p"), { className: "notice", textContent: `${form.dataset.kept} ` });
    note.setAttribute("role", "status");
    const afresh = Object.assign(document.createElement("button"), { type: "button", className: "afresh", textContent: form.dataset.afresh });
    afresh.addEventListener("click", () => { localStorage.removeItem(key); form.reset(); note.remove(); look(); });
    note.append(afresh);
    form.prepend(note);
  };

  for (const hint of form.querySelectorAll(".only-if")) hint.remove();
  if (form.dataset.draft) try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "null");
    if (kept && Date.now() - kept.at > fortnight) localStorage.removeItem(key);
    else if (kept?.values.length && "fresh" in form.dataset) { fill(kept.values); tellThatItIsBack(); }
  } catch { localStorage.removeItem(key); }
  look();
  for (const kind of ["change", "input"]) form.addEventListener(kind, (event) => {
    last = event.target.closest("[data-question]")?.dataset.question ?? last;
    look();
    keep();
  });
  form.addEventListener("submit", () => { sending = true; });
  addEventListener("pagehide", () => {
    if (form.dataset.steps && !sending) navigator.sendBeacon(form.dataset.steps, new URLSearchParams({ question: last }));
  });
})();
