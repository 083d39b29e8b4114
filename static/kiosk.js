// Empties the form when nobody has touched it for a while, after asking; goes back from the thanks by itself.
(() => {
  const { home, idle, warning } = document.body.dataset, dialog = document.querySelector("dialog");
  const form = document.querySelector("form[data-draft]");
  let timer, touched = false;
  const leave = () => location.replace(home);
  const untouched = () => !touched && !location.search && form && "fresh" in form.dataset;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, idle * 1000);
  };
  const ask = () => {
    if (!dialog) return leave();
    if (untouched()) return wait();
    dialog.showModal();
    timer = setTimeout(leave, warning * 1000);
  };
  const somebody = () => {
    if (!dialog) return; // the thanks page goes whoever is there
    touched = true;
    if (dialog.open) dialog.close();
    wait();
  };
  for (const kind of ["pointerdown", "keydown", "input", "wheel", "touchmove"]) addEventListener(kind, somebody, { passive: true });
  // A page that comes back out of the browser's memory would bring the former person's answers with it.
  addEventListener("pageshow", (event) => event.persisted && leave());
  wait();
})();
