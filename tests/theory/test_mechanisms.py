"""Each mechanism is switched off by itself, and only those that a scenario has."""

from __future__ import annotations

import pytest

import kanmon
import worlds
from kanmon.runs.mechanisms import without_each
from kanmon.scenario.schema import Scenario


def asked(**more) -> Scenario:
    measure = {"name": "ban", "kind": "ban", "exporter": "AAA", "goods": ["examplium"], "destinations": ["BBB"], "announced": "2027-01", "effective": "2027-02", "end": "2027-05"} | more
    return Scenario.model_validate({"title": "t", "question": "q?", "start": "2026-12", "months": 24, "measures": [measure]})


def test_only_what_a_scenario_has_is_switched_off():
    assert set(without_each(asked())) == {AS_ASKED, "no notice", "no private stocks", "no scrap loop"}
    rich = asked(displacement=0.2, surge_limit=3.0).model_copy(update={"belief": kanmon.scenario.schema.Belief.model_validate({"kind": "hazard", "hazard": 0.2})})
    assert set(without_each(rich)) == {AS_ASKED, "no notice", "no private stocks", "no scrap loop", "the end known to all", "sales to third countries free", "no limit on the rush"}


def test_a_variant_differs_in_nothing_else():
    scenario = asked()
    sudden = without_each(scenario)["no notice"]
    assert sudden.measures[0].announced == scenario.measures[0].effective
    assert sudden.model_copy(update={"measures": scenario.measures}) == scenario


def test_a_contribution_is_the_price_as_asked_less_the_price_without():
    runs = {name: kanmon.run(variant, worlds.examplium(), name) for name, variant in without_each(asked()).items() if name in (AS_ASKED, "no private stocks")}
    table = contributions(runs).set_index(["good", "variant"])
    means = {name: run.headlines.query("headline == 'price, mean while in force' and good == 'examplium'")["value"].item() for name, run in runs.items()}
    assert table.loc[("examplium", "no private stocks"), "difference"] == pytest.approx(means[AS_ASKED] - means["no private stocks"])
    assert table.loc[("examplium", AS_ASKED), "difference"] == 0
    assert means["no private stocks"] > means[AS_ASKED]
