"use strict";
// Draws the figures that the page carries as JSON, in colours of light or dark paper, sizes them for print, and gives their numbers as CSV.
(() => {
  const root = document.documentElement;
  const dark = JSON.parse(document.getElementById("dark-colours").textContent);
  const scheme = window.matchMedia("(prefers-color-scheme: dark)");
  const config = { displayModeBar: false, responsive: true, displaylogo: false, staticPlot: false, doubleClick: false };
  const sources = [...document.querySelectorAll("script.figure")];
  const places = sources.map((source) => document.getElementById(source.dataset.for));
  root.dataset.script = "runs";

  const coloured = (value) => {
    if (typeof value === "string") return dark[value] || value;
    if (Array.isArray(value)) return value.map(coloured);
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, coloured(item)]));
    }
    return value;
  };

  const isDark = () => root.dataset.paper === "dark" || (root.dataset.paper !== "light" && scheme.matches);

  const shades = (onDark) => {
    const shade = (colour) => (onDark ? dark[colour] || colour : colour);
    for (const fill of document.querySelectorAll(".fill")) fill.style.background = shade(fill.dataset.colour);
    for (const edge of document.querySelectorAll(".edge")) edge.style.borderColor = shade(edge.dataset.colour);
  };

  const draw = (place, source, onDark) => {
    const figure = editions.read(JSON.parse(source.textContent));
    const shown = onDark ? coloured(figure) : figure;
    return Plotly.react(place, shown.data, shown.layout, config);
  };

  const paint = (onDark) => {
    shades(onDark);
    return Promise.all(sources.map((source, number) => draw(places[number], source, onDark)));
  };

  // The first time one after the other, so that the page answers its reader in between.
  const first = async () => {
    shades(isDark());
    for (const [number, source] of sources.entries()) {
      await draw(places[number], source, isDark());
      await new Promise((done) => setTimeout(done));
    }
    root.dataset.drawn = String(sources.length);
  };

  const again = () => paint(isDark());

  // Light or dark: as the device, or as the reader chooses; a page from disk may be refused a memory.
  const paper = document.querySelector("[data-switch=paper]");
  const remembered = (value) => {
    try {
      if (value === undefined) return localStorage.getItem("kanmon-paper");
      localStorage.setItem("kanmon-paper", value);
    } catch { /* no memory: the choice holds until the page is closed */ }
    return value;
  };
  const choose = (value) => {
    if (value === "light" || value === "dark") root.dataset.paper = value;
    else delete root.dataset.paper;
  };
  choose(remembered());
  paper.value = root.dataset.paper || "auto";
  paper.addEventListener("change", () => { choose(paper.value); remembered(paper.value); again(); });
  scheme.addEventListener("change", again);
  document.addEventListener("edition", again);

  const fit = (width) => places.forEach((place) => Plotly.relayout(place, width ? { width: width(place), autosize: false } : { width: null, autosize: true }));
  window.addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details.note")) details.open = true;
    if (isDark()) paint(false);
    fit((place) => (place.closest(".grid:not(.single)") ? 320 : 660));
  });
  window.addEventListener("afterprint", () => { fit(null); if (isDark()) again(); });

  // Numbers without separators and with the hyphen that spreadsheets read; a text that starts a formula gets an apostrophe.
  const NUMBER = /^[+-]?\d{1,3}(,?\d{3})*(\.\d+)?(\s?[%×倍])?$/;
  const cell = (text) => {
    const plain = text.trim().replace(/\u2212/g, "-").replace(/\u00a0/g, " ");
    if (NUMBER.test(plain)) return plain.replace(/[,×倍+]/g, "");
    const safe = /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain;
    return /[",\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
  };
  const csv = (table) => [...table.rows].map((row) => [...row.cells].map((item) => cell(item.textContent)).join(",")).join("\r\n");
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.csv");
    if (!button) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff", csv(button.closest(".under").querySelector("table")), "\r\n"], { type: "text/csv;charset=utf-8" }));
    link.download = `${button.dataset.file}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href));
  });

  first();
})();
