"""Suppliers qualified and plants built, by hand: when they come, what they cost, and that a start cannot be undone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import worlds
from kanmon.accounts.surplus import PRODUCERS, QUALIFICATION, surplus
from kanmon.certify.certificate import certify_plan
from kanmon.runs.baseline import baseline
from kanmon.runs.rolling import Clock, roll
from kanmon.scenario.market import Market
from kanmon.solution.plan import Plan
from kanmon.solution.tables import realised
from kanmon.solve.window import solve_window
from kanmon.world.expansion import annuity, sum_of_life

SCARCE = 110 * (5.5 / 10) ** -2
"""Price in J while it has no more than the 5.5 t a month that K is qualified for: elasticity 0.5."""


def solved(market: Market, method: str = "newton") -> Plan:
    found = solve_window(market, method)
    certify_plan(found, market).demand()
    return found


def price_in_j(world, **dates) -> np.ndarray:
    """Under a ban on what E sells to J, six months."""
    return solved(worlds.market(world, worlds.measure(**dates), months=6)).price[-1]


@pytest.mark.parametrize("delay", range(5))
def test_a_delay_decides_the_price_month_by_month(delay):
    """Scarce until the supplier is qualified; then 100 in K, 10 of freight, and the cost of 12 spread over the months that are left."""
    price = price_in_j(worlds.three_regions(delay, cost=12.0))
    assert price == pytest.approx([SCARCE] * delay + [110 + 12 / (6 - delay)] * (6 - delay))


def test_a_start_that_does_not_pay_is_not_made():
    """Four months of 253.64 above 110 are worth 1,014.5: what costs 1,014 is started, what costs 1,015 is not."""
    assert pytest.approx(1014.545, abs=1e-3) == 4 * (SCARCE - 110)
    assert price_in_j(worlds.three_regions(2, cost=1015.0)) == pytest.approx(SCARCE)
    assert price_in_j(worlds.three_regions(2, cost=1014.0))[2] < SCARCE - 0.1


@pytest.mark.parametrize(("end", "started"), [("2030-03", 0.0), ("2030-04", 10 * (122 / 110) ** -0.5 - 5.5)])
def test_nothing_is_started_where_the_end_is_believed_to_come_first(end, started):
    """Two months of delay: a ban of two months leaves none to earn in, one of three leaves one, which bears all of the cost of 12."""
    plan = solved(worlds.market(worlds.three_regions(2), worlds.measure(end=end), months=6))
    assert plan.started[1].sum() == pytest.approx(started, abs=1e-6)
    assert plan.started[0].sum() == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("method", ["newton", "sequence"])
def test_programs_alone_find_the_same(method):
    plan = solved(worlds.market(worlds.three_regions(2), worlds.measure(), months=6), method)
    assert plan.capacity_worth[1, 2:] == pytest.approx([12, 9, 6, 3], abs=1e-4)
    assert plan.capacity_wedge[1, 2:] == pytest.approx(3, abs=1e-4)


def rolled(world, *measures: dict, months: int, **more):
    asked = worlds.scenario(*measures, months=months, **more)
    return roll(baseline(world, asked), asked, "newton", Clock(), lambda stage: None)


def test_nothing_starts_before_the_announcement():
    """Announced in March, two months of delay: on line in May and not before."""
    tables = realised(rolled(worlds.three_regions(2), worlds.measure(announced="2030-03", effective="2030-03"), months=8).plans)
    added = tables["added_capacity"].query("source == 'K'").set_index("month")["value"]
    assert (added[:"2030-04"] == 0).all()
    assert (added["2030-05":] > 4).all()


def test_qualification_that_starts_earlier_is_there_earlier():
    """Open from February on, the March ban finds it on line in April; open from January on, in March. Each month bears its part of 12."""
    ban = worlds.measure(announced="2030-03", effective="2030-03")
    prices = {}
    for month in ("2030-01", "2030-02"):
        tables = realised(rolled(worlds.three_regions(2), ban, months=8, market={"qualification": True, "qualification_from": month}).plans)
        prices[month] = tables["prices"].query("region == 'J'").set_index("month")["value"]["2030-03":].to_numpy()
    assert prices["2030-01"] == pytest.approx([112] * 6)
    assert prices["2030-02"] == pytest.approx([SCARCE] + [110 + 12 / 5] * 5)


def test_a_start_is_not_undone_when_the_ban_ends_sooner_than_believed():
    """Believed to last six months more, always, it ends after three. K was qualified in the first month and stays so; nothing more starts."""
    ban = worlds.measure(end="2030-04")
    run = rolled(worlds.three_regions(2), ban, months=12, belief={"kind": "remaining", "months": 6, "window": 12})
    added = realised(run.plans)["added_capacity"].query("source == 'K'").set_index("month")["value"]
    assert added["2030-03"] > 4
    assert added["2030-03":].to_numpy() == pytest.approx([added["2030-03"]] * 10)
    assert run.windows[0].plan.started.sum() > 4
    assert run.windows[-1].plan.started.sum() == pytest.approx(0, abs=1e-6)
    assert run.windows[-1].market.committed[1, 0] == pytest.approx(added["2030-03"])


def test_who_pays_for_a_qualification_and_who_earns_its_rent():
    """J's users pay 12 for each of 4.37 t and hold six tenths of the rent: of 3 on 9.87 t in each of four months, and of 253.64 on 5.5 before."""
    world = worlds.three_regions(2)
    world = replace(world, expansions=replace(world.expansions, rent_to_users=np.array([0.6, 0.6])))
    market = worlds.market(world, worlds.measure(), months=6)
    table = surplus(solved(market), market)
    found = table[table["account"] == QUALIFICATION].groupby("region")["value"].sum()
    use = 10 * (113 / 110) ** -0.5
    rent = 2 * (SCARCE - 110) * 5.5 + 4 * 3 * use
    assert found["J"] == pytest.approx(0.6 * rent - 12 * (use - 5.5))
    assert found["K"] == pytest.approx(0.4 * rent)


