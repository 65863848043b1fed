"""A page in a real browser: it draws every figure, asks nobody anything, and nothing overlaps or sticks out."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from page_reader import KINDS

pytestmark = pytest.mark.browser

WIDTHS = (390, 1440)
DRAWN = "document.documentElement.dataset.drawn !== undefined"

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


@contextmanager
def opened(browser, address: str, width: int, scheme: str = "light"):
    """A page opened from disk, with what it complained of and what it asked for."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    complaints: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: (complaints.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda request: requests.append(request.url))
    try:
        page.goto(address)
        page.wait_for_function(DRAWN, timeout=20_000)
        yield page, complaints, requests
    finally:
        page.close()


FITTED = """
() => [...document.querySelectorAll('.plot')].every((plot) => Math.abs(plot.querySelector('svg.main-svg').getBoundingClientRect().width - plot.getBoundingClientRect().width) <= 1)
"""


def resized(page, width: int) -> None:
    """Give the page another width and wait until its figures have followed."""
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_function(FITTED, timeout=20_000)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("ban", "tax")])
def test_a_page_opens_quietly_draws_every_figure_and_fits(kind, browser, files):
    with opened(browser, files[kind], WIDTHS[0]) as (page, complaints, requests):
        assert int(page.evaluate("document.documentElement.dataset.drawn")) == page.locator("script.figure").count() == page.locator(".plot").count()
        for width in WIDTHS:
            resized(page, width)
            assert page.evaluate(UNDRAWN) == []
            assert page.evaluate(OVERLAPS) == [], width
            assert page.evaluate(STICKING_OUT) == [], width
            assert page.evaluate(TEXT_ON_TEXT) == [], width
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        if kind in ("default", "mechanisms", "comparison"):
            assert page.locator("details").count()
            page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
            for width in WIDTHS:
                resized(page, width)
                assert page.evaluate(STICKING_OUT) == [], (width, "unfolded")
                assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert not complaints
        assert [url for url in requests if not url.startswith("data:")] == [files[kind]]


BARS = """
() => [...document.querySelectorAll('table.short .lane')].map((lane) => {
  const frame = lane.getBoundingClientRect(), inside = (item) => { const box = item.getBoundingClientRect(); return box.left >= frame.left - 1 && box.right <= frame.right + 1 && box.width >= 1; };
  return [frame.width > 100, [...lane.querySelectorAll('i')].every(inside), lane.querySelectorAll('i.thrift').length === 1];
})
"""


@pytest.mark.parametrize(("kind", "stops"), [("default", False), ("choked", True)])
def test_bars_of_shortages_stay_in_their_lane_at_every_width(kind, stops, browser, files):
    with opened(browser, files[kind], WIDTHS[0]) as (page, _, _):
        for width in WIDTHS:
            resized(page, width)
            bars = page.evaluate(BARS)
            assert bars and all(all(bar) for bar in bars), (width, bars)
            assert (page.locator("table.short .lane i.shed").count() > 0) == stops


def test_bars_of_mechanisms_share_one_scale(browser, files):
    with opened(browser, files["mechanisms"], 1440) as (page, _, _):
        scales = page.evaluate("() => [...document.querySelectorAll('[id^=chart-contributions-]')].map((plot) => [...plot.layout.xaxis.range, plot.layout.margin.l])")
    assert len(scales) == 4
    assert all(scale == scales[0] for scale in scales)


def test_dark_paper_turns_the_charts_too(browser, files):
    shade = "() => { const text = document.querySelector('.plot .xtick text'); return [getComputedStyle(document.body).backgroundColor, getComputedStyle(text).fill]; }"
    seen = {}
    for scheme in ("light", "dark"):
        with opened(browser, files["ban"], 1440, scheme) as (page, complaints, _):
            assert not complaints
            seen[scheme] = page.evaluate(shade)
    assert seen["light"][0] != seen["dark"][0]
    assert seen["light"][1] != seen["dark"][1]


def test_a_page_prints_to_a4(browser, files, tmp_path):
    with opened(browser, files["default"], 1440) as (page, complaints, _):
        page.emulate_media(media="print")
        page.pdf(path=tmp_path / "page.pdf", format="A4", prefer_css_page_size=True)
        assert not complaints
    content = (tmp_path / "page.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert 8 <= content.count(b"/Type /Page\n") + content.count(b"/Type /Page ") + content.count(b"/Type /Page/") <= 60
