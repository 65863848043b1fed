"""A page as text: what it says, what it must not load, what it must not run."""

from __future__ import annotations

import ast
import itertools
import json
import re
from functools import cache
from pathlib import Path

import pytest
from page_reader import KINDS, Page

import kanmon.pages
from kanmon.pages.comparison import SECTIONS as COMPARISON_SECTIONS
from kanmon.pages.headline import Headline, headlines_of
from kanmon.pages.numbers import multiple, percent, significant
from kanmon.pages.page import SECTIONS
from kanmon.pages.wording import wording

LARGEST = 8_000_000
"""Largest page [bytes]."""

PACKAGE = Path(kanmon.pages.__file__).parent


@pytest.fixture(scope="session")
def read(pages):
    return cache(lambda kind: Page(pages[kind]))


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_whole_and_asks_no_server_for_anything(kind, pages, read):
    page = read(kind)
    assert len(pages[kind].encode()) < LARGEST
    assert pages[kind].count("* plotly.js v") == 1
    assert page.programs, "no script at all"
    assert all(address.startswith(("#", "data:")) for address in page.loaded), page.loaded
    assert not any("url(" in text or "@import" in text for text in page.style)
    assert all(address.startswith(("#", "https://", "http://")) for address in page.links), "a link that runs something"


@pytest.mark.parametrize("kind", KINDS)
def test_headings_are_in_order_and_the_language_is_named(kind, pages, read):
    levels = read(kind).headings
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels)), levels
    assert '<html lang="en"' in pages[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_every_chart_has_a_place_words_for_it_and_numbers_behind_it(kind, pages, read):
    places = re.findall(r'<div class="plot" id="([^"]+)" role="img" aria-label="([^"]+)"', pages[kind])
    assert len(places) == len({place for place, _ in places}) == pages[kind].count('class="figure"')
    if kind not in ("nothing happens", "does not bind", "quiet comparison"):
        assert places
    assert pages[kind].count("<figure") <= pages[kind].count("<table")
    for text in read(kind).data:
        json.loads(text)


@pytest.mark.parametrize("kind", ["hostile", "hostile comparison"])
def test_a_script_in_a_title_a_note_or_a_source_is_shown_as_text(kind, pages, read):
    page = read(kind)
    assert "<script>alert(1)</script> & \"quotes\" 'too'" in page.text
    assert not [program for program in page.programs if "alert(1)" in program]
    assert not page.handlers
    assert not [address for address in page.links if "alert" in address]
    assert all("<" not in text for text in page.data), "JSON could close its script element"
    assert pages[kind].count("<script") == len(page.programs) + len(page.data)


@pytest.mark.parametrize("name", ["gallium-ban-on-japan", "both-on-japan"])
def test_the_page_shows_the_headline_numbers_of_the_table(name, run_of, read):
    run, text = run_of(name), read("ban" if name.startswith("gallium") else "default").text
    headlines = headlines_of(run.reports["headlines"])
    restricted = {good for measure in run.scenario.measures for good in measure.goods}
    assert restricted <= set(headlines.goods())
    for good in restricted:
        entry = {headline: headlines.get(good, headline) for headline in Headline}
        assert multiple(entry[Headline.MEAN].value) in text
        assert multiple(entry[Headline.PEAK].value) in text
        assert percent(abs(entry[Headline.UNMET_SHARE].value)) in text
        assert significant(abs(entry[Headline.UNMET].value)) in text
        assert percent(entry[Headline.EXPORTER_SHARE].baseline) in text
    assert run.scenario.question in text
    assert run.manifest["data"]["sha256"] in text


def test_a_comparison_sets_the_headline_numbers_of_its_scenarios_side_by_side(run_of, pages, read):
    names = ("both-on-japan", "both-on-everyone", "half-quota-on-japan")
    text = read("comparison").text
    for name in names:
        run = run_of(name)
        headlines = headlines_of(run.reports["headlines"])
        assert run.scenario.title in text and run.scenario.question in text
        for good in {good for measure in run.scenario.measures for good in measure.goods}:
            for headline in (Headline.MEAN, Headline.PEAK, Headline.EXPORTER, Headline.THIRD):
                assert multiple(headlines.get(good, headline).value) in text
            assert percent(abs(headlines.get(good, Headline.UNMET_SHARE).value)) in text
    assert text.index("The largest difference is in the price of") < text.index("Headline numbers by good")
    assert text.count("passed") - text.count("passed on") == len(names)
    assert "China ships no gallium metal to every country." in text
    for section in COMPARISON_SECTIONS:
        assert f'<section id="{section}"' in pages["comparison"]


def test_a_comparison_names_what_does_not_move_and_takes_a_scenario_without_measures(read):
    quiet, mixed = read("quiet comparison").text, read("mixed comparison").text
    assert "No headline differs between these scenarios" in quiet
    assert "There is no measure in this scenario." in mixed
    assert "Goods whose price and use move by less than 1 % in every scenario" in mixed
    assert "export-tax-on-everyone (7)" in mixed, "scenarios of one name cannot be told apart"
    assert "†" in mixed and "at the assumed choke" in mixed


def test_the_page_says_which_mechanism_matters_most_and_what_recycling_multiplies(read):
    text = read("mechanisms").text
    assert "What holds prices down most is private stocks, for gallium metal (12.4× without, 1.55× with)" in text
    assert "What holds prices down most is a mechanism that nobody has put into words, for natural flake graphite (1.30× without, 1.20× with)" in text
    assert "The recycling loop multiplies the price of gallium metal by 1.25 (1.55× with the loop, 1.24× without)" in text
    assert "No mechanism moves these by as much as 0.005 times their baseline price: synthetic graphite anode material." in text
    assert "No effect: private stocks and the recycling loop." in text, "flake"
    assert "Not asked for in this run" in read("default").text
    assert "There is no measure whose mechanisms could be told apart." in read("nothing happens").text


def test_the_page_says_when_each_industry_falls_short_and_which_never_does(run_of, choked, read):
    table, text = run_of("both-on-japan").reports["first_shortage"], read("default").text
    say, shown = wording(), text[text.index("When each industry in Japan falls short") :]
    short = table[table["first_short"] != ""]
    assert 0 < len(short) < len(table)
    assert shown.index(f", in {say.month(short['first_short'].min())}, ") < shown.index("No line stops")
    for row in short.to_dict("records"):
        assert f"{percent(100 * row['deepest'])} in {say.month(row['deepest_month'])}" in shown
    assert "No line stops" in shown
    never = shown[shown.index("Never below 95 % of baseline use:") :]
    assert "refractories and other flake uses (natural flake graphite)" in never
    stopped = choked.reports["first_shortage"].query("first_stop != ''").iloc[0]
    assert "Lines stop, because the choke price is reached, in " in read("choked").text
    assert f"(gallium metal) from {say.month(stopped['first_stop'])}" in read("choked").text
    assert "No measure is in force, so no industry falls short." in read("nothing happens").text


def test_the_price_paid_stands_beside_the_spot_price(run_of, read):
    reports, text = run_of("both-on-japan").reports, read("default").text
    paid = reports["prices_paid"].query("good == 'gallium'")
    shown = text[text.index("Spot price and average price paid in Japan") :]
    assert multiple(paid["multiple"].max()) in shown[:600]
    assert paid["multiple"].max() < reports["price_paths"].query("good == 'gallium' and group == 'focus'")["multiple"].max()
    assert text.count("Japan, average paid, multiple") == reports["prices_paid"]["good"].nunique()


def test_use_that_rises_is_not_called_unmet(run_of, read):
    headlines = headlines_of(run_of("both-on-japan").reports["headlines"])
    rising = [good for good in headlines.goods() if (entry := headlines.get(good, Headline.UNMET_SHARE)) and entry.value < -1]
    assert rising, "no good stands in for another in this scenario"
    text = read("default").text
    assert "Use rises" in text
    assert "Use not met −" not in text and "Use not met \u2212" not in text
    assert "More is used of what stands in for it" in text


def test_a_price_at_the_choke_is_called_an_assumption_wherever_it_stands(choked, read):
    headlines = choked.reports["headlines"]
    assert headlines["note"].str.contains("choke").any(), "the scenario does not reach the choke"
    text = read("choked").text
    assert text.count("at the assumed choke") >= 3
    assert "these are market prices of the model" not in text
    assert "these are market prices of the model" in read("ban").text
    assert "at the assumed choke" not in read("ban").text.split("All headline numbers")[0]


def test_a_measure_that_does_not_bind_is_a_result(read):
    for kind, words in (("does not bind", "The measure changes nothing"), ("nothing happens", "No measure is announced")):
        assert words in read(kind).text
        assert "nan" not in read(kind).text.lower().split()


@pytest.mark.parametrize("kind", KINDS)
def test_no_number_has_more_digits_than_a_reader_can_use(kind, read):
    """Years, hashes, versions and addresses apart, no number has more than seven digits, and none is a raw float."""
    shown = " ".join(text for text in read(kind).shown if "sha256" not in text and "http" not in text)
    assert not re.findall(r"\d\.\d{5,}", shown)
    assert not re.findall(r"(?<![\w.,])\d{8,}(?![\w])", shown)
    assert not re.search(r"\b(nan|NaN|inf)\b", shown)


def test_every_section_has_its_heading_and_its_link(pages):
    for section in SECTIONS:
        assert f'<section id="{section}"' in pages["ban"]
        assert f'href="#{section}"' in pages["ban"]


def test_the_catalogue_has_every_text_that_code_and_templates_ask_for():
    say = wording()
    asked = set()
    for path in PACKAGE.rglob("*.j2"):
        asked |= set(re.findall(r"""say\(["']([\w.]+)["'](?! ~)""", path.read_text(encoding="utf-8")))
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and getattr(node.func, "attr", getattr(node.func, "id", "")) == "say" and isinstance(node.args[0], ast.Constant):
                asked.add(node.args[0].value)
    assert len(asked) > 100
    assert not sorted(key for key in asked if not say.has(key))


def test_a_missing_number_in_a_sentence_is_an_error_and_not_a_gap():
    with pytest.raises(KeyError):
        wording()("card.days")
