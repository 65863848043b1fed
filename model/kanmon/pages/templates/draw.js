"use strict";
// Draws the figures that the page carries as JSON, in colours of light or dark paper, and sizes them for print.
(() => {
  const dark = JSON.parse(document.getElementById("dark-colours").textContent);
  const scheme = window.matchMedia("(prefers-color-scheme: dark)");
  const printing = window.matchMedia("print");
  const config = { displayModeBar: false, responsive: true, displaylogo: false, staticPlot: false, doubleClick: false };

  const coloured = (value) => {
    if (typeof value === "string") return dark[value] || value;
    if (Array.isArray(value)) return value.map(coloured);
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, coloured(item)]));
    }
    return value;
  };

  const figures = [...document.querySelectorAll("script.figure")].map((source) => ({
    place: document.getElementById(source.dataset.for),
    carried: JSON.parse(source.textContent),
  }));

  const paint = (isDark) => {
    for (const fill of document.querySelectorAll(".fill")) {
      fill.style.background = isDark ? dark[fill.dataset.colour] || fill.dataset.colour : fill.dataset.colour;
    }
    for (const edge of document.querySelectorAll(".edge")) {
      edge.style.borderColor = isDark ? dark[edge.dataset.colour] || edge.dataset.colour : edge.dataset.colour;
    }
    return Promise.all(figures.map(({ place, carried }) => {
      const figure = editions.read(carried);
      const shown = isDark ? coloured(figure) : figure;
      return Plotly.react(place, shown.data, structuredClone(shown.layout), config);
    }));
  };

  const fit = (width) => figures.map(({ place }) => Plotly.relayout(place, width ? { width: width(place), autosize: false } : { width: null, autosize: true }));

  window.addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details.note")) details.open = true;
    if (scheme.matches) paint(false);
    fit((place) => (place.closest(".grid:not(.single)") ? 320 : 660));
  });
  window.addEventListener("afterprint", () => { fit(null); if (scheme.matches) paint(true); });
  document.addEventListener("edition", () => paint(scheme.matches && !printing.matches));
  scheme.addEventListener("change", () => paint(scheme.matches && !printing.matches));
  paint(scheme.matches).then(() => { document.documentElement.dataset.drawn = String(figures.length); });
})();
