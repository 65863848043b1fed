"""A page in a real browser: it draws every figure, asks nobody anything, nothing overlaps or sticks out, and everybody can use it."""

from __future__ import annotations

import csv
import io
from contextlib import contextmanager

import pytest
from page_checks import (
    DRAWN,
    UNDRAWN,
    WIDTHS,
    downloaded,
    keyboard_faults,
    layout_faults,
    opened,
    read_as,
    readings,
    resized,
    sticking_out,
    violations,
)
from page_reader import KINDS, figures_on, page_count

pytestmark = pytest.mark.browser

UNFOLDED = ("default", "mechanisms", "comparison")
PRINTED = range(28, 43)
"""Sheets of A4 for the default report: forty figures at two to four a sheet take some fourteen, tables and text as many, facts with their sources
ten. The width of the range is left to fonts, which differ from machine to machine."""

WHOLE = ("default", "comparison")
"""Pages on which every reading and every aid is tried."""


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("ban", "tax")])
def test_a_page_opens_quietly_draws_every_figure_and_fits(kind, browser, files):
    with opened(browser, files[kind], WIDTHS[0]) as seen:
        page = seen.page
        assert int(page.evaluate("document.documentElement.dataset.drawn")) == page.locator("script.figure").count() == page.locator(".plot").count()
        offered = readings(page)
        for reading in (offered[0], offered[-1]) if kind in WHOLE else offered[:1]:  # the last differs from the first in language and in currency
            read_as(page, reading)
            assert [fault for width in WIDTHS for fault in layout_faults(page, width)] == [], reading
        if kind in UNFOLDED:
            assert page.locator("details").count()
            page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
            for width in WIDTHS:
                resized(page, width)
                assert sticking_out(page) == [], (width, "unfolded")
        assert not seen.complaints
        assert [url for url in seen.requests if not url.startswith("data:")] == [files[kind]]


@pytest.mark.parametrize("kind", WHOLE)
def test_a_page_breaks_no_rule_of_access_at_level_aa(kind, browser, files):
    for scheme in ("light", "dark"):
        with opened(browser, files[kind], 1440, scheme) as seen:
            assert violations(seen.page, contrast_only=scheme == "dark") == [], scheme


@pytest.mark.parametrize("kind", WHOLE)
def test_every_control_is_reached_by_the_keyboard_and_shows_its_focus(kind, browser, files):
    with opened(browser, files[kind], 1440) as seen:
        assert keyboard_faults(seen.page) == []


def test_the_contents_stay_in_view_beside_a_long_page(browser, files):
    with opened(browser, files["default"], 1440) as seen:
        seen.page.evaluate("scrollTo(0, 5000)")
        assert seen.page.locator("nav a").first.is_visible()
        assert 0 <= seen.page.locator("nav").first.bounding_box()["y"] < 100


def test_the_answer_stands_on_one_screen(browser, files):
    with opened(browser, files["default"], 1440) as seen:
        numbers = seen.page.locator("ul.numbers > li")
        assert numbers.count() == 5
        plot = seen.page.locator("#chart-screen").bounding_box()
        assert plot["y"] + plot["height"] < 900


BARS = """
() => [...document.querySelectorAll('table.short .lane')].map((lane) => {
  const frame = lane.getBoundingClientRect(), inside = (item) => { const box = item.getBoundingClientRect(); return box.left >= frame.left - 1 && box.right <= frame.right + 1 && box.width >= 1; };
  return [frame.width > 100, [...lane.querySelectorAll('i')].every(inside), lane.querySelectorAll('i.thrift').length === 1];
})
"""


@pytest.mark.parametrize(("kind", "stops"), [("default", False), ("choked", True)])
def test_bars_of_shortages_stay_in_their_lane_at_every_width(kind, stops, browser, files):
    with opened(browser, files[kind], WIDTHS[0]) as seen:
        for width in WIDTHS:
            resized(seen.page, width)
            bars = seen.page.evaluate(BARS)
            assert bars and all(all(bar) for bar in bars), (width, bars)
            assert (seen.page.locator("table.short .lane i.shed").count() > 0) == stops