def test_an_annuity_pays_back_its_capital():
    """1,200 over twelve months is 100 a month without interest; with it, its discounted sum is the capital."""
    assert annuity(1200, 12, 1.0) == 100
    assert sum(annuity(1200, 12, 0.99) * 0.99**month for month in range(12)) == pytest.approx(1200)
    assert sum_of_life(12, 0.99) == pytest.approx(sum(0.99**month for month in range(12)))


def test_a_plant_is_built_where_the_price_pays_its_cost_and_its_annuity():
    """J's new mine runs at 90 and is charged 40: from the month in which it is on line the price is 130; charged 1,000 it is not built."""
    price = price_in_j(worlds.with_investment(worlds.two_regions(), lead=2))
    assert price[2:] == pytest.approx([130] * 4)
    assert price[:2].min() > 130
    dear = solved(worlds.market(worlds.with_investment(worlds.two_regions(), charge=1000.0), worlds.measure(), months=6))
    assert dear.started.sum() == pytest.approx(0, abs=1e-6)


def test_a_plant_stays_when_the_shortage_is_over():
    """At 110 it earns 20 of its 40 a month. Four months of life after the window lack 80, borne by the four in the ban on top: 90 + 40 + 20."""
    price = price_in_j(worlds.with_investment(worlds.two_regions(), lead=2, life=4.0))
    assert price[2:] == pytest.approx([150] * 4)


def test_no_more_is_built_than_can_be():
    plan = solved(worlds.market(worlds.with_investment(worlds.two_regions(), largest=1.0), worlds.measure(), months=6))
    assert plan.added[0, 1:] == pytest.approx([1] * 5)
    assert plan.price[1, 1:].min() > 130


def test_producers_bear_the_annuities_of_what_they_build():
    """A plant at its margin earns nothing: 130 less 90 and 40 on each tonne. J's old mine, 5 t at 110, earns its own surplus."""
    market = worlds.market(worlds.with_investment(worlds.two_regions(), lead=2), worlds.measure(), months=6)
    table = surplus(solved(market), market)
    mine = table[(table["account"] == PRODUCERS) & (table["region"] == "J")]["value"].to_numpy()
    output = 5 * 130 / 110
    assert mine[2:] == pytest.approx([130 * output - 110 / 5 * output**2 / 2] * 4)
