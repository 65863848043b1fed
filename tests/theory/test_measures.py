"""What a ban must show on a whole pack: the sense checks that hold by construction or by theorem."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

import worlds
from kanmon.runs.run import Run, run_scenario
from kanmon.scenario.schema import Assumption, Scenario
from kanmon.solution.layout import PLAN_TABLES


def ask(*measures: dict, months: int = 30, **market) -> Scenario:
    return Scenario(title="t", question="q?", start="2026-12", months=months, measures=measures, market=market)


def examplium_measure(kind: str = "ban", **more) -> dict:
    base = {"name": "m", "kind": kind, "exporter": "AAA", "goods": ["examplium"], "destinations": ["BBB"], "announced": "2027-02", "effective": "2027-03", "end": "2027-09"}
    return base | more


@cache
def run_of(*key: str) -> Run:
    """Runs that several tests look at, solved once."""
    return run_scenario(SCENARIOS[key[0]], worlds.examplium(), key[0])


SCENARIOS = {
    "ban": ask(examplium_measure()),
    "zero quota": ask(examplium_measure("quota", share=0.0)),
    "wide quota": ask(examplium_measure("quota", share=9.0)),
    "no stocks": ask(examplium_measure(), private_stocks=False),
    "no stocks, no transit": ask(examplium_measure(), private_stocks=False).model_copy(update={"assumptions": (Assumption(table="routes", quantity="transit", value=0.0),)}),
    "longer": ask(examplium_measure(), months=42),
}


def test_months_before_the_announcement_equal_the_baseline():
    for name, frame in run_of("ban").realised.items():
        before = frame[frame["month"] < "2027-02"]
        assert len(before) or name.endswith("_wedges") or name in ("stockpiles", "shortfalls")
        assert (before["value"] == before["baseline"]).all()


def test_no_banned_tonne_leaves_while_the_ban_is_in_force():
    flows = run_of("ban").realised["flows"]
    lane = flows[(flows["good"] == "examplium") & (flows["origin"] == "AAA") & (flows["destination"] == "BBB")].set_index("month")["value"]
    assert (lane["2027-03":"2027-08"] == 0).all()
    assert (lane["2027-09":] > 0).all()


def values(run: Run, name: str, months: str = "month >= ''") -> pd.Series:
    """Realised values of a table, in an order that does not depend on windows."""
    frame = run.realised[name].query(months)
    return frame.set_index([*PLAN_TABLES[name], "month"])["value"].sort_index()


def price(run: Run, region: str, good: str = "examplium") -> pd.Series:
    frame = run.realised["prices"]
    rows = frame[(frame["region"] == region) & (frame["good"] == good)].set_index("month")
    return rows["value"] / rows["baseline"]


def test_without_stocks_the_target_pays_more_and_the_exporter_less_in_each_month_without_arrivals():
    run = run_of("no stocks")
    # The lane takes a month, so the last shipments land in the first month of the ban.
    assert (price(run, "BBB")["2027-04":"2027-08"] > 1.2).all()
    assert (price(run, "AAA")["2027-03":"2027-08"] < 1).all()


def test_without_stocks_and_transit_each_month_of_the_ban_raises_the_targets_price_and_months_after_equal_the_baseline():
    """With nothing carried from month to month the ban leaves no trace after it ends."""
    run = run_of("no stocks, no transit")
    assert (price(run, "BBB")["2027-03":"2027-08"] > 1.2).all()
    assert (price(run, "AAA")["2027-03":"2027-08"] < 1).all()
    for region in ("AAA", "BBB", "CCC"):
        np.testing.assert_allclose(price(run, region)["2027-09":], 1.0, rtol=1e-7)


def test_a_quota_of_zero_gives_the_prices_and_wedges_of_a_ban():
    ban, zero = run_of("ban"), run_of("zero quota")
    np.testing.assert_allclose(ban.plans["prices"]["value"], zero.plans["prices"]["value"], rtol=1e-9)
    np.testing.assert_allclose(ban.reports["measures"]["wedge"], zero.reports["measures"]["wedge"], rtol=1e-7)
    assert (ban.reports["measures"]["wedge"] > 50).all()


def test_a_quota_that_does_not_bind_changes_nothing():
    frame = run_of("wide quota").realised["flows"]
    np.testing.assert_allclose(frame["value"], frame["baseline"], rtol=1e-7, atol=1e-9)


def test_the_wedge_is_destination_price_less_origin_price_less_marginal_lane_cost():
    """By hand from the tables: the lane takes a month, so the destination price is that of the next month, discounted."""
    run = run_of("ban")
    world = run.calibration.world
    lane = world.lanes.keys.index(("examplium", "AAA", "BBB"))
    prices = run.realised["prices"].set_index(["region", "good", "month"])["value"]
    for row in run.reports["measures"].itertuples():
        following = str(pd.Period(row.month, "M") + 1)
        by_hand = world.discount * prices["BBB", "examplium", following] - prices["AAA", "examplium", row.month] - world.lanes.margin[lane]
        assert row.wedge == pytest.approx(by_hand, rel=1e-9)


def test_twelve_more_months_of_horizon_move_no_headline_by_more_than_one_per_cent():
    short, long = (run_of(name).headlines.set_index(["good", "headline"])["value"] for name in ("ban", "longer"))
    assert len(short) > 10
    np.testing.assert_allclose(short, long.reindex(short.index), rtol=0.01, atol=0.01)


def test_what_becomes_known_later_changes_nothing_before():
    """A second measure announced in June leaves every month up to May as it was."""
    second = examplium_measure("export_tax", name="tax", rate=0.5, destinations=["CCC"], announced="2027-06", effective="2027-06", end="2028-06")
    both = run_scenario(ask(examplium_measure(), second), worlds.examplium())
    alone = run_of("ban")
    for name in ("prices", "flows", "uses", "stocks", "outputs"):
        first, other = (values(run, name, "month < '2027-06'") for run in (alone, both))
        assert (first.index == other.index).all()
        np.testing.assert_allclose(first, other, rtol=1e-8, atol=1e-9)
    later = both.realised["prices"].query("month >= '2027-06' and region == 'CCC' and good == 'examplium'")
    assert (later["value"] > price(alone, "CCC")["2027-06":].to_numpy() * later["baseline"].to_numpy() * 1.01).any()


def test_a_measure_announced_later_opens_a_window_that_starts_where_the_first_one_left():
    """The same ban cut into two announcements that say nothing new gives the same path: stocks and shipments are handed over."""
    nothing = examplium_measure("quota", name="nothing", share=9.0, destinations=["CCC"], announced="2027-05", effective="2027-05", end="2027-07")
    cut = run_scenario(ask(examplium_measure(), nothing), worlds.examplium())
    assert len(cut.certificates) == 2
    for name in ("prices", "flows", "stocks"):
        np.testing.assert_allclose(values(cut, name), values(run_of("ban"), name), rtol=1e-6, atol=1e-6)
