// Shows a survey in a page of another site: inline where the script stands, or behind a button (data-mode="button").
// Nothing of the page is read; the form is a frame of the survey's own origin, and only messages from there are heard.
(() => {
  const script = document.currentScript, { mode, lang, into, label } = script.dataset;
  const home = new URL(script.src).origin, { slug, all } = GIVEN; // put in by the server: which survey, and its words
  const tongue = (lang || document.documentElement.lang || navigator.language).toLowerCase().startsWith("zh") ? "zh" : "en";
  const words = all[tongue];
  const make = (name, properties, style) => {
    const made = Object.assign(document.createElement(name), properties);
    Object.assign(made.style, style); // through the object model: a content policy without inline style allows it
    return made;
  };
  const query = new URLSearchParams({ lang: tongue, host: location.origin });
  const frame = make("iframe", { title: words.title, referrerPolicy: "no-referrer", loading: "lazy" },
    { border: "0", width: "100%", height: "600px", display: "block" });
  const address = `${home}/embed/${slug}?${query}`;

  addEventListener("message", ({ origin, source, data }) => {
    if (origin !== home || source !== frame.contentWindow || data?.touchstone !== slug) return;
    if (Number.isFinite(data.height)) frame.style.height = `${Math.min(Math.max(data.height, 100), 10000)}px`;
    if (data.finished === true) document.dispatchEvent(new CustomEvent("touchstone:finished", { detail: { survey: slug } }));
  });

  const place = (element) => {
    const target = into && document.querySelector(into);
    if (target) target.append(element);
    else if (script.parentElement === document.head) document.body.append(element);
    else script.after(element);
  };
  const show = () => {
    if (mode !== "button") { frame.src = address; place(frame); return; }
    const plain = { font: "600 16px/1.4 system-ui, sans-serif", padding: "10px 18px", minHeight: "44px", cursor: "pointer",
      borderRadius: "10px", border: "1px solid #23282c", background: "#23282c", color: "#fff" };
    const opener = make("button", { type: "button", textContent: label || words.open }, plain);
    const dialog = make("dialog", { ariaLabel: words.title }, { border: "0", padding: "0", borderRadius: "12px",
      width: "min(640px, 94vw)", maxHeight: "92vh" });
    const closer = make("button", { type: "button", textContent: words.close }, { ...plain, margin: "8px" });
    closer.addEventListener("click", () => dialog.close());
    opener.addEventListener("click", () => { if (!frame.src) frame.src = address; dialog.showModal(); });
    dialog.append(closer, frame);
    place(opener);
    document.body.append(dialog);
  };
  if (document.body) show();
  else addEventListener("DOMContentLoaded", show);
})();
