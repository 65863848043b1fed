"""How heavy a report is, how long it takes to be drawn up, and how soon its reader can use it.

Usage: python tests/benchmarks/page_speed.py FOLDER [FOLDER ...] [--times N]        prints a table

FOLDER holds a run, an ensemble, a comparison of plans or answers of the optimiser; the page is drawn from its tables into a folder of its own
and opened in Chromium on an empty profile. Seconds are medians of N times. Those of the clock grow with whatever else runs on the machine;
those of the processor (drawing up: this process; opening: the main thread of the page) much less.

The page is usable once the figure of its first screen is drawn; then the language is switched and the time until the next picture is taken.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from playwright.sync_api import Browser, sync_playwright

from kanmon import steps
from kanmon.pages import editions

WATCHED = """
const seen = window.seen = { longest: 0 };
new PerformanceObserver((list) => list.getEntries().forEach((entry) => { if (entry.name === 'first-contentful-paint') seen.paint = entry.startTime; })).observe({ type: 'paint', buffered: true });
new PerformanceObserver((list) => list.getEntries().forEach((entry) => { seen.longest = Math.max(seen.longest, entry.duration); })).observe({ type: 'longtask', buffered: true });
const look = () => {
  const root = document.documentElement, figure = document.querySelector('.plot');
  if (!seen.usable && figure && figure.querySelector('.main-svg')) seen.usable = performance.now();
  if (root && root.dataset.drawn !== undefined) { seen.drawn = performance.now(); return; }
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
"""Takes down, in the page: first picture with content, figure of the first screen drawn, all figures drawn, longest task [ms]."""

SWITCHED = """
async () => {
  const start = performance.now();
  document.querySelector('.switch button[aria-pressed=false]').click();
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - start;
}
"""

ELEMENTS = "document.querySelectorAll('*').length"
PROCESSOR = {"TaskDuration": "processor, opening", "ScriptDuration": "of it scripts", "LayoutDuration": "of it layout", "RecalcStyleDuration": "of it styles"}
"""What Chromium says of the main thread of a page, and what it is called here [s]."""


POSITIONS = "--js-flags=--no-enable-lazy-source-positions"
"""Without this a browser that is watched reads Plotly once more for each error that it catches as it starts, half a second that no reader spends."""


def drawn_up(folder: Path) -> tuple[str, dict[str, float]]:
    """The page of a folder, and the seconds that it took: by the clock, of the processor, and of these the share of weaving."""
    content, weaving, weave = steps._read(folder), [0.0], editions.weave

    def timed(*arguments):
        start = process_time()
        try:
            return weave(*arguments)
        finally:
            weaving[0] += process_time() - start

    editions.weave = timed
    try:
        clock, processor = perf_counter(), process_time()
        text = steps._page_of(content)
        return text, {"drawn up": perf_counter() - clock, "processor, drawing up": process_time() - processor, "of it weaving": weaving[0]}
    finally:
        editions.weave = weave


def looked_at(browser: Browser, address: str) -> dict[str, float]:
    """Seconds from opening a page, its elements before and after its figures are drawn."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        page = context.new_page()
        page.add_init_script(WATCHED)
        session = context.new_cdp_session(page)
        session.send("Performance.enable")
        page.goto(address, wait_until="commit")
        page.wait_for_function("window.seen && seen.drawn", timeout=120_000)
        spent = {item["name"]: item["value"] for item in session.send("Performance.getMetrics")["metrics"]}
        seen = {name: value / 1000 for name, value in page.evaluate("seen").items()}
        return {
            "first picture": seen["paint"],
            "usable": max(seen["usable"], seen["paint"]),
            "every figure": seen["drawn"],
            "longest task": seen["longest"],
            "language switched": page.evaluate(SWITCHED) / 1000,
            **{name: spent[key] for key, name in PROCESSOR.items()},
            "elements, drawn": page.evaluate(ELEMENTS),
        }
    finally:
        context.close()


def measured(folder: Path, times: int) -> dict[str, float]:
    """Medians of all measures of the page of a folder."""
    drawings = [drawn_up(folder) for _ in range(times)]
    place = Path(tempfile.mkdtemp())
    try:
        (place / "report.html").write_text(drawings[0][0], encoding="utf-8")
        address = (place / "report.html").as_uri()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", POSITIONS])
            looks = [looked_at(browser, address) for _ in range(times)]
            browser.close()
    finally:
        shutil.rmtree(place)
    return {"megabytes": len(drawings[0][0].encode()) / 1e6, **_medians([seconds for _, seconds in drawings]), **_medians(looks)}


def _medians(rows: list[dict[str, float]]) -> dict[str, float]:
    return {name: median(row[name] for row in rows) for name in rows[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--times", type=int, default=5)
    asked = parser.parse_args()
    columns = [measured(folder, asked.times) for folder in asked.folders]
    print(f"| measure | {' | '.join(folder.name for folder in asked.folders)} |\n|---|{'---|' * len(columns)}")
    for name in columns[0]:
        print(f"| {name} | {' | '.join(f'{column[name]:,.0f}' if name.startswith('elements') else f'{column[name]:.2f}' for column in columns)} |")


if __name__ == "__main__":
    main()
