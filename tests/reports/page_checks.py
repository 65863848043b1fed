"""What a page of any kind must stand up to in a real browser; each check takes an open page, in whatever reading it stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product

from axe_playwright_python.sync_playwright import Axe

WIDTHS = (390, 1440)
"""Widths of a phone and of a desk [px]."""

DRAWN = "document.documentElement.dataset.drawn !== undefined"
"""Every figure is drawn as the page stands: those far from the reader one by one, while the page is idle."""

LEVEL_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

STICKING_OUT = """
() => [...document.querySelectorAll('body *')]
  .filter((item) => !item.closest('.scroll, pre, svg') || item.matches('.scroll, pre'))
  .filter((item) => { const box = item.getBoundingClientRect(); return box.width > 0 && (box.right > innerWidth + 1 || box.left < -1); })
  .filter((item) => getComputedStyle(item).clipPath === 'none' && !item.closest('thead'))
  .map((item) => item.tagName + '.' + item.className + ' ' + item.textContent.slice(0, 40))
"""

UNDRAWN = """
() => [...document.querySelectorAll('.plot')]
  .filter((plot) => { const drawing = plot.querySelector('svg.main-svg'); return !drawing || drawing.getBoundingClientRect().width < 100 || !plot.querySelector('.trace, .bars, .scatterlayer path'); })
  .map((plot) => plot.id)
"""

OVERLAPS = """
() => {
  const found = [];
  for (const plot of document.querySelectorAll('.plot')) {
    const frame = plot.getBoundingClientRect();
    const texts = [...plot.querySelectorAll('.main-svg text')].filter((text) => text.textContent.trim() && getComputedStyle(text).display !== 'none' && getComputedStyle(text).visibility !== 'hidden' && text.getBoundingClientRect().width > 0);
    const boxes = texts.map((text) => [text.textContent, text.getBoundingClientRect()]);
    boxes.forEach(([name, box], place) => {
      if (box.left < frame.left - 2 || box.right > frame.right + 2 || box.top < frame.top - 2 || box.bottom > frame.bottom + 2) found.push(`${plot.id}: "${name}" leaves the chart`);
      for (const [other, next] of boxes.slice(place + 1)) {
        const across = Math.min(box.right, next.right) - Math.max(box.left, next.left);
        const down = Math.min(box.bottom, next.bottom) - Math.max(box.top, next.top);
        if (across > 1 && down > 3) found.push(`${plot.id}: "${name}" over "${other}"`);
      }
    });
  }
  return found;
}
"""

TEXT_ON_TEXT = """
() => {
  const inner = [...document.querySelectorAll('main *')].filter((item) => !item.closest('svg, .track, .use thead') && [...item.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()) && item.getClientRects().length && getComputedStyle(item).position !== 'absolute');
  const blocks = inner.filter((item) => getComputedStyle(item).display !== 'inline' && !item.closest('details:not([open])'));
  const found = [];
  const boxes = blocks.map((item) => [item, item.getBoundingClientRect()]).filter(([, box]) => box.width && box.height).sort((one, two) => one[1].top - two[1].top);
  boxes.forEach(([item, box], place) => {
    for (const [other, next] of boxes.slice(place + 1, place + 40)) {
      if (item.contains(other) || other.contains(item)) continue;
      const across = Math.min(box.right, next.right) - Math.max(box.left, next.left);
      const down = Math.min(box.bottom, next.bottom) - Math.max(box.top, next.top);
      if (across > 2 && down > 3) found.push(item.textContent.trim().slice(0, 40) + ' / ' + other.textContent.trim().slice(0, 40));
    }
  });
  return found;
}
"""

FITTED = """
() => [...document.querySelectorAll('.plot')].every((plot) => Math.abs(plot.querySelector('svg.main-svg').getBoundingClientRect().width - plot.getBoundingClientRect().width) <= 1)
"""

UNSEEN_FOCUS = """
() => { const item = document.activeElement, style = getComputedStyle(item);
  return [item === document.body ? '' : item.outerHTML.slice(0, 90), style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1]; }
