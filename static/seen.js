// Tells that a person, not a mail scanner, has the form before them: a hand on a key, a finger or a pointer. A script that
// presses things makes none of these, though it changes the form. Nothing but "opened" and "started" is told; the form
// works the same without it.
(() => {
  const form = document.querySelector("form[data-seen]");
  if (!form) return;
  const told = new Set();
  const tell = (step) => {
    if (told.has(step)) return;
    told.add(step);
    navigator.sendBeacon(`${location.pathname}/seen`, new URLSearchParams({ step }));
  };
  const listen = (target, kinds, step, allowed) =>
    kinds.forEach((kind) =>
      target.addEventListener(kind, (event) => allowed(event) && tell(step), { passive: true, capture: true }),
    );
  listen(document, ["pointerdown", "keydown", "touchstart"], "opened", (event) => event.isTrusted);
  listen(form, ["change", "input"], "started", () => told.has("opened"));
})();