def test_bars_of_mechanisms_share_one_scale(browser, files):
    with opened(browser, files["mechanisms"], 1440) as seen:
        scales = seen.page.evaluate("() => [...document.querySelectorAll('[id^=chart-contributions-]')].map((plot) => [...plot.layout.xaxis.range, plot.layout.margin.l])")
    assert len(scales) == 4
    assert all(scale == scales[0] for scale in scales)


SHADE = "() => { const text = document.querySelector('.plot .xtick text'); return [getComputedStyle(document.body).backgroundColor, getComputedStyle(text).fill]; }"


def test_dark_paper_turns_the_charts_too(browser, files):
    shades = {}
    for scheme in ("light", "dark"):
        with opened(browser, files["ban"], 1440, scheme) as seen:
            shades[scheme] = seen.page.evaluate(SHADE)
            assert not seen.complaints
    assert shades["light"][0] != shades["dark"][0]
    assert shades["light"][1] != shades["dark"][1]


def test_the_reader_may_choose_light_or_dark_paper_and_the_page_remembers(browser, files):
    with opened(browser, files["ban"], 1440) as seen:
        light = seen.page.evaluate(SHADE)
        seen.page.select_option("select[data-switch=paper]", "dark")
        seen.page.wait_for_function(f"JSON.stringify(({SHADE})()) !== {str(light).replace(chr(39), chr(34))!r}")
        dark = seen.page.evaluate(SHADE)
        assert dark[0] != light[0] and dark[1] != light[1]
        seen.page.reload()
        seen.page.wait_for_function(DRAWN)
        assert seen.page.evaluate(SHADE) == dark
        seen.page.select_option("select[data-switch=paper]", "auto")
        seen.page.wait_for_function(f"({SHADE})()[1] === {light[1]!r}")


def test_the_numbers_of_a_figure_come_as_csv(browser, files, run_of):
    with opened(browser, files["default"], 1440) as seen:
        name, text = downloaded(seen.page, seen.page.locator("button.csv[data-file=price-gallium]"))
    rows = list(csv.reader(io.StringIO(text)))
    paths = run_of("both-on-japan").reports["price_paths"].query("good == 'gallium' and group == 'focus'")
    assert name == "price-gallium.csv"
    assert len(rows) == 1 + len(paths)
    assert [float(row[1]) for row in rows[1:]] == pytest.approx([float(value) for value in paths["multiple"]], abs=0.005)
    assert float(rows[1][2]) > 100


def test_a_text_that_starts_a_formula_is_text_in_csv_and_a_number_stays_one(browser, files):
    """The hostile page has formulas in names of goods; minus signs of real numbers are hyphens, separators are gone."""
    with opened(browser, files["formula"], 1440) as seen:
        button = seen.page.locator("button.csv[data-file^=supply]").first
        _, text = downloaded(seen.page, button)
        rows = list(csv.reader(io.StringIO(text)))
        assert any(cell.startswith("'=HYPERLINK") for row in rows for cell in row)
        assert not any(cell.startswith(("=", "+", "@", "\t")) for row in rows for cell in row)
        seen.page.evaluate("document.querySelector('button.csv').closest('.under').querySelector('tbody').innerHTML = '<tr><th>−1,234.5</th><td>+2.3</td><td>1.36×</td><td>−x</td><td>@a, \"b\"</td></tr>'")
        _, text = downloaded(seen.page, seen.page.locator("button.csv").first)
        assert next(csv.reader(io.StringIO(text.split("\r\n", 1)[1]))) == ["-1234.5", "2.3", "1.36", "'-x", "'@a, \"b\""]


NEVER_IDLE = "window.requestIdleCallback = () => 0"
"""For a page that finds no time of its own to draw what its reader does not look at."""

