"""Each constraint is the algebra that its docstring states: sums done by hand, and a golden LP that a person can read.

A golden LP holds the rows of one family in a tiny world, at most :data:`LONGEST` lines of it.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyomo.environ as pyo
import pytest
from pyomo.core.expr.visitor import identify_variables
from pyomo.repn.plugins.lp_writer import LPWriter

import worlds
from kanmon.formulation.model import build_model

GOLDEN = Path(__file__).parent / "golden"
LONGEST = 30

CONTRACT = {"name": "supply", "good": "metal", "origin": "E", "destination": "J", "share": 0.8, "price": 100.0}
"""Four of the five tonnes that E ships to J a month."""

WINDOWS = {
    "market_balance": lambda: worlds.market(worlds.two_regions(stock=20)),
    "measure_limit": lambda: worlds.market(worlds.two_regions(), worlds.measure("quota", share=0.4)),
    "pooled_quota": lambda: worlds.market(worlds.two_regions(), worlds.measure("quota", share=0.4, pooled=True)),
    "shed_within_need": lambda: worlds.market(worlds.nested()),
    "release_limit": lambda: worlds.market(worlds.stated(), months=2),
    "fill_limit": lambda: worlds.market(worlds.stated(), months=2),
    "no_resale": lambda: worlds.market(worlds.stated()),
    "take_or_pay": lambda: worlds.market(worlds.two_regions(), contracts=[CONTRACT]),
    "trailing_flow": lambda: worlds.market(remembering(), months=2),
}


def remembering(months: float = 4.0):
    """Two regions whose lane has a memory and a friction."""
    world = worlds.two_regions()
    return replace(world, lanes=replace(world.lanes, friction=worlds.floats(55), memory=worlds.floats(months)))


BY_HAND: dict[str, Callable[[], None]] = {}


def by_hand(family: str):
    """Mark the test that does the arithmetic of a constraint by hand."""

    def mark(test: Callable[[], None]) -> Callable[[], None]:
        BY_HAND[family] = test
        return test

    return mark


def lp(model: pyo.ConcreteModel, family: str) -> str:
    """The rows of one family as an LP file with readable names, an empty objective and no blank lines."""
    for component in model.component_objects(pyo.Constraint):
        if component.local_name != family:
            component.deactivate()
    model.nothing = pyo.Objective(expr=0)
    out = io.StringIO()
    LPWriter().write(model, out, symbolic_solver_labels=True)
    return "".join(f"{line}\n" for line in out.getvalue().splitlines() if line.strip())


@pytest.mark.parametrize("family", WINDOWS)
def test_the_rows_of_a_tiny_world_are_its_golden_lp(family):
    text = lp(build_model(WINDOWS[family]()), family)
    assert text == (GOLDEN / f"{family}.lp").read_text()
    assert text.count("\n") <= LONGEST


def test_every_constraint_has_a_golden_lp_and_arithmetic_by_hand():
    families = {component.local_name for component in build_model(WINDOWS["market_balance"]()).component_objects(pyo.Constraint)}
    assert families == {path.stem for path in GOLDEN.glob("*.lp")} == set(WINDOWS) == set(BY_HAND)


def left_less_right(constraint, **values: float) -> float:
    """Value of a constraint's body over its upper bound, at given values of its variables (``v_output_1_0=5``)."""
    found = {variable.local_name.replace("[", "_").replace("]", "").replace(",", "_"): variable for variable in identify_variables(constraint.body)}
    assert set(found) == set(values)
    for name, value in values.items():
        found[name].set_value(value, skip_validation=True)
    return pyo.value(constraint.body) - pyo.value(constraint.upper)


