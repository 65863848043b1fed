"""Other solvers, given the same windows and curves written a second time, find the same prices and the same surplus."""

from functools import cache

import numpy as np
import pyomo.environ as pyo
import pytest

from generated_worlds import SIZES, SMALL, generated_market
from kanmon.certify.certificate import certify_plan
from kanmon.formulation.model import add_surplus, build_model
from kanmon.solution.tables import base_plan
from kanmon.solve.equilibrium import Equilibrium
from kanmon.solve.matrix import FAMILIES, read_system
from kanmon.solve.window import solve_window
from solvers.peers import Answer, base_value, columns_of_plan, default_market, read_instance

MEDIUM = (8, 4, 18, 25)

SAME_PRICE, SAME_SURPLUS = 1e-5, 1e-7
"""Largest difference of a price, over the larger of price and base price, and of the surplus, over the value of base use [1]."""

LEAST_TRADE = 1e-6
"""Throughput over its base below which a market counts as idle: its price is then any between the best bid and the cheapest offer [1]."""


@cache
def window(name: str):
    """A market, its numbers as other solvers get them, and what Kanmon finds."""
    market = {"default": default_market, "small": lambda: generated_market(*SMALL, seed=1), "medium": lambda: generated_market(*MEDIUM, seed=2), "large": lambda: generated_market(*SIZES[0], seed=3)}[name]()
    return market, read_instance(market, read_system(build_model(market))), solve_window(market)


def traded(plan: Equilibrium) -> np.ndarray:
    """Markets and months in which something is used, processed, shipped or stored (mask)."""
    world = plan.market.world
    out = np.zeros_like(plan.price)
    np.add.at(out, world.uses.node, plan.use)
    np.add.at(out, world.lanes.origin, plan.flow)
    np.add.at(out, world.activities.input_node, plan.output[world.activities.input_activity] * world.activities.input_ratio[:, None])
    np.add.at(out, world.stocks.node, plan.stock)
    return out > LEAST_TRADE * world.nodes.throughput[:, None]


def assert_same(name: str, answer: Answer) -> None:
    market, instance, found = window(name)
    mask = traded(found)
    assert mask.mean() > 0.9
    scale = np.maximum(found.price, market.world.nodes.price[:, None])
    assert (np.abs(found.price - answer.plan.price) / scale)[mask].max() <= SAME_PRICE
    ours = instance.surplus(columns_of_plan(found, market, instance))
    assert answer.surplus == pytest.approx(instance.surplus(answer.x), abs=1e-9 * base_value(market))
    assert abs(ours - answer.surplus) <= SAME_SURPLUS * base_value(market)


@pytest.mark.parametrize("size", [SMALL, MEDIUM, SIZES[0]], ids=str)
def test_the_base_year_of_a_generated_world_is_an_equilibrium(size):
    market = generated_market(*size, seed=1, with_ban=False)
    assert certify_plan(base_plan(market.world, market.months), market).worst < 1e-12


def test_without_a_ban_nothing_changes_in_a_generated_world():
    market = generated_market(*SMALL, seed=1, with_ban=False)
    found = solve_window(market)
    np.testing.assert_allclose(found.price, market.world.nodes.price[:, None] * np.ones(market.months), rtol=1e-7)
    np.testing.assert_allclose(found.flow, market.world.lanes.base[:, None] * np.ones(market.months), rtol=1e-6, atol=1e-6)


def test_a_generated_world_has_every_feature_and_its_ban_bites():
    market, _, found = window("small")
    world = market.world
    assert world.uses.in_nest.any() and world.uses.scrap_ratio.size and world.activities.idle.any() and world.activities.input_ratio.size and world.stocks.node.size and (world.lanes.transit > 1).any()
    assert (market.flow_limit == 0).any() and found.shed.sum() > 0 and found.price.max() > 1.5 * world.nodes.price[found.price.argmax() // market.months]


def test_the_pyomo_objective_is_the_surplus_that_other_solvers_get():
    """The curves of Kanmon's formulation and those written a second time are one function."""
    market, instance, found = window("small")
    model = build_model(market)
    add_surplus(model, market)

    def stated(x: np.ndarray) -> float:
        for family in FAMILIES:
            for column, variable in zip(instance.system.columns[family], getattr(model, f"v_{family}").values(), strict=True):
                variable.set_value(float(x[column]), skip_validation=True)
        return float(pyo.value(model.surplus))

    here = columns_of_plan(found, market, instance)
    there = here + 0.1 * instance.size * (np.arange(here.size) % 7)
    assert stated(there) - stated(here) == pytest.approx(instance.surplus(there) - instance.surplus(here), rel=1e-9)
    assert abs(stated(there) - stated(here)) > 0.01 * base_value(market)


@pytest.mark.parametrize("name", ["default", "small", "medium", "large"])
def test_ipopt_finds_the_same_equilibrium(name):
    pytest.importorskip("casadi")
    from solvers.ipopt import Ipopt

    market, instance, _ = window(name)
    answer = Ipopt(instance, tol=1e-12).solve(market, instance)
    assert certify_plan(answer.plan, market).passed
    assert_same(name, answer)


@pytest.mark.parametrize("name", ["small", "medium"])
def test_clarabel_finds_the_same_equilibrium(name):
    pytest.importorskip("cvxpy")
    from solvers.cone import Cone

    market, instance, _ = window(name)
    answer = Cone(instance).solve(market)
    assert certify_plan(answer.plan, market).worst < 1e-4
    assert_same(name, answer)


@pytest.mark.filterwarnings("ignore:Solution may be inaccurate")
def test_clarabel_ends_without_a_point_on_the_default_scenario():
    """Its markets range over five powers of ten in value, and its friction looks back over months: the cone program is not solved. This
    says so, and fails when it is: then its prices should be compared."""
    cvxpy = pytest.importorskip("cvxpy")
    from solvers.cone import Cone

    market, instance, _ = window("default")
    with pytest.raises(cvxpy.error.SolverError):
        Cone(instance).solve(market)