NEAR = "() => [...document.querySelectorAll('.plot')].filter((plot) => { const box = plot.getBoundingClientRect(); return box.top < innerHeight && box.bottom > 0; }).map((plot) => plot.id)"


@contextmanager
def busy(browser, address: str):
    """A page on a machine that is never idle, once the figure of its first screen is drawn."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        page = context.new_page()
        page.add_init_script(NEVER_IDLE)
        page.goto(address)
        page.wait_for_selector(".plot .main-svg")
        yield page
    finally:
        context.close()


def test_figures_are_drawn_when_the_reader_comes_near_them(browser, files):
    with busy(browser, files["default"]) as page:
        page.wait_for_timeout(500)
        far = page.evaluate(UNDRAWN)
        assert len(far) > page.locator(".plot").count() / 2, "figures far away are not drawn before they are needed"
        assert not set(page.evaluate(NEAR)) & set(far)
        page.locator(f"#{far[-1]}").scroll_into_view_if_needed()
        page.wait_for_selector(f"#{far[-1]} .main-svg")
        page.wait_for_function(f"() => {{ const undrawn = ({UNDRAWN})(); return ({NEAR})().every((name) => !undrawn.includes(name)); }}")
        assert page.evaluate(UNDRAWN), "those in between are still to come"


def test_figures_follow_another_language_where_the_reader_is_and_the_others_when_he_comes(browser, files):
    with busy(browser, files["default"]) as page:
        (first, *_), far = page.evaluate(NEAR), page.evaluate(UNDRAWN)
        english = page.locator(f"#{first}").text_content()
        page.click(".switch button[value=ja]")
        page.wait_for_function(f"document.getElementById('{first}').textContent !== {english!r}")
        page.locator(f"#{far[-1]}").scroll_into_view_if_needed()
        page.wait_for_function(f"/[\u3040-\u9fff]/.test(document.getElementById('{far[-1]}').textContent)")


@pytest.mark.parametrize("how", ["event", "pdf"])
def test_every_figure_is_drawn_before_the_page_is_printed(how, browser, files, tmp_path):
    with busy(browser, files["default"]) as page:
        assert page.evaluate(UNDRAWN)
        if how == "pdf":
            page.pdf(path=tmp_path / "page.pdf", format="A4", prefer_css_page_size=True)
        else:
            page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.evaluate(UNDRAWN) == []


def test_a_page_prints_to_a4_with_its_charts_whole(browser, files, tmp_path):
    with opened(browser, files["default"], 1440, "dark") as seen:
        page = seen.page
        page.emulate_media(media="print", color_scheme="dark")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.evaluate("[...document.querySelectorAll('.plot svg.main-svg')].every((drawing) => drawing.getBoundingClientRect().width <= 680)")
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(28, 39, 51)", "dark ink would not show on paper"
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        figures = page.locator("figure").count()
        page.pdf(path=tmp_path / "page.pdf", format="A4", prefer_css_page_size=True, tagged=True)
        assert not seen.complaints
    content = (tmp_path / "page.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert page_count(content) in PRINTED
    drawn = figures_on(content)
    assert len(drawn) >= figures > 20, "the PDF is not tagged as this test expects"
    assert [pages for pages in drawn if len(pages) > 1] == [], "a figure is cut between two sheets"


def test_what_is_folded_on_the_screen_for_a_referee_is_printed(browser, files):
    with opened(browser, files["default"], 1440) as seen:
        page = seen.page
        kept, tables = page.locator("details.kept:not([open])"), page.locator("details.kept:not([open]) table")
        assert kept.count() > 8 and tables.count() > 5
        page.emulate_media(media="print")
        assert page.evaluate("[...document.querySelectorAll('details.kept')].every((part) => [...part.children].at(-1).checkVisibility({ contentVisibilityAuto: true }))")
        assert page.locator("details.behind").first.is_hidden()
