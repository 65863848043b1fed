"""Pictures of the page of a run, or of the page that compares several: desk and phone, every language, light and dark, and the print.

Usage: python tests/reports/pictures.py RUN_FOLDER [RUN_FOLDER ...] OUT_DIR
       python tests/reports/pictures.py --gallery RUN_FOLDER [RUN_FOLDER ...]

The second form makes the small pictures and the example that the folder reports/ keeps: the first run alone, and all of them compared.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from kanmon.pages.comparison import render_comparison
from kanmon.pages.page import render_run
from kanmon.runs.folder import read_run

REPORTS = Path(__file__).parents[2] / "reports"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDTHS = {"desk": 1440, "phone": 390}
DRAWN = "document.documentElement.dataset.drawn !== undefined"

GALLERY = (
    ("answer", "run", "en-USD", "desk", "light", "#answer", 900),
    ("answer-ja", "run", "ja-JPY", "desk", "dark", "#answer", 900),
    ("phone-ja", "run", "ja-JPY", "phone", "light", "#answer", 844),
    ("suppliers", "run", "en-USD", "desk", "light", "#supply", 900),
    ("shortages", "run", "en-USD", "phone", "dark", "#shortage", 844),
    ("comparison", "comparison", "en-USD", "desk", "light", "#differences", 900),
)
"""Name, page, edition, width, paper, where the picture begins, height [px]."""

SCALE = 0.75
QUALITY = 84
"""Size of a picture of the gallery over that of the screen [1], and how faithful it is [%]."""


@contextmanager
def opened(address: str, device: str, scheme: str, height: int = 900):
    """A page in Chromium once its figures are drawn."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": WIDTHS[device], "height": height}, color_scheme=scheme)
        page.goto(address)
        page.wait_for_function(DRAWN)
        yield page
        browser.close()


def editions(address: str) -> list[str]:
    """Names of the editions that a page carries."""
    with opened(address, "desk", "light") as page:
        return page.evaluate("JSON.parse(document.getElementById('editions').textContent).names")


def take(page_file: Path, out: Path, name: str) -> list[Path]:
    """Full-page pictures of an HTML file in each edition of another language, at each width and on each paper, and a PDF."""
    made, address = [], page_file.as_uri()
    names = editions(address)
    languages = {edition.split("-")[0]: edition for edition in names} | {names[0].split("-")[0]: names[0]}  # the first in its own currency
    for language, edition in languages.items():
        for scheme in ("light", "dark"):
            for device in WIDTHS:
                with opened(f"{address}#{edition}", device, scheme) as page:
                    made.append(out / f"{name}-{language}-{device}-{scheme}.png")
                    page.screenshot(path=made[-1], full_page=True)
    with opened(address, "desk", "light") as page:
        made.append(out / f"{name}.pdf")
        page.pdf(path=made[-1], format="A4", prefer_css_page_size=True)
    return made


def drawn(folders: list[Path], out: Path) -> Path:
    """The page of a run, or of several compared, as a file."""
    runs = [read_run(folder) for folder in folders]
    page_file = out / f"{runs[0].name if len(runs) == 1 else 'comparison'}.html"
    page_file.write_text(render_run(runs[0]) if len(runs) == 1 else render_comparison(runs), encoding="utf-8")
    return page_file


def gallery(folders: list[Path]) -> list[Path]:
    """The pictures of the gallery, small, and the example page."""
    out = REPORTS / "gallery"
    out.mkdir(exist_ok=True)
    pages = {"run": drawn(folders[:1], out), "comparison": drawn(folders, out)}
    made = []
    for name, kind, edition, device, scheme, start, height in GALLERY:
        with opened(f"{pages[kind].as_uri()}#{edition}", device, scheme, height) as page:
            page.evaluate("document.documentElement.style.scrollBehavior = 'auto'")
            if start != "#answer":
                page.locator(start).evaluate("(section) => section.scrollIntoView()")
            page.screenshot(path=out / f"{name}.png")
        made.append(small(out / f"{name}.png"))
    pages["comparison"].unlink()
    example = REPORTS / "example.html"
    pages["run"].replace(example)
    return [*made, example]


def small(path: Path) -> Path:
    """A picture scaled down, as WebP in its place."""
    picture = Image.open(path).convert("RGB")
    shrunk = picture.resize((round(picture.width * SCALE), round(picture.height * SCALE)), Image.Resampling.LANCZOS)
    shrunk.save(path.with_suffix(".webp"), quality=QUALITY, method=6)
    path.unlink()
    return path.with_suffix(".webp")


def main(arguments: list[str]) -> None:
    if arguments[0] == "--gallery":
        made = gallery([Path(folder) for folder in arguments[1:]])
    else:
        *folders, out = map(Path, arguments)
        out.mkdir(parents=True, exist_ok=True)
        page_file = drawn(folders, out)
        made = take(page_file, out, page_file.stem)
    for path in made:
        print(path)


if __name__ == "__main__":
    main(sys.argv[1:])
