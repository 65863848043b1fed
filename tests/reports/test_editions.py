"""Editions of a page: languages and currencies woven into one page, every text in every language, money by one rate."""

from __future__ import annotations

import json
import re
import string
from dataclasses import replace

import pytest
from page_reader import Page

from conftest import ATTACK
from kanmon.accounts import surplus
from kanmon.carried import scenario_folder
from kanmon.certify.certificate import MEANING
from kanmon.indicators.contributions import Variant
from kanmon.pack.units import UNITS
from kanmon.pages.editions import LANGUAGES, editions_of
from kanmon.pages.headline import Headline, remarks
from kanmon.pages.lettering import letters, wrap
from kanmon.pages.money import Money, Rate
from kanmon.pages.page import _page, render_run
from kanmon.pages.sections.assumptions import Assumption
from kanmon.pages.weave import weave
from kanmon.pages.wording import wording
from kanmon.plans.optimise.question import load_question, shipped_question
from kanmon.plans.reading import load_futures, plan_paths, read_plans, shipped_futures
from kanmon.runs.provenance import DRIVERS, STATED_DRIVERS, SWITCHED_DRIVERS
from kanmon.scenario.load import find_scenarios, load_scenario

NAMES = ("en-USD", "ja-USD", "en-JPY", "ja-JPY")
PRICE = '<p class="a">{}<b>{}</b>{}</p>'
RATE = Rate("JPY", 140.0, 130.0, 150.0, "estimated")

LATIN = re.compile(r"[A-Za-z]{3,}")
PROPER = re.compile(
    r"English|Kanmon|kanmon( (run|verify|backtest|ensemble|report RUN))?|HiGHS|HiPO|JavaScript|LED|GaAs|GaP|NdFeB|tables/\w+\.csv|contributions = true|--contributions|--draws|--ensemble|ensembles/[\w-]+|CSV|sha256 [0-9a-f]{64}|[\w-]+ \d+\.\d+\.\d+|USD|JPY|GDP|USGS"
)
"""What has no Japanese: names of programs, files, commands, substances, codes."""


def shown(table: dict, slot: int, place: int) -> object:
    """A slot's value in an edition, as the page's script takes it."""
    entry = table["slots"][slot]
    string_ = entry[place % (len(entry) + 1) - 1] if place % (len(entry) + 1) else -1
    return None if string_ < 0 else table["strings"][string_]


def test_what_editions_share_stands_once_and_what_differs_is_a_slot():
    texts = [("price", "1,234", " USD"), ("価格", "1,234", " ドル"), ("price", "5,678", " yen"), ("価格", "5,678", " 円")]
    page, slots = weave([PRICE.format(*text) for text in texts], NAMES)
    assert page == '<p class="a" data-slots="0=0 1=2">price<b data-slots="0=1">1,234</b> USD</p>'
    table = slots.table
    assert [shown(table, 0, place) for place in range(4)] == [None, "価格", None, "価格"]
    assert [shown(table, 1, place) for place in range(4)] == [None, None, "5,678", "5,678"]
    assert [shown(table, 2, place) for place in range(4)] == [None, " ドル", " yen", " 円"]
    assert table["strings"].count("5,678") == 1, "a number that is the same in two languages stands once"


def test_slots_that_are_alike_are_one_and_a_text_that_is_missing_in_one_edition_is_one():
    page, slots = weave(["<ul><li>Jan</li><li>Jan</li><li></li></ul>", "<ul><li>1月</li><li>1月</li><li>印</li></ul>"], NAMES[:2])
    assert page == '<ul><li data-slots="0=0">Jan</li><li data-slots="0=0">Jan</li><li data-slots="0=1"></li></ul>'
    assert slots.table == {"names": ["en-USD", "ja-USD"], "strings": ["1月", "印"], "slots": [[0], [1]]}


def test_an_attribute_that_differs_is_a_slot_and_its_text_is_not_escaped_twice():
    page, slots = weave(['<html lang="en"><br><i title="a &amp; b">x</i></html>', '<html lang="ja"><br><i title="a &lt; b">x</i></html>'], NAMES[:2])
    assert page == '<html lang="en" data-slots="lang=0"><br><i title="a &amp; b" data-slots="title=1">x</i></html>'
    assert slots.table["strings"] == ["ja", "a < b"]


def test_a_value_of_a_figure_that_differs_keeps_that_of_the_page_beside_it():
    figure = '<script type="application/json" class="figure">{}</script>'
    page, slots = weave([figure.format(json.dumps({"y": [1.5, 2], "text": [a, "</x>"]}).replace("<", "\\u003c")) for a in ("one", "一")], NAMES[:2])
    assert json.loads(page[page.index(">") + 1 : page.rindex("<")]) == {"y": [1.5, 2], "text": [{"slot": 0, "own": "one"}, "</x>"]}
    assert "</x>" not in page
    assert slots.table["strings"] == ["一"]