@by_hand("market_balance")
def test_a_market_clears_when_supply_meets_use():
    """J in month 0: it makes 5, 5 arrive from before, it opens with 20 t; it uses 2 + 7 and keeps 21: 9 + 21 = 5 + 5 + 20."""
    m = build_model(worlds.market(worlds.two_regions(stock=20, transit=1), months=2))
    month = {"v_output_1_0": 5.0, "v_core_use_1_0": 2.0, "v_flexible_use_1_0": 7.0, "v_closing_stock_0_0": 21.0}
    assert left_less_right(m.market_balance[1, 0], **month) == pytest.approx(0)
    assert left_less_right(m.market_balance[1, 0], **month | {"v_flexible_use_1_0": 8.0}) == pytest.approx(1)


def test_a_shipment_arrives_after_its_months_under_way():
    m = build_model(worlds.market(worlds.two_regions(transit=1), months=2))
    arriving = {variable.local_name for variable in identify_variables(m.market_balance[1, 1].body)}
    assert "v_flow[0,0]" in arriving
    assert "v_flow[0,1]" not in arriving


def test_a_tenth_of_a_store_is_lost_from_month_to_month():
    """J in month 1: 10 t closed month 0, 9 are left; 4 made, 3 land, 5 are shipped back: it uses 8 and keeps 3."""
    m = build_model(worlds.market(worlds.stated(), months=2))
    values = {"v_closing_stock_0_0": 10.0, "v_output_1_1": 4.0, "v_flow_0_1": 3.0, "v_flow_1_1": 5.0, "v_core_use_0_1": 0.0, "v_flexible_use_0_1": 8.0, "v_closing_stock_0_1": 3.0}
    assert left_less_right(m.market_balance[1, 1], **values) == pytest.approx(0)


@by_hand("measure_limit")
def test_the_limit_of_a_quota_is_its_share_of_the_base_flow():
    """40 % of 5 t a month is 2."""
    m = build_model(worlds.market(worlds.two_regions(), worlds.measure("quota", share=0.4)))
    assert left_less_right(m.measure_limit[0, 0], v_flow_0_0=2.0) == pytest.approx(0)


def test_a_quota_in_tonnes_changes_from_month_to_month():
    m = build_model(worlds.market(worlds.two_regions(), worlds.measure("quota", limit=(3.0, 1.0)), months=3))
    assert [pyo.value(m.measure_limit[0, t].upper) for t in range(3)] == [3, 1, 1]


@by_hand("pooled_quota")
def test_a_pooled_quota_limits_the_sum_of_its_lanes():
    """Of 5 and 3 t a month together 40 % may pass: 3.2; with 2 on one lane and 1.5 on the other it is 0.3 too much."""
    world = worlds.two_regions()
    twice = replace(world, lanes=worlds.lanes((("metal", "E", "J"), ("metal", "E", "J")), worlds.ints(0, 0), worlds.ints(1, 1), worlds.floats(5, 3), worlds.floats(10, 10), worlds.ints(0, 0)))
    m = build_model(worlds.market(twice, worlds.measure("quota", share=0.4, pooled=True)))
    assert left_less_right(m.pooled_quota[0, 0], v_flow_0_0=2.0, v_flow_1_0=1.5) == pytest.approx(0.3)


@by_hand("shed_within_need")
def test_a_nest_sheds_no_more_than_it_needs():
    m = build_model(worlds.market(worlds.nested()))
    assert left_less_right(m.shed_within_need[0, 0], v_shed_0_0=2.0, v_need_0_0=6.0) == pytest.approx(-4)


@by_hand("release_limit")
def test_a_store_gives_no_more_than_its_limit():
    """It opens with 6: closing at 3 gives the 3 that are allowed. From 10 a tenth is lost: closing at 4 gives 5, 2 too many."""
    m = build_model(worlds.market(worlds.stated(), months=2))
    assert left_less_right(m.release_limit[0, 0], v_closing_stock_0_0=3.0) == pytest.approx(0)
    assert left_less_right(m.release_limit[0, 1], v_closing_stock_0_0=10.0, v_closing_stock_0_1=4.0) == pytest.approx(2)


