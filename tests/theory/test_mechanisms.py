"""Each mechanism is switched off by itself, and only those that a scenario has."""

from __future__ import annotations

import pickle

import pandas as pd
import pytest
from joblib import parallel_config

import kanmon
import worlds
from kanmon.errors import InputError, Problem
from kanmon.indicators.contributions import COLUMNS, Variant, contributions
from kanmon.indicators.prices import mean_multiples
from kanmon.indicators.view import view_of
from kanmon.runs.mechanisms import without_each
from kanmon.scenario.schema import Scenario

AS_ASKED = Variant.AS_ASKED


def asked(**more) -> Scenario:
    measure = {"name": "ban", "kind": "ban", "exporter": "AAA", "goods": ["examplium"], "destinations": ["BBB"], "announced": "2027-01", "effective": "2027-02", "end": "2027-05"} | more
    return Scenario.model_validate({"title": "t", "question": "q?", "start": "2026-12", "months": 24, "measures": [measure]})


def test_only_what_a_scenario_has_is_switched_off():
    assert set(without_each(asked())) == {AS_ASKED, "no notice", "no private stocks", "no scrap loop"}
    rich = asked(displacement=0.2, surge_limit=3.0, reexport=0.3, reach=["examplium_powder"]).model_copy(update={"belief": kanmon.scenario.schema.Belief.model_validate({"kind": "hazard", "hazard": 0.2})})
    assert set(without_each(rich)) == {AS_ASKED, "no notice", "no private stocks", "no scrap loop", "the end known to all", "sales to third countries free", "no limit on the rush", "passing on free", "no reach to what is made of it"}


def test_a_variant_differs_in_nothing_else():
    scenario = asked()
    sudden = without_each(scenario)["no notice"]
    assert sudden.measures[0].announced == scenario.measures[0].effective
    assert sudden.model_copy(update={"measures": scenario.measures}) == scenario


def test_a_variant_is_not_asked_for_contributions_again():
    assert not any(variant.contributions for variant in without_each(asked().model_copy(update={"contributions": True})).values())


def test_a_contribution_is_the_price_as_asked_less_the_price_without():
    means = {AS_ASKED: pd.Series({"metal": 1.5, "ore": 1.2}), Variant.NO_STOCKS: pd.Series({"metal": 2.25, "ore": 1.2}), Variant.NO_SCRAP_LOOP: pd.Series({"metal": 1.25})}
    table = contributions(means)
    assert list(table.columns) == COLUMNS and set(table["unit"]) == {"x baseline"}
    assert table.set_index(["good", "variant"])["difference"].to_dict() == {
        ("metal", AS_ASKED): 0.0, ("metal", Variant.NO_STOCKS): -0.75, ("metal", Variant.NO_SCRAP_LOOP): 0.25, ("ore", AS_ASKED): 0.0, ("ore", Variant.NO_STOCKS): 0.0,
    }  # fmt: skip


def test_a_run_that_is_asked_for_contributions_solves_each_variant_as_a_run_of_its_own():
    scenario = asked()
    with parallel_config(backend="sequential"):
        run = kanmon.run(scenario.model_copy(update={"contributions": True}), worlds.examplium(), "ban")
    table = run.reports["contributions"].set_index(["good", "variant"])
    means = {name: headline(kanmon.run(variant, worlds.examplium(), name)) for name, variant in without_each(scenario).items()}
    assert len(means) == 4
    for name, mean in means.items():
        assert table.loc[("examplium", name), "multiple"] == pytest.approx(mean, rel=1e-9)
        assert table.loc[("examplium", name), "difference"] == pytest.approx(means[AS_ASKED] - mean, abs=1e-9)
    assert means["no private stocks"] > means[AS_ASKED]
    assert run.seconds["contributions"] > 0


def headline(run) -> float:
    """The mean price while in force as the headline has it."""
    found = run.headlines.query("headline == 'price, mean while in force' and good == 'examplium'")["value"].item()
    assert found == mean_multiples(run.reports["price_paths"], view_of(run.scenario))["examplium"]
    return found


def test_a_run_that_is_not_asked_has_an_empty_table():
    assert kanmon.run(asked(), worlds.examplium(), "ban").reports["contributions"].empty


def test_an_error_of_a_variant_comes_back_from_its_process_with_its_problems():
    problems = [Problem("a.csv:2", "is wrong", "mend it"), Problem("b.csv:3", "is missing", "add it")]
    again = pickle.loads(pickle.dumps(InputError(problems)))
    assert again.problems == problems
    assert str(again) == str(InputError(problems))
