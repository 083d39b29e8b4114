// Tells that a person, not a mail scanner, has the form before them: a browser marks what a person does as trusted.
// Nothing but "opened" and "started" is told; the form works the same without it.
(() => {
  const form = document.querySelector("form[data-seen]");
  if (!form) return;
  const told = new Set();
  const tell = (step) => {
    if (told.has(step)) return;
    told.add(step);
    navigator.sendBeacon(`${location.pathname}/seen`, new URLSearchParams({ step }));
  };
  const on = (kind, step, target) =>
    target.addEventListener(kind, (event) => event.isTrusted && tell(step), { passive: true, capture: true });
  for (const kind of ["pointerdown", "keydown", "touchstart"]) on(kind, "opened", document);
  for (const kind of ["change", "input"]) on(kind, "started", form);
})();