@by_hand("trailing_flow")
def test_a_trailing_flow_forgets_a_quarter_a_month():
    """Over four months: three quarters of the 5 t before and a quarter of the 9 t shipped are 6; then of 6 and 2 it is 5."""
    m = build_model(worlds.market(remembering(), months=2))
    assert left_less_right(m.trailing_flow[0, 0], v_trailing_flow_0_0=6.0, v_flow_0_0=9.0) == pytest.approx(0)
    assert left_less_right(m.trailing_flow[0, 1], v_trailing_flow_0_0=6.0, v_flow_0_1=2.0, v_trailing_flow_0_1=5.0) == pytest.approx(0)
    assert left_less_right(m.trailing_flow[0, 1], v_trailing_flow_0_0=6.0, v_flow_0_1=2.0, v_trailing_flow_0_1=5.5) == pytest.approx(0.5)


@by_hand("fill_limit")
def test_a_store_takes_no_more_than_its_limit():
    """It opens with 6: closing at 7 takes the 1 that is allowed. From 10 nine are left: closing at 11 takes 2, 1 too many."""
    m = build_model(worlds.market(worlds.stated(), months=2))
    assert left_less_right(m.fill_limit[0, 0], v_closing_stock_0_0=7.0) == pytest.approx(0)
    assert left_less_right(m.fill_limit[0, 1], v_closing_stock_0_0=10.0, v_closing_stock_0_1=11.0) == pytest.approx(1)


@by_hand("no_resale")
def test_a_market_that_a_player_serves_ships_on_what_it_makes():
    """J makes 4 and ships 5 back: one tonne would be the player's."""
    m = build_model(worlds.market(worlds.stated()))
    assert left_less_right(m.no_resale[1, 0], v_flow_1_0=5.0, v_output_1_0=4.0) == pytest.approx(1)


@by_hand("take_or_pay")
def test_what_is_not_taken_of_a_contract_falls_short():
    """Four fifths of 5 t are 4: with 3 taken 1 falls short; with half of that owed, half a tonne is missing."""
    m = build_model(worlds.market(worlds.two_regions(), contracts=[CONTRACT]))
    assert left_less_right(m.take_or_pay[0, 0], v_flow_0_0=3.0, v_shortfall_0_0=1.0) == pytest.approx(0)
    assert left_less_right(m.take_or_pay[0, 0], v_flow_0_0=3.0, v_shortfall_0_0=0.5) == pytest.approx(0.5)


def test_a_contract_is_suspended_where_a_measure_lets_less_than_it_pass():
    """A quota of 2 t lets less than 4 pass, one of 4.5 does not; it ends after a month."""
    for limit, running in ((2.0, [1]), (4.5, [0, 1])):
        m = build_model(worlds.market(worlds.two_regions(), worlds.measure("quota", limit=limit, end="2030-02"), months=2, contracts=[CONTRACT]))
        assert [t for _, t in m.take_or_pay] == running


def test_a_stockpile_sells_in_a_crisis_and_buys_in_quiet_times():
    """It gives 2 t a month while a measure is known that has not ended, and takes 1 t a month otherwise."""
    pile = {"name": "stock", "owner": "J", "region": "J", "good": "metal", "tonnes": 9.0, "release": "price", "trigger": 1.5, "release_per_month": 2.0, "fill_per_month": 1.0}
    crisis, quiet = (build_model(worlds.market(worlds.two_regions(), *known, months=2, stockpiles=[pile])) for known in ((worlds.measure(),), ()))
    for m, gives, takes in ((crisis, 2.0, 0.0), (quiet, 0.0, 1.0)):
        assert left_less_right(m.release_limit[0, 0], v_closing_stock_0_0=9.0 - gives) == pytest.approx(0)
        assert left_less_right(m.fill_limit[0, 1], v_closing_stock_0_0=5.0, v_closing_stock_0_1=5.0 + takes) == pytest.approx(0)


def test_core_use_is_what_is_bought_at_the_choke():
    """Elasticity 0.5 and a choke of ten times the base price: 10 x 10^-0.5 = 3.1623 t a month."""
    m = build_model(worlds.market(worlds.two_regions()))
    assert m.v_core_use[1, 0].ub == pytest.approx(10 * 10**-0.5)
