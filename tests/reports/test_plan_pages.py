"""Pages of plans, of the optimiser and of ensembles as text: what they say, from made-up tables, so that nothing is solved."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import replace

import pandas as pd
import pytest
from made_up import answers_found, ensemble_of, plans_compared
from page_reader import Page

from kanmon.ensembles.asking import titles_of
from kanmon.ensembles.lending import lend
from kanmon.ensembles.plan_study import PlanStudy
from kanmon.ensembles.saved import read_ensemble
from kanmon.errors import InputError
from kanmon.pages.editions import editions_of
from kanmon.pages.ensemble import render_ensemble
from kanmon.pages.ensembled.subject import Drawn
from kanmon.pages.money import Money
from kanmon.pages.names import names_of
from kanmon.pages.optimise import _page as optimise_page_in
from kanmon.pages.optimise import render_optimised
from kanmon.pages.page import render_run
from kanmon.pages.planned.accounts import accounts
from kanmon.pages.planned.effects import harms
from kanmon.pages.planned.second import flip_at, flips
from kanmon.pages.planned.subject import Choice
from kanmon.pages.planned.untouched import untouched
from kanmon.pages.plans import _page as plan_page_in
from kanmon.pages.plans import render_plans
from kanmon.pages.wording import wording
from kanmon.plans.interaction import READINGS
from kanmon.plans.reasons import OTHERWISE, WORDS
from kanmon.plans.schema import PlanWords
from kanmon.plans.study import read_study
from kanmon.runs.folder import write_folder
from kanmon.runs.saved import read_run
from kanmon.scenario.belief import with_foresight
from kanmon.scenario.schema import Belief

ATTACK = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def comparison():
    return plans_compared()


@pytest.fixture(scope="module")
def ensemble(ban, pack):
    return ensemble_of(ban, pack)


@pytest.fixture(scope="module")
def choice(comparison):
    say = wording("en")
    return Choice(comparison.tables, comparison.manifest, names_of(comparison.tables["labels"], say), say, Money(say))


@pytest.fixture(scope="module")
def answers():
    return answers_found()


@pytest.fixture(scope="module")
def optimise_page(answers):
    return render_optimised(answers)


@pytest.fixture(scope="module")
def plan_page(comparison):
    return render_plans(comparison)


@pytest.fixture(scope="module")
def ensemble_page(ensemble):
    return render_ensemble(ensemble)


@pytest.mark.parametrize("name", ["plan_page", "optimise_page", "ensemble_page"])
def test_a_page_is_whole_asks_no_server_and_has_its_headings_in_order(name, request):
    text = request.getfixturevalue(name)
    page = Page(text)
    assert len(text.encode()) < 8_000_000
    assert text.count("* plotly.js v") == 1
    assert all(address.startswith(("#", "data:")) for address in page.loaded), page.loaded
    assert page.headings.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(page.headings)), page.headings
    places = re.findall(r'<div class="plot" id="([^"]+)" role="img" aria-label="([^"]+)"', text)
    assert places and len({place for place, _ in places}) == len(places) == text.count('class="figure"')
    assert not re.search(r">\s*(nan|None)\s*<|\{", re.sub(r"<(script|style).*?</\1>", "", text, flags=re.DOTALL))


def test_the_first_sentence_names_the_best_plan_its_worth_and_the_runner_up(comparison, choice, plan_page):
    first, second = choice.plans[:2]
    assert comparison.tables["ranking"]["rank"].min() == 1 and first.key == comparison.tables["ranking"]["plan"].iloc[0]
    text = Page(plan_page).text
    assert f"{first.label} leaves Japan best off" in text
    assert f"more than {second.label}" in text


def test_the_accounts_of_every_plan_add_up_to_its_net_benefit(choice):
    shown = accounts(choice)
    assert any(lines for _, lines, _ in shown.groups)
    for place, plan in enumerate(choice.plans):
        parts = [float(sums[place].replace("−", "-").replace(",", "")) for _, _, sums in shown.groups]
        net = float(choice.ranking.set_index("plan").loc[plan.key, "expected_net"])
        assert sum(parts) == pytest.approx(net, abs=1.5 * 10**-choice.decimals)
        assert float(shown.total[place].replace("−", "-").replace(",", "")) == pytest.approx(net, abs=0.51 * 10**-choice.decimals)


def test_what_is_lost_without_a_plan_stands_by_account_and_a_gain_is_explained(choice):
    """In the made-up world every crisis costs Japan 26.5 for a weight of one: users 40, traders 3 and taxes 0.5 less what producers (12) and stockholders (5) gain."""
    found = untouched(choice)
    figures = {row[0]: [float(cell.replace("−", "-").replace(",", "")) for cell in row[1:]] for row in found.table.rows}
    both = [future.key for future in choice.disturbed].index("both-ban")
    assert figures["Users"][both] == pytest.approx(40.0, abs=0.06) and figures["All accounts"][both] == pytest.approx(26.5, abs=0.06)
    assert found.sentences == []
    losses = choice.tables["losses"]
    gaining = (losses["future"] == "wide-ban") & (losses["account"] == "producers")
    turned = untouched(replace(choice, tables={**choice.tables, "losses": losses.assign(value=losses["value"].where(~gaining, -100.0))}))
    assert len(turned.sentences) == 1 and "producers and recyclers 100 million USD" in turned.sentences[0].replace("\N{NO-BREAK SPACE}", " ") and "users" in turned.sentences[0]


def test_the_probability_at_which_a_lead_is_nil_is_that_of_the_sum_by_hand():
    """A lead of 3 where nothing happens (0.6), -5 and -1 in two bans (0.3, 0.1). With the ban at q the others have (1 - q) / 0.7 of theirs, so
    that the lead is -5 q + (1 - q) (0.6 * 3 - 0.1) / 0.7, nil at q = 1.7 / (1.7 + 3.5) = 17 / 52."""
    lead, stated = {"quiet": 3.0, "ban": -5.0, "other": -1.0}, {"quiet": 0.6, "ban": 0.3, "other": 0.1}
    assert flip_at(lead, stated, "ban") == pytest.approx(17 / 52)
    assert flip_at({"quiet": 1.0, "ban": 1.0}, {"quiet": 0.5, "ban": 0.5}, "ban") is None, "a plan that leads everywhere always leads"
    assert flip_at({"only": 1.0}, {"only": 1.0}, "only") is None


def test_at_the_flipping_probability_the_two_plans_are_worth_the_same(choice):
    found = flips(choice)
    assert found
    for flip in found:
        rest = {future.key: future.probability * (1 - flip.at) / (1 - flip.now) for future in choice.futures}
        weight = pd.Series({**rest, flip.future: flip.at})
        net = choice.net @ weight
        assert weight.sum() == pytest.approx(1.0)
        assert net[flip.plan] == pytest.approx(net[choice.best.key], abs=1e-9)


LATIN = re.compile(r"[A-Za-z]{3,}")
CODES = re.compile(r"tables/\w+\.csv|Kanmon|kanmon .*|UAE|JOGMEC|sha256 [0-9a-f]{64}|[\w-]+ \d+\.\d+\.\d+|[\w-]+ [0-9a-f]{12}\b|[a-z]+(_[a-z0-9]+)+|data|EEV|CSV|JavaScript|USD|JPY|English|LED|GaAs|GaP|NdFeB")
"""What has no Japanese: names of programs, files, commands, digests, bodies, substances, projects."""


def left_in_english(text: str, facts: pd.DataFrame) -> list[str]:
    """Texts of a Japanese page with words in Latin letters that are no names, beside notes, places and titles of sources of the pack."""
    free = sorted({str(value) for column in ("source_title", "place", "note") for value in facts[column] if len(str(value)) > 2}, key=len, reverse=True)
    free += sorted({part for note in facts["note"] for part in re.split(r"(?<=[.;]) ", str(note)) if len(part) > 2}, key=len, reverse=True)
    found = []
    for shown in {text.strip() for text in Page(text).shown if LATIN.search(text)}:
        rest = shown
        for item in free:
            rest = rest.replace(item, "")
        found += [shown] if LATIN.search(CODES.sub("", rest)) else []
    return found


@pytest.mark.parametrize("kind", ["comparison", "answers"])
def test_a_page_about_plans_has_no_english_left_in_japanese(kind, request):
    """Titles of futures, reasons, levers with their levels, payers and notes; titles of sources and notes of facts stand as the pack has them."""
    content, draw = request.getfixturevalue(kind), {"comparison": plan_page_in, "answers": optimise_page_in}[kind]
    facts = content.tables["facts"]
    japanese = next(edition for edition in editions_of(facts) if edition.name == "ja-USD")
    assert left_in_english(draw(content, japanese), facts) == []


def test_what_a_file_does_not_say_in_japanese_stands_in_english(comparison):
    """A plan that is not shipped, whose file has no words, and tables of before there were any."""
    bare = comparison.tables["futures"].drop(columns=["title_ja", "reason_ja"])
    plans = {f"my-{key}": plan | {"title": f"My {key}", "words": {}} for key, plan in comparison.manifest["plans"].items()}
    renamed = {name: table.assign(plan="my-" + table["plan"]) if "plan" in table else table for name, table in comparison.tables.items()}
    japanese = next(edition for edition in editions_of(comparison.tables["facts"]) if edition.name == "ja-USD")
    text = Page(plan_page_in(replace(comparison, manifest=comparison.manifest | {"plans": plans}, tables={**renamed, "futures": bare}), japanese)).text
    assert "My stock-60-days" in text
    assert str(bare["title"].iloc[1]) in text


def test_a_plan_is_called_by_its_title_in_the_language_of_the_page(comparison):
    plans = {key: plan | {"title": "A title", "words": {"ja": {"title": "題名", "note": "注記"}}} for key, plan in comparison.manifest["plans"].items()}
    for language, title in (("en", "A title"), ("ja", "題名")):
        say = wording(language)
        shown = Choice(comparison.tables, comparison.manifest | {"plans": plans}, names_of(comparison.tables["labels"], say), say, Money(say))
        assert {plan.title for plan in shown.plans} == {title}


def test_an_ensemble_calls_a_plan_by_its_title_in_the_language_of_the_page():
    plans, futures, pack = read_study(["none"])
    study = PlanStudy({"mine": plans["none"].model_copy(update={"title": "Mine", "words": {"ja": PlanWords(title="私案")}}), "bare": plans["none"].model_copy(update={"title": "Bare", "words": {}})}, futures, pack, ())
    titles = titles_of(study)
    for language, mine in (("en", "Mine"), ("ja", "私案")):
        drawn = Drawn({}, None, None, wording(language), None, titles)
        assert (drawn.plan("mine"), drawn.plan("bare"), drawn.plan("gone")) == (mine, "Bare", "gone")


def test_every_reason_has_its_key_in_every_catalogue_and_the_english_one_is_that_of_the_table(choice):
    sentences, readings = dict([*WORDS.values(), OTHERWISE]), dict(READINGS)
    assert len(sentences) == len(WORDS) + 1
    english, japanese = wording("en"), wording("ja")
    assert all(english(f"plans.reason.{key}") == text for key, text in sentences.items())
    assert all(english(f"plans.reading.{key}") == text for key, text in readings.items())
    assert all(japanese.has(f"plans.reason.{key}") for key in sentences) and all(japanese.has(f"plans.reading.{key}") for key in readings)
    table = choice.tables["reasons"]
    assert len(table) and all(sentences[row["reason_key"]] == row["reason"] for row in table.to_dict("records"))
    assert {row[5] for row in harms(choice).rows} <= set(sentences.values())


def test_the_frontier_of_the_optimiser_names_levers_as_readers_know_them(optimise_page):
    text = Page(optimise_page).text
    assert "National gallium stock" in text
    assert "gallium_stock" not in text


def test_the_question_of_the_optimiser_says_why_these_levers(optimise_page):
    assert "Stakes abroad and offtake are all or nothing" in Page(optimise_page).text


def test_a_failed_plan_stands_on_the_page_with_its_reason(comparison):
    failed = replace(comparison, manifest=comparison.manifest | {"failed": {"everything": "NotCertified: residual 3e-4"}})
    assert "NotCertified: residual 3e-4" in Page(render_plans(failed)).text


def test_a_title_or_a_reason_that_is_a_script_is_shown_as_text(comparison, ensemble):
    plans = {key: plan | {"title": ATTACK} for key, plan in comparison.manifest["plans"].items()}
    tables = {**comparison.tables, "futures": comparison.tables["futures"].assign(title=ATTACK, reason=ATTACK), "facts": comparison.tables["facts"].assign(note=ATTACK, source_title=ATTACK)}
    page = render_plans(replace(comparison, manifest=comparison.manifest | {"plans": plans}, tables=tables))
    drawn = render_ensemble(replace(ensemble, tables={**ensemble.tables, "failures": ensemble.tables["failures"].assign(message=ATTACK, error=ATTACK)}))
    for text in (page, drawn):
        assert "<script>alert" not in text
        assert ATTACK in Page(text).text


def test_an_ensemble_says_how_many_draws_failed_and_why(ensemble, ensemble_page):
    text = Page(ensemble_page).text
    assert f"1 of {ensemble.manifest['runs']} draws have no certified solution" in text
    assert "the margin must be positive" in text


def test_the_fact_that_moves_the_made_up_price_is_named_first(ensemble_page):
    assert "What moves it most: friction of switching suppliers (θ)" in Page(ensemble_page).text


def _written(ban, folder):
    """A run in a folder."""

    def fill(place):
        (place / "tables").mkdir()
        for name, table in {**ban.plans, **ban.reports}.items():
            table.to_csv(place / "tables" / f"{name}.csv", index=False, float_format="%.17g")
        (place / "manifest.json").write_text(json.dumps(ban.manifest), encoding="utf-8")

    return read_run(write_folder(folder, "run", fill))


def test_a_run_borrows_the_tables_of_an_ensemble_and_its_report_names_what_would_change_the_conclusion(ban, ensemble, tmp_path):
    run = _written(ban, tmp_path)
    before = Page(render_run(run)).text
    assert f"kanmon ensemble {run.name} --draws 100" in before
    assert "without a computed range" in before and "One central case" in before
    lend(replace(ensemble, manifest=ensemble.manifest | {"identity": ensemble.manifest["identity"] | {"data": run.manifest["data"]["sha256"]}}), run)
    text = Page(render_run(read_run(run.folder))).text
    assert "What moves it most: friction of switching suppliers (θ)" in text
    assert "Drawn together with others, as the data pack says" in text
    assert f"{ensemble.manifest['runs']} draws from what the data leave open (1 failed)" in text
    assert "without a computed range" not in text and "have not been run through the model here" not in text
    assert "Bands are of the data, not of the model" in text


def test_an_ensemble_under_another_belief_is_shown_and_said_to_be_so(ban, ensemble, tmp_path):
    run = _written(ban, tmp_path)
    made = ensemble.manifest | {"identity": ensemble.manifest["identity"] | {"data": run.manifest["data"]["sha256"]}}
    lend(replace(ensemble, manifest=made), run)
    assert "another belief about the end" not in Page(render_run(read_run(run.folder))).text
    other = ensemble.scenario.model_copy(update={"belief": Belief(kind="hazard", hazard=0.1)})
    lend(replace(ensemble, scenario=other, manifest=made), run)
    text = Page(render_run(read_run(run.folder))).text
    assert "another belief about the end than this run: “10\u00a0% a month to end”" in text
    assert "These draws hold another belief about the end, “10\u00a0% a month to end”" in text


def test_the_page_of_an_ensemble_says_what_is_believed_about_the_end(ensemble):
    assert "Nobody knows when the measure ends" in Page(render_ensemble(replace(ensemble, scenario=ensemble.scenario.model_copy(update={"belief": Belief(kind="hazard", hazard=0.1)})))).text
    assert "Every buyer and seller knows when the measure ends" in Page(render_ensemble(replace(ensemble, scenario=with_foresight(ensemble.scenario)))).text


def test_an_ensemble_of_another_question_or_other_data_is_refused(ban, ensemble, tmp_path):
    run = _written(ban, tmp_path)
    other = replace(ensemble, scenario=ensemble.scenario.model_copy(update={"months": 20}), manifest=ensemble.manifest | {"identity": {"data": "other"}})
    with pytest.raises(InputError) as error:
        lend(other, run)
    assert "asks another question" in str(error.value) and "other data" in str(error.value)


def test_a_folder_without_an_ensemble_is_an_error_that_says_what_to_do(tmp_path):
    with pytest.raises(InputError) as error:
        read_ensemble(tmp_path)
    assert "give a folder that kanmon ensemble wrote" in str(error.value)
