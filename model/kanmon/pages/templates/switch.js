"use strict";
// Puts a edition of the page in place, its language and its currency, from the table of what differs between editions.
const editions = (() => {
  const { names, strings, slots } = JSON.parse(document.getElementById("editions").textContent);
  const key = "kanmon-edition";
  let shown = 0;

  const variant = (slot, own) => {
    const place = shown % (slots[slot].length + 1);
    const string = place ? slots[slot][place - 1] : -1;
    return string < 0 ? own : strings[string];
  };

  const textAfter = (element, children) => {
    const before = children ? element.children[children - 1] : null;
    const next = before ? before.nextSibling : element.firstChild;
    if (next && next.nodeType === Node.TEXT_NODE) return next;
    return element.insertBefore(document.createTextNode(""), next);
  };

  const places = [...document.querySelectorAll("[data-slots]")].flatMap((element) => element.dataset.slots.split(" ").map((mark) => {
    const [where, slot] = mark.split("=");
    if (/^\d+$/.test(where)) {
      const text = textAfter(element, Number(where));
      return { slot, own: text.data, put: (value) => { text.data = value; } };
    }
    return { slot, own: element.getAttribute(where), put: (value) => element.setAttribute(where, value) };
  }));

  const buttons = [...document.querySelectorAll(".switch button")];
  const parts = (name) => name.split("-");

  const show = (place) => {
    shown = place;
    for (const { slot, own, put } of places) put(variant(slot, own));
    for (const button of buttons) button.setAttribute("aria-pressed", String(parts(names[shown]).includes(button.value)));
    document.dispatchEvent(new Event("edition"));
  };

  const remembered = () => {
    const asked = names.indexOf(location.hash.slice(1));
    if (asked >= 0) return asked;
    try { return Math.max(names.indexOf(localStorage.getItem(key)), 0); } catch { return 0; }
  };

  const remember = () => {
    try { localStorage.setItem(key, names[shown]); } catch { /* a page opened from disk may not be allowed to */ }
    try { history.replaceState(null, "", `#${names[shown]}`); } catch { /* nor this */ }
  };

  for (const button of buttons) {
    button.addEventListener("click", () => {
      const [language, currency] = parts(names[shown]);
      const wanted = button.name === "language" ? `${button.value}-${currency}` : `${language}-${button.value}`;
      show(names.indexOf(wanted));
      remember();
    });
  }
  window.addEventListener("hashchange", () => { if (names.includes(location.hash.slice(1))) show(remembered()); });
  for (const part of document.querySelectorAll(".switch")) part.hidden = false;
  if (remembered() > 0) show(remembered());

  const read = (value) => {
    if (Array.isArray(value)) return value.map(read);
    if (!value || typeof value !== "object") return value;
    if ("slot" in value) return variant(value.slot, value.own);
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, read(item)]));
  };
  return { read };
})();
