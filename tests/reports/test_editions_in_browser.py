"""The switch in a real browser: every edition as it was drawn, back again without a trace, remembered, and none without its script."""

from __future__ import annotations

import re
from contextlib import contextmanager

import pytest
from page_reader import Page

from kanmon.pages.editions import editions_of
from kanmon.pages.page import _page

pytestmark = pytest.mark.browser

DRAWN = "document.documentElement.dataset.drawn !== undefined"

SHOWN = """
() => {
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest('script, .plot')) texts.push(walker.currentNode.data);
  return texts.join(' ').replace(/\\s+/g, ' ').trim();
}
"""
"""What the page shows in its main part, figures apart."""

IN_FIGURES = "() => [...document.querySelectorAll('.plot')].map((plot) => plot.textContent).join(' ')"
DESCRIBED = "() => [...document.querySelectorAll('[aria-label]')].map((item) => item.getAttribute('aria-label')).join(' ')"


@contextmanager
def opened(browser, address: str):
    """A page opened from disk, with what it complained of and what it asked for."""
    page, complaints, requests = browser.new_page(viewport={"width": 1440, "height": 900}), [], []
    page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    try:
        page.goto(address)
        page.wait_for_function(DRAWN, timeout=30_000)
        yield page, complaints, requests
    finally:
        page.close()


def press(page, value: str) -> None:
    page.click(f".switch button[value={value}]")
    page.wait_for_function(DRAWN, timeout=30_000)


def main_of(html: str) -> str:
    """What a drawn edition shows in its main part."""
    text = " ".join(Page(html[html.index("<main>") : html.index("</main>")]).shown)
    return re.sub(r"\s+", " ", text).strip()


def words(text: str) -> list[str]:
    return re.sub(r"[ \t\n]+", " ", text).split(" ")


def test_each_edition_reads_as_it_was_drawn_and_the_way_back_leaves_no_trace(browser, files, run_of):
    run = run_of("both-on-japan")
    drawn = {edition.name: main_of(_page(run, edition)) for edition in editions_of(run.reports["assumptions"])}
    with opened(browser, files["default"]) as (page, complaints, requests):
        before, figures = page.evaluate("document.querySelector('main').textContent"), page.evaluate(IN_FIGURES)
        for value, name in (("ja", "ja-USD"), ("JPY", "ja-JPY"), ("en", "en-JPY"), ("USD", "en-USD")):
            press(page, value)
            assert words(page.evaluate(SHOWN)) == words(drawn[name])
            assert page.evaluate("document.documentElement.lang") == name[:2]
            assert page.locator(f".switch button[value={value}]").get_attribute("aria-pressed") == "true"
            assert ("第三国" in page.evaluate(IN_FIGURES)) == ("日本" in page.evaluate(DESCRIBED)) == (name[:2] == "ja")
        assert page.evaluate("document.querySelector('main').textContent") == before
        assert page.evaluate(IN_FIGURES) == figures
        assert not complaints
        assert [url for url in requests if not url.startswith("data:")] == [files["default"]]


def test_a_chosen_edition_is_in_the_address_and_remembered_for_the_next_page(browser, files):
    context = browser.new_context()
    try:
        page = context.new_page()
        page.goto(files["default"])
        press(page, "ja")
        assert page.url.endswith("#ja-USD")
        page.goto(files["comparison"])
        page.wait_for_function(DRAWN)
        assert page.evaluate("document.documentElement.lang") == "ja"
    finally:
        context.close()


def test_without_its_script_the_page_is_whole_in_english_and_shows_no_switch(browser, files):
    context = browser.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(files["default"])
        assert page.locator("html").get_attribute("lang") == "en"
        assert page.locator(".switch").is_hidden()
        assert "What is restricted, and when" in page.locator("main").inner_text()
    finally:
        context.close()
