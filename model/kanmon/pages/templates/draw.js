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

  let onPaper = false;
  const isDark = () => !onPaper && (root.dataset.paper === "dark" || (root.dataset.paper !== "light" && scheme.matches));

  const shades = (onDark) => {
    const shade = (colour) => (onDark ? dark[colour] || colour : colour);
    for (const fill of document.querySelectorAll(".fill")) fill.style.background = shade(fill.dataset.colour);
    for (const edge of document.querySelectorAll(".edge")) edge.style.borderColor = shade(edge.dataset.colour);
  };

  // Figures near what the reader sees are drawn first; the others one by one while nothing else is to be done, so that a search finds them all.
  const idle = window.requestIdleCallback || ((work) => setTimeout(work, 50));
  const near = new Set();
  const stale = new Set();

  const draw = (place) => {
    const figure = editions.read(JSON.parse(sources[places.indexOf(place)].textContent));
    const shown = isDark() ? coloured(figure) : figure;
    Plotly.react(place, shown.data, shown.layout, config);
    stale.delete(place);
    settle();
  };

  // How many figures there are, as soon as all of them are drawn as the page stands.
  const settle = () => {
    if (stale.size) delete root.dataset.drawn;
    else root.dataset.drawn = String(places.length);
  };

  const drawNear = () => {
    const place = places.find((item) => near.has(item) && stale.has(item));
    if (!place) return;
    draw(place);
    setTimeout(drawNear);
  };
  const drawRest = () => {
    const [place] = stale;
    if (!place) return;
    draw(place);
    idle(drawRest);
  };
  const drawAll = () => [...stale].forEach(draw);

  const outdate = () => {
    shades(isDark());
    places.forEach((place) => stale.add(place));
    settle();
  };
  const again = () => {
    outdate();
    setTimeout(drawNear);
    idle(drawRest);
  };

  const watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) near.add(target);
      else near.delete(target);
    }
    drawNear();
  }, { rootMargin: "50% 0px" });

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
    const wasDark = isDark();
    onPaper = true;
    if (wasDark) outdate();
    drawAll();
    fit((place) => (place.closest(".grid:not(.single)") ? 320 : 660));
  });
  window.addEventListener("afterprint", () => {
    onPaper = false;
    fit(null);
    if (isDark()) again();
  });

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

  outdate();
  places.forEach((place) => watcher.observe(place));
  idle(drawRest);
})();
