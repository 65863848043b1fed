"""The optimiser against counting: every plan of a three-lever grid on the engine, with the same objective."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from copper_and_tin import FUTURES, GROUPS, LEVERS, PROBABILITY, outcome, world

from kanmon.plans.optimise.axes import Axis, axis_of
from kanmon.plans.optimise.groups import connected_goods
from kanmon.plans.optimise.objective import Aim, Objective
from kanmon.plans.optimise.outcomes import Record, table_of
from kanmon.plans.optimise.search import Space, find_best, first_axes

POINTS = 8
BUDGETS = (700.0, 1500.0)
OBJECTIVE = Objective(PROBABILITY, 0.5, 0.2)

pytestmark = [pytest.mark.slow, pytest.mark.long]


@pytest.fixture(scope="module")
def counted():
    """All 512 plans, each by the engine with both metals in one program: levels, cost and losses."""
    plans = [dict(zip([lever.name for lever in LEVERS], point, strict=True)) for point in product(*(axis_of(lever, POINTS).points.tolist() for lever in LEVERS))]
    assert len(plans) >= 500
    return plans, table_of([outcome(plan) for plan in plans])


def best_of(counted, budget: float):
    plans, table = counted
    value = np.where(table[:, 0] <= budget * (1 + 1e-12), OBJECTIVE(table[:, 0], table[:, 1:]), np.inf)
    return plans[int(value.argmin())], float(value.min())


def test_the_two_metals_are_not_connected():
    assert connected_goods(world({})) == [frozenset({"copper"}), frozenset({"tin"})]


@pytest.mark.parametrize("budget", BUDGETS)
def test_the_grid_optimum_is_that_of_brute_force(counted, budget):
    """By groups, 64 and 8 plans; counted, 512 plans of both metals at once."""
    space = Space(GROUPS, Record(outcome, len(FUTURES)))
    land = space.over([Axis(lever, axis_of(lever, POINTS).points) for lever in LEVERS])
    assert space.record.runs <= 64 + 8
    best = find_best(space, land, Aim(OBJECTIVE, budget), rounds=0, finer=0)
    plan, value = best_of(counted, budget)
    assert best.grid_levels == pytest.approx(plan)
    assert best.grid_value == pytest.approx(value, rel=1e-4)


@pytest.mark.parametrize("budget", BUDGETS)
def test_a_coarse_grid_made_finer_finds_no_worse_a_plan(counted, budget):
    space = Space(GROUPS, Record(outcome, len(FUTURES)))
    land = space.over(first_axes(GROUPS, 4))
    best = find_best(space, land, Aim(OBJECTIVE, budget), finer=3)
    _, value = best_of(counted, budget)
    assert best.cost <= budget * (1 + 1e-9)
    assert best.value <= value + 1e-4 * abs(value)
    together = table_of([outcome(best.levels)])[0]
    assert OBJECTIVE(together[0], together[1:]) == pytest.approx(best.value, rel=1e-6)
