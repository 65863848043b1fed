"""From the report alone: the source of the first price, what moves it most, how to repeat the run; and no sentence that is not true of it."""

from __future__ import annotations

import re
from functools import cache

import pytest
from page_reader import KINDS, Page

from kanmon.pages.numbers import ranged_change
from kanmon.pages.wording import wording


@pytest.fixture(scope="session")
def read(pages):
    return cache(lambda kind: Page(pages[kind]))


def element(page: str, place: str) -> str:
    """The page from an element with this id on."""
    return page[page.index(f'id="{place}"') :]


@pytest.mark.parametrize("kind", KINDS)
def test_every_link_inside_a_page_leads_somewhere(kind, pages):
    targets = set(re.findall(r'href="#([^"]+)"', pages[kind]))
    places = re.findall(r'\bid="([^"]+)"', pages[kind])
    assert targets
    assert targets <= set(places)
    assert len(places) == len(set(places)), "a place stands twice"


def test_the_first_price_leads_to_its_months_its_fact_and_the_command(run_of, pages, read):
    page, run = pages["default"], run_of("both-on-japan")
    steps = re.search(r'<ul class="trail">(.*?)</ul>', page, re.DOTALL).group(1)
    targets = re.findall(r'href="#([^"]+)"', steps)
    assert targets[0] == "chart-price-spherical"
    assert targets[-2:] == ["changes", "repeat"]
    fact = run.reports["assumptions"].query("table == 'prices' and keys == 'JPN, spherical'").iloc[0]
    assert targets[1] == f"fact-prices-{fact['line']}"
    shown = Page(element(page, targets[1])[:3000]).text
    assert f"{float(fact['value']):,.0f} USD/t" in shown and str(fact["place"]) in shown
    assert "kanmon run both-on-japan" in element(page, "repeat")[:900]


def test_price_and_baseline_on_the_first_screen_give_the_multiple(run_of, read):
    """Means over the same months, so that a reader who divides them meets the headline: 5,060 / 2,460 is 2.06, the mean of ratios 2.05."""
    path = run_of("both-on-japan").reports["price_paths"].query("good == 'spherical' and group == 'focus' and '2027-02' <= month <= '2028-01'")
    means = path[["value", "baseline", "multiple"]].astype(float).mean()
    assert means["value"] / means["baseline"] == pytest.approx(means["multiple"], rel=0.02)
    figures = [f"{round(mean, -1):,.0f} USD/t" for mean in (means["value"], means["baseline"])]
    assert f"{figures[0]}; baseline {figures[1]}" in read("default").text.replace("\u00a0", " ")


def test_the_report_names_what_moves_its_first_price_most(read):
    """Of the made-up mechanisms stocks move spherical graphite most; without mechanisms the other belief does."""
    shown = read("mechanisms").text.split("What would change this conclusion")[1]
    assert "without private stocks, 2.96× instead of" in shown
    assert re.search(r"Private stocks, days of use, 30 days \(range 15 – 60, assumed\)", shown)
    alone = read("default").text.split("What would change this conclusion")[1]
    assert re.search(r"with another belief: end known, 1\.\d\d× instead of", alone)


def test_what_is_said_of_the_end_follows_the_belief(run_of, read):
    assert run_of("both-on-japan").scenario.belief.rolls
    assert not run_of("both-on-everyone").scenario.belief.rolls or "every buyer at once" in read("everyone").text
    text = read("default").text
    assert "Nobody knows the end. Each month holders sell" in text
    for untrue in ("Everyone in the model knows the true end", "Buyers learn both dates at once", "Every buyer and seller knows when the measure ends"):
        assert untrue not in text


def test_a_report_on_a_path_does_not_say_that_the_base_year_repeats_itself(run_of, choked, read):
    assert run_of("both-on-japan").scenario.path is not None and choked.scenario.path is None
    on_path, repeated = read("default").text, read("choked").text
    assert "A path that is assumed" in on_path and "Projects on the path" in on_path
    assert "A stationary path" in repeated and "Projects left out" in repeated
    for untrue in ("no growth of demand", "without growth and new capacity", "Multiples are of the base-year price"):
        assert untrue not in on_path and untrue in repeated


def test_passing_on_is_called_free_only_where_no_measure_caps_it(run_of, read):
    assert all(measure.reexport is not None for measure in run_of("both-on-japan").scenario.measures)
    text = read("default").text
    assert "How much third countries may pass on is capped by the measures" in text
    assert "no measure here caps it" not in text and "they may pass material on without limit" not in text


def test_several_goods_stand_side_by_side_and_one_alone_has_a_card(pages):
    assert 'class="goods"' in pages["default"] and 'class="card"' not in pages["default"]
    assert 'class="card"' in pages["ban"] and 'class="goods"' not in pages["ban"]


def test_a_fact_links_to_the_sources_that_its_place_and_note_name(run_of, pages):
    sources = run_of("both-on-japan").reports["sources"].set_index("source")
    named = re.findall(r'<p class="named"[^>]*>.*?</p>', pages["default"], re.DOTALL)
    assert len(named) > 50
    linked = set(re.findall(r'<a href="([^"]+)"[^>]*>([\w.-]+)</a>', " ".join(named)))
    assert linked
    assert all(str(sources.loc[key, "url"]).replace("&", "&amp;") == url for url, key in linked)


def test_a_change_is_written_with_two_digits_of_the_width_of_its_range():
    assert ranged_change(5.61, 8.42, 11.43, " %") == "+8.4 % (+5.6 … +11.4)"
    assert ranged_change(-0.102, -0.047, 0.012, " %") == "−0.05 % (−0.10 … +0.01)"
    assert ranged_change(0.0, 0.00002, 0.00004) == "0 (0 … 0)"
    assert ranged_change(-250.0, -130.0, -20.0) == "−130 (−250 … −20)"


def test_every_language_has_the_same_limits_and_reasons():
    english, japanese = (wording(language).texts for language in ("en", "ja"))
    for part in ("limits.", "reading.", "trail.", "changes."):
        keys = {key for key in english if key.startswith(part)}
        assert keys and keys == {key for key in japanese if key.startswith(part)}
