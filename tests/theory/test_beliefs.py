"""What the market believes about the end of a measure; that it knows nothing else of what is to come."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import kanmon
import worlds
from kanmon.runs.audit import recertify
from kanmon.runs.saved import read_run
from kanmon.scenario.apply import information_dates, window_months
from kanmon.scenario.belief import believed_allowance, believed_force
from kanmon.scenario.schema import Belief, Measure, Scenario

USUAL = np.array([10.0])
JANUARY = 2030 * 12


def ban(**more) -> Measure:
    return Measure.model_validate(worlds.measure("ban", effective="2030-03", end="2031-01") | more)


def quota(shares, **more) -> Measure:
    return Measure.model_validate(worlds.measure("quota", share=shares, effective="2030-03", end="2031-01") | more)


def allowed(measure: Measure, belief: dict, now: int, months: int = 12) -> list[float]:
    """What is believed to pass in each month from ``now`` (months after January 2030) on."""
    calendar = range(JANUARY + now, JANUARY + now + months)
    return believed_allowance(measure, Belief.model_validate(belief), JANUARY + now, calendar, np.repeat(USUAL[:, None], months, axis=1))[0].tolist()


def test_three_months_more_are_counted_from_the_start_and_then_always_from_today():
    inf = np.inf
    assert allowed(ban(), {"kind": "remaining", "months": 3}, 0, 7) == [inf, inf, 0, 0, 0, inf, inf]
    assert allowed(ban(), {"kind": "remaining", "months": 3}, 2, 5) == [0, 0, 0, inf, inf]
    assert allowed(ban(), {"kind": "remaining", "months": 3}, 9, 5) == [0, 0, 0, inf, inf]
    assert allowed(ban(), {"kind": "remaining", "months": 3}, 12, 2) == [inf, inf]


def test_under_a_hazard_the_market_plans_on_the_expected_allowance():
    """A fifth chance to end each month: 0, then 2, then 3.6 of the usual 10."""
    assert allowed(ban(), {"kind": "hazard", "hazard": 0.2}, 2, 3) == pytest.approx([0, 2, 3.6])


def test_a_quota_is_believed_to_stay_at_its_last_three_months():
    """Shares 0.1, 0.4, 0.7, then 1: in May 0.1, 0.4 and 0.7 have been seen; the mean is 0.4. Stated, its path is known."""
    path = (0.1, 0.4, 0.7, 1.0)
    assert allowed(quota(path), {"kind": "remaining", "months": 3}, 4, 4) == pytest.approx([7, 4, 4, np.inf])
    assert allowed(quota(path), {"kind": "remaining", "months": 3, "level": "stated"}, 4, 4) == pytest.approx([7, 10, 10, np.inf])
    assert allowed(quota(path), {"kind": "remaining", "months": 3}, 0, 4) == pytest.approx([np.inf, np.inf, 1, 1])


def test_the_true_end_is_known_only_where_the_scenario_says_so():
    belief = Belief.model_validate({"kind": "true"})
    force = believed_force(ban(), belief, JANUARY, range(JANUARY, JANUARY + 14))
    assert force.sum() == 10
    assert not belief.rolls


def test_a_window_opens_every_month_until_the_end_is_seen():
    asked = worlds.scenario(worlds.measure(effective="2030-03", end="2030-06"), months=30, belief={"kind": "remaining", "months": 3})
    dates = information_dates(asked)
    assert [date - JANUARY for date in dates] == [0, 1, 2, 3, 4, 5]
    assert [window_months(asked, date) for date in dates] == [24, 24, 24, 24, 24, 25]


@pytest.fixture(scope="module")
def runs() -> dict[str, kanmon.Run]:
    """The made-up metal banned for good, found to end after four or after six months, under two beliefs."""

    def run(end: str, belief: dict) -> kanmon.Run:
        content = {
            "title": "t", "question": "q?", "start": "2026-12", "months": 26, "belief": belief,
            "measures": [{"name": "ban", "kind": "ban", "exporter": "AAA", "goods": ["examplium"], "destinations": ["BBB"], "announced": "2027-01", "effective": "2027-02", "end": end}],
        }  # fmt: skip
        return kanmon.run(Scenario.model_validate(content), worlds.examplium())

    believed = {"kind": "remaining", "months": 4, "window": 18}
    return {"four": run("2027-06", believed), "six": run("2027-08", believed), "hazard four": run("2027-06", {"kind": "hazard", "hazard": 0.2}), "hazard six": run("2027-08", {"kind": "hazard", "hazard": 0.2})}


@pytest.mark.parametrize(("short", "long"), [("four", "six"), ("hazard four", "hazard six")])
def test_months_before_the_end_is_seen_do_not_depend_on_it(runs, short, long):
    """The bans differ from June 2027 on: every table agrees to the last digit until May."""
    for name, frame in runs[short].realised.items():
        other = runs[long].realised[name]
        before, after = (table[table["month"] < "2027-06"].reset_index(drop=True) for table in (frame, other))
        assert before.equals(after), name
    prices = [run.realised["prices"].query("region == 'BBB' and good == 'examplium' and month == '2027-07'")["value"].item() for run in (runs[short], runs[long])]
    assert prices[0] < prices[1]


def test_every_window_is_certified(runs):
    for run in runs.values():
        assert all(certificate.passed for certificate in run.certificates)
    assert len(runs["four"].certificates) == 6
    assert len(runs["six"].certificates) == 8


def test_a_price_builds_up_where_the_market_is_surprised_month_after_month(runs):
    """Reported, not a theorem: believed to last four months more, always, the price in the sixth month is above that in the first."""
    path = runs["six"].realised["prices"].query("region == 'BBB' and good == 'examplium'").set_index("month")["value"]
    assert path["2027-07"] > path["2027-02"] > path["2026-12"]


@pytest.mark.parametrize(
    ("belief", "words"),
    [({"kind": "remaining"}, "months belongs to kind remaining"), ({"kind": "hazard"}, "hazard belongs to kind hazard"), ({"months": 3}, "months belongs"), ({"kind": "remaining", "months": 20, "window": 24}, "six months beyond")],
)
def test_a_belief_is_refused_when_its_number_is_missing_or_reaches_too_far(belief, words):
    with pytest.raises(ValueError, match=words):
        Belief.model_validate(belief)


@pytest.fixture(scope="module")
def beside(tmp_path_factory):
    """A run with another belief beside, written and read back."""
    content = {
        "title": "t", "question": "q?", "start": "2026-12", "months": 24, "belief": {"kind": "remaining", "months": 4, "window": 18}, "beside": [{"kind": "true"}],
        "measures": [{"name": "ban", "kind": "ban", "exporter": "AAA", "goods": ["examplium"], "destinations": ["BBB"], "announced": "2027-01", "effective": "2027-02", "end": "2027-05"}],
    }  # fmt: skip
    run = kanmon.run(Scenario.model_validate(content), worlds.examplium())
    return run, kanmon.write(run, tmp_path_factory.mktemp("runs"))


def test_prices_under_another_belief_are_those_of_a_run_that_has_it(beside):
    run, _ = beside
    alone = kanmon.run(run.scenario.model_copy(update={"belief": run.scenario.beside[0], "beside": ()}), worlds.examplium())
    table = run.reports["beliefs"]
    assert list(dict.fromkeys(table["belief"])) == ["always 4 months more", "end known"]
    expected = alone.reports["price_paths"].query("group == 'focus'")
    np.testing.assert_allclose(table[table["belief"] == "end known"]["value"], expected["value"], rtol=1e-7)


def test_a_saved_run_with_beliefs_verifies_and_a_changed_belief_does_not(beside):
    _, folder = beside
    assert recertify(read_run(folder), worlds.examplium())["passed"].all()
    path = folder / "tables" / "beliefs.csv"
    table = pd.read_csv(path)
    table.loc[30, "value"] *= 1.001
    table.to_csv(path, index=False)
    with pytest.raises(kanmon.NotCertified, match=r"beliefs\.csv is not what the plans imply"):
        recertify(read_run(folder), worlds.examplium())
