// Solves the challenge that a form carries while very many messages arrive, then sends the form (ALTCHA, SHA-256).
(async () => {
  const challenge = document.querySelector('input[name="challenge"]');
  const form = challenge && challenge.form;
  if (!form || !window.crypto || !crypto.subtle) return;
  const asked = JSON.parse(atob(challenge.value));
  const { nonce, salt, cost, keyPrefix, keyLength } = asked.parameters;
  const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  const hex = (array) => Array.from(array, (one) => one.toString(16).padStart(2, "0")).join("");
  const begin = new Uint8Array([...bytes(salt), ...bytes(nonce), 0, 0, 0, 0]);
  const counterAt = new DataView(begin.buffer, begin.length - 4);
  for (let counter = 0; ; counter += 1) {
    counterAt.setUint32(0, counter);
    let key = begin;
    for (let round = 0; round < cost; round += 1) key = new Uint8Array(await crypto.subtle.digest("SHA-256", key));
    const derivedKey = hex(key.slice(0, keyLength));
    if (derivedKey.startsWith(keyPrefix)) {
      form.elements.proof.value = btoa(JSON.stringify({ challenge: asked, solution: { counter, derivedKey } }));
      form.requestSubmit();
      return;
    }
  }
})();
