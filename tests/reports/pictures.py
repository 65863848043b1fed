"""Pictures of a run's page at desktop and phone width, light and dark, and its print.

Usage: python tests/reports/pictures.py RUN_FOLDER [RUN_FOLDER ...] OUT_DIR

One folder gives the page of the run; several give the page that compares them.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from kanmon.pages.comparison import render_comparison
from kanmon.pages.page import render_run
from kanmon.runs.folder import read_run

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDTHS = {"desktop": 1440, "phone": 390}


def take(page_file: Path, out: Path, name: str) -> list[Path]:
    """Full-page pictures of an HTML file at each width and colour scheme, and a PDF."""
    made = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for scheme in ("light", "dark"):
            for device, width in WIDTHS.items():
                page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
                page.goto(page_file.as_uri())
                page.wait_for_function("document.documentElement.dataset.drawn !== undefined")
                made.append(out / f"{name}-{device}-{scheme}.png")
                page.screenshot(path=made[-1], full_page=True)
                page.close()
        page = browser.new_page()
        page.goto(page_file.as_uri())
        page.wait_for_function("document.documentElement.dataset.drawn !== undefined")
        made.append(out / f"{name}.pdf")
        page.pdf(path=made[-1], format="A4", prefer_css_page_size=True)
        browser.close()
    return made


def main(folders: list[Path], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    runs = [read_run(folder) for folder in folders]
    name = runs[0].name if len(runs) == 1 else "comparison"
    page_file = out / f"{name}.html"
    page_file.write_text(render_run(runs[0]) if len(runs) == 1 else render_comparison(runs), encoding="utf-8")
    for picture in take(page_file, out, name):
        print(picture)


if __name__ == "__main__":
    main([Path(folder) for folder in sys.argv[1:-1]], Path(sys.argv[-1]))