"""

REACHABLE = """
() => [...document.querySelectorAll('a[href], summary, button, select, [tabindex="0"]')].filter((item) => item.checkVisibility() && !item.closest('svg')).length
"""

ALIKE = """
() => {
  for (const plot of document.querySelectorAll('.plot')) Plotly.purge(plot);
  for (const details of document.querySelectorAll('details')) details.open = true;
  for (const body of document.querySelectorAll('tbody')) for (const row of [...body.rows].slice(3)) row.remove();
  for (const facts of document.querySelectorAll('.facts')) for (const fact of [...facts.querySelectorAll('.fact')].slice(3)) fact.remove();
}
"""
"""Leaves three rows of each table and three facts of each group, unfolded, and no charts: the rest is alike, and axe is slow."""


@dataclass
class Opened:
    """An open page, what it complained of, what it asked for."""

    page: object
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@contextmanager
def opened(browser, address: str, width: int, scheme: str = "light") -> Iterator[Opened]:
    """A page opened from disk once its figures are drawn."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    seen = Opened(page)
    page.on("console", lambda message: seen.complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("dialog", lambda dialog: (seen.complaints.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda request: seen.requests.append(request.url))
    try:
        page.goto(address)
        page.wait_for_function(DRAWN, timeout=20_000)
        yield seen
    finally:
        page.close()


def readings(page) -> list[dict[str, str]]:
    """Every choice of language and currency that the page offers."""
    offered = {name: page.eval_on_selector_all(f".switch button[name={name}]", "(buttons) => buttons.map((button) => button.value)") for name in ("language", "currency")}
    named = {name: values for name, values in offered.items() if values}
    return [dict(zip(named, chosen, strict=True)) for chosen in product(*named.values())]


def read_as(page, reading: dict[str, str]) -> None:
    """Choose a reading and wait until the figures have followed."""
    for name, value in reading.items():
        page.click(f".switch button[name={name}][value={value}]")
    page.wait_for_function(DRAWN, timeout=20_000)
    page.wait_for_function(FITTED, timeout=20_000)


def resized(page, width: int) -> None:
    """Give the page another width and wait until its figures have followed."""
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_function(FITTED, timeout=20_000)


def layout_faults(page, width: int) -> list[str]:
    """Charts that are not drawn, and what overlaps, leaves its chart or leaves the viewport at a width."""
    resized(page, width)
    faults = [*page.evaluate(UNDRAWN), *page.evaluate(OVERLAPS), *sticking_out(page), *page.evaluate(TEXT_ON_TEXT)]
    return [f"{width} px: {fault}" for fault in faults]


def sticking_out(page) -> list[str]:
    """What leaves the viewport sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*page.evaluate(STICKING_OUT), *([f"the page is {wide} px too wide"] if wide > 0 else [])]


def violations(page, *, contrast_only: bool = False) -> list[str]:
    """What axe-core finds against level AA, with everything unfolded; the page is no longer whole afterwards."""
    page.evaluate(ALIKE)
    what = {"type": "rule", "values": ["color-contrast"]} if contrast_only else {"type": "tag", "values": LEVEL_AA}
    found = Axe().run(page, options={"resultTypes": ["violations"], "runOnly": what})
    return [f"{fault['id']}: {node['html'][:120]}" for fault in found.response["violations"] for node in fault["nodes"]]


def keyboard_faults(page) -> list[str]:
    """Controls that the tab key passes by, or that do not show that they have the focus."""
    expected, reached, faults = page.evaluate(REACHABLE), 0, []
    page.evaluate("document.activeElement.blur()")
    for _ in range(expected):
        page.keyboard.press("Tab")
        item, visible = page.evaluate(UNSEEN_FOCUS)
        reached += bool(item)
        if item and not visible:
            faults.append(f"no visible focus on {item}")
    return faults if reached == expected else [*faults, f"{reached} of {expected} controls reached"]


def downloaded(page, button) -> tuple[str, str]:
    """Name and content of the file that a button gives."""
    with page.expect_download() as waiting:
        button.click()
    return waiting.value.suggested_filename, waiting.value.path().read_bytes().decode("utf-8-sig")