@pytest.mark.parametrize(
    ("one", "other", "message"),
    [
        ("<p>a</p><p>b</p>", "<p>a</p>", "have not the same elements"),
        ("<p>a</p><b>b</b>", "<p>a</p><i>b</i>", "en-USD and ja-USD"),
        ('<p class="a">a</p>', "<p>a</p>", "same attributes"),
        ("<script>a</script>", "<script>b</script>", "only figures may"),
        ('<script class="figure">[1]</script>', '<script class="figure">[1,2]</script>', "same parts"),
    ],
)
def test_editions_that_part_are_refused_with_the_place(one, other, message):
    with pytest.raises(ValueError, match=message):
        weave([one, other], NAMES[:2])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_every_text_with_every_number_and_none_is_empty(language):
    english, other = wording("en").texts, wording(language).texts
    assert len(english) > 800
    assert other.keys() == english.keys()
    fields = {key: [{name for _, name, _, _ in string.Formatter().parse(texts[key]) if name} for texts in (english, other)] for key in english}
    assert not {key: found for key, found in fields.items() if found[0] != found[1]}
    assert not [key for key, text in other.items() if not text.strip() and key != "series.sentences"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_a_table_calls_by_a_fixed_name_has_a_name_in_every_language(language):
    say = wording(language)
    drivers = [quantities for table in (DRIVERS, STATED_DRIVERS) for quantities in table.values()] + [quantities for _, quantities in SWITCHED_DRIVERS.values()]
    owners = [surplus.CONSUMERS, surplus.PRODUCERS, surplus.STOCKHOLDERS, surplus.TRADERS, surplus.TAX_REVENUE, surplus.QUOTA_RENT, surplus.MARKET_POWER, surplus.STOCKPILE, surplus.SECURITY, surplus.TAKE_OR_PAY]
    keys = [f"quantity.{quantity}.name" for quantities in drivers for quantity in quantities]
    keys += [f"condition.{condition.replace(' ', '_')}.{part}" for condition in MEANING for part in ("name", "meaning")]
    keys += [f"contributions.mechanism.{variant}" for variant in Variant if variant != Variant.AS_ASKED]
    keys += [f"headline.{headline}" for headline in Headline] + [f"economy.owner.{owner}" for owner in owners]
    keys += [f"unit.{unit.removeprefix('USD')}" for unit in UNITS if unit not in ("1", "USD", "million USD", "million USD/year")]
    assert not [key for key in keys if not say.has(key)]


def test_money_is_shown_by_one_rate_in_the_units_of_the_language():
    """By hand: 300 USD/kg at 140 is 42,000 yen/kg; 700 USD/t is 98 yen/kg; 31.2 million USD is 4.368 billion yen."""
    dollars, yen = (Money(wording("en"), rate) for rate in (None, RATE))
    assert dollars.price(300_000.0, 300_000.0) == "300\u00a0USD/kg"
    assert yen.price(300_000.0, 300_000.0) == "42,000\u00a0yen/kg"
    assert dollars.price(700.0, 700.0) == "700\u00a0USD/t"
    assert yen.price(700.0, 700.0) == "98\u00a0yen/kg"
    assert (dollars.millions(31.2), yen.millions(31.2)) == ("31.2", "4.37")
    assert (dollars.amount(31.2), yen.amount(31.2)) == ("31.2\u00a0million USD", "4.37\u00a0billion yen")
    assert "140 yen per dollar (estimated, 130 to 150)" in yen.basis


def test_japanese_amounts_count_in_ten_thousands():
    """By hand: 31.2 million USD is 3,120 times ten thousand; at 140 it is 43.68 times a hundred million yen."""
    dollars, yen = (Money(wording("ja"), rate) for rate in (None, RATE))
    assert dollars.amount(31.2) == "3,120万ドル"
    assert dollars.amount(618.0) == "6.18億ドル"
    assert yen.amount(31.2) == "43.7億円"
    assert yen.amount(0.05) == "700万円"
    assert yen.amount(20_000.0) == "2.8兆円"
    assert yen.amount(-31.2) == "\u221243.7億円"
    assert (yen.unit("title"), yen.millions(31.2)) == ("億円", "43.7")
    assert yen.stated([1.333e6, 1e6], "USD per t/year") == (["1.87", "1.4"], "億円/(t/年)")
    assert dollars.stated([5.0], "USD/kg") == (["5"], "ドル/kg")


def test_remarks_on_a_headline_are_in_the_language_of_the_page():
    assert remarks(wording("ja"), "at the assumed choke; not unique: from 1.2 to any price") == "想定チョーク価格；一意でない: 1.2から任意の価格"
    assert remarks(wording("en"), "at the assumed choke; not unique: from 1.2 to 3") == "at the assumed choke; not unique: from 1.2 to 3"
    assert remarks(wording("ja"), "") == ""


def test_wide_characters_take_twice_the_room_and_labels_break_between_them():
    assert letters("第三国") > 5
    assert letters("第三国") == pytest.approx(3 * letters("国"))
    assert [len(part) for part in wrap("第三国向け販売の上限の例")] == [6, 6]
    assert not [part for part in wrap("パワー・高周波デバイス") if part[0] in "ー・"]
    assert wrap("European Union") == ["European Union"]


@pytest.mark.parametrize("name", find_scenarios(scenario_folder()))
def test_a_shipped_scenario_has_its_words_in_every_language(name):
    scenario = load_scenario(scenario_folder() / f"{name}.toml")
    named = {item.name for items in (scenario.measures, scenario.in_force, scenario.stockpiles, scenario.contracts) for item in items}
    for language in LANGUAGES[1:]:
        words = scenario.words[language]
        assert words.title and words.question
        assert not LATIN.search(PROPER.sub("", words.title + words.question))
        assert named <= set(words.names)


def test_shipped_plans_futures_and_the_question_of_the_optimiser_have_their_words_in_every_language():
    futures = load_futures(shipped_futures())
    assert len(futures.scenarios) > 4
    for language in LANGUAGES[1:]:
        sheets = [*read_plans(plan_paths([])).values(), load_question(shipped_question())]
        texts = [text for sheet in sheets for text in (sheet.words[language].title, sheet.words[language].note)]
        for scenario in futures.scenarios.values():
            words = scenario.words[language]
            assert {measure.name for measure in scenario.measures} <= set(words.names)
            texts += [words.title, words.question]
        assert set(futures.words[language].reasons) == set(futures.scenarios)
        texts += [futures.words[language].title, futures.words[language].note, *futures.words[language].reasons.values()]
        assert all(texts) and not [text for text in texts if LATIN.search(text.replace("UAE", ""))]


@pytest.fixture(scope="module")
def drawn(run_of):
    """The default report, drawn in each edition."""
    run = run_of("both-on-japan")
    return {edition.name: Page(_page(run, edition)) for edition in editions_of(run.reports["assumptions"])}


def test_a_run_is_drawn_in_every_language_and_in_the_currency_of_its_rate(drawn):
    assert tuple(drawn) == NAMES


def test_the_japanese_edition_has_no_english_left_but_free_text_and_proper_names(run_of, drawn):
    """Notes, places and titles of sources, published estimates and known equilibria stand as the pack or the record has them."""
    run, page = run_of("both-on-japan"), drawn["ja-JPY"]
    columns = {"assumptions": ("source_title", "place", "note"), "sources": ("source", "title", "publisher"), "published": ("estimate", "note")}
    free = {str(text) for table, names in columns.items() for name in names for text in run.reports[table][name] if str(text)}
    free |= {part for note in run.reports["assumptions"]["note"] for part in Assumption("", "", "", "", "", "", "", "", str(note)).parts}
    free |= {str(name).replace("_", " ") for name in run.reports["projects"]["project"]}
    free |= {case[key] for case in run.manifest["known_equilibria"]["cases"] for key in ("title", "source")}
    free |= {run.name, run.manifest["data"]["name"], f"Python {run.manifest['python']}"}
    longest = sorted((text for text in free if len(text) > 2), key=len, reverse=True)
    left = []
    for text in {text.strip() for text in page.shown if LATIN.search(text)}:
        rest = text
        for part in longest:
            rest = rest.replace(part, "")
        if LATIN.search(PROPER.sub("", rest)):
            left.append(text)
    assert not left
    assert wording("ja")("assumptions.language") in page.text, "the page says that free text stands as it is"


def test_only_money_differs_between_the_currencies(drawn):
    for language in LANGUAGES:
        dollars, yen = (drawn[f"{language}-{currency}"].shown for currency in ("USD", "JPY"))
        changed = [(one, other) for one, other in zip(dollars, yen, strict=True) if one != other]
        assert len(changed) > 100
        assert not [one for one, _ in changed if not re.search(r"\d|USD|ドル", one)]


def test_no_multiple_has_the_english_sign_in_japanese_and_no_number_has_too_many_digits(drawn):
    assert not re.search(r"\d×", drawn["ja-USD"].text)
    for name, page in drawn.items():
        text = " ".join(item for item in page.shown if "sha256" not in item)
        assert not re.findall(r"\d{1,3}(?:,\d{3}){3,}", text), name


def test_the_rate_stands_in_the_page_once_and_a_run_without_one_has_dollars_alone(run_of, drawn):
    assert drawn["en-JPY"].text.count("yen per dollar") == 1
    run = run_of("both-on-japan")
    facts = run.reports["assumptions"]
    bare = replace(run, reports={**run.reports, "assumptions": facts[facts["quantity"] != "exchange_rate"]})
    assert [edition.name for edition in editions_of(bare.reports["assumptions"])] == ["en-USD", "ja-USD"]
    assert 'value="JPY"' not in render_run(bare)


def test_a_script_in_a_text_is_text_in_every_edition(hostile):
    page = render_run(replace(hostile, scenario=hostile.scenario.model_copy(update={"words": {"ja": hostile.scenario.words["ja"].model_copy(update={"title": ATTACK})}})))
    assert "<script>alert(1)" not in page
    table = json.loads(next(text for text in Page(page).data if text.startswith('{"names"')))
    assert any("<script>alert(1)</script>" in str(text) for text in table["strings"])
