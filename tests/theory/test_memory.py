"""Friction that looks back over months: its marginal cost by hand, and what it does to a rush."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import worlds
from kanmon.accounts.areas import cost_of_switching
from kanmon.certify.certificate import certify_plan
from kanmon.formulation.switching import marginal_switching_cost, trailing
from kanmon.scenario.market import Market
from kanmon.solution.tables import base_plan
from kanmon.solve.window import solve_window


def window(months: int, memory: float | None, *measures: dict, discount: float = 0.99) -> Market:
    """Two regions, a stock of 20 t in the importer, friction of half the price on the lane."""
    world = worlds.two_regions(stock=20)
    lanes = replace(world.lanes, friction=worlds.floats(55), memory=None if memory is None else worlds.floats(memory))
    stocks = replace(world.stocks, holding=(2.2 - (1 - discount) * 110) * worlds.floats(1))
    return worlds.market(replace(world, discount=discount, lanes=lanes, stocks=stocks), *measures, months=months)


def test_a_trailing_flow_by_hand():
    """Memory of two months: half of what was, half of what is."""
    assert trailing(np.array([[9.0, 1.0]]), np.array([5.0]), np.array([0.5])).tolist() == [[7.0, 4.0]]
    assert trailing(np.array([[9.0, 1.0]]), np.array([5.0]), np.array([0.0])).tolist() == [[9.0, 1.0]]


@pytest.mark.parametrize("memory", [1.0, 3.0, 12.0])
def test_marginal_cost_is_the_slope_of_all_friction_that_a_tonne_causes(memory):
    """Against a difference of the discounted cost of the whole window."""
    market = window(6, memory)
    flow = np.array([[12.0, 7.0, 4.0, 5.0, 9.0, 5.5]])
    plan = replace(base_plan(market.world, 6), flow=flow)

    def cost(month: int, more: float) -> float:
        moved = flow.copy()
        moved[0, month] += more
        return float(cost_of_switching(replace(plan, flow=moved), market)[0] @ market.discounting)

    for month in range(6):
        slope = (cost(month, 1e-5) - cost(month, -1e-5)) / 2e-5 / market.discounting[month]
        assert marginal_switching_cost(flow, market)[0, month] == pytest.approx(slope, rel=1e-6, abs=1e-8)


def test_a_month_that_is_forced_down_costs_nothing():
    market = window(3, 4.0, worlds.measure("quota", share=0.5))
    assert marginal_switching_cost(np.full((1, 3), 2.5), market).tolist() == [[0, 0, 0]]


def test_a_memory_of_one_month_is_each_month_by_itself():
    ban = worlds.measure("ban", effective="2030-02")
    ours, theirs = (solve_window(window(8, memory, ban)) for memory in (1.0, None))
    assert ours.price == pytest.approx(theirs.price, rel=1e-9)


def test_with_a_memory_an_old_supplier_sends_more_before_a_ban_and_it_is_an_equilibrium():
    """Known a month ahead: the rush is larger where a month weighs a twelfth of a year."""
    ban = worlds.measure("ban", effective="2030-02", end="2030-05")
    rush = {}
    for memory in (1.0, 12.0):
        market = window(12, memory, ban)
        found = solve_window(market)
        assert certify_plan(found, market).worst < 1e-8
        rush[memory] = found.flow[0, 0] / 5.0
    assert 1.05 < rush[1.0] < rush[12.0]


def test_quadratic_programs_alone_reach_the_same():
    ban = worlds.measure("ban", effective="2030-02", end="2030-05")
    market = window(12, 12.0, ban)
    assert solve_window(market, "sequence").price == pytest.approx(solve_window(market).price, rel=1e-7)
