// Keys for who fills in while listening. They work only where the focus is in a question, so that no key acts unawares
// (WCAG 2.1.4); in fields for words every key writes.
(() => {
  const form = document.querySelector("form[data-draft]");
  const blocks = () => [...form.querySelectorAll("[data-question]")].filter((block) => !block.hidden);
  const first = (block) => block?.querySelector("input:not([type=hidden]):not([disabled]), textarea");
  const writes = (element) => element.matches("textarea, [type=text], [type=date]");
  let typed = "", at = 0;
  const choose = (block, key) => {
    typed = Date.now() - at < 900 && typed === "1" && key === "0" ? "10" : key;
    at = Date.now();
    const offered = [...block.querySelectorAll(".step input, .chip input")].filter((one) => !one.disabled);
    const scale = offered.length && offered[0].closest(".step");
    const input = scale ? offered.find((one) => one.value === typed) : offered[Number(typed) - 1];
    if (!input) return;
    input.focus();
    input.click();
  };
  form.addEventListener("keydown", (event) => {
    const block = event.target.closest("[data-question]");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return form.requestSubmit(form.querySelector("[value=answer]"));
    if (!block || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Enter" && !event.target.matches("textarea")) {
      event.preventDefault();
      const all = blocks();
      return (first(all[all.indexOf(block) + 1]) ?? form.querySelector("[value=answer]")).focus();
    }
    if (/^[0-9]$/.test(event.key) && !writes(event.target)) {
      event.preventDefault();
      choose(event.target.closest(".row") ?? block, event.key);
    }
  });
  first(blocks()[0])?.focus();
})();
