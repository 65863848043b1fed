r"""The world's optimum: one program of all futures, with the levels of the levers shared among them (extensive form).

.. math::
    \max_{z,\,x} \sum_s \pi_s\, W_s(x_s) - \sum_l c_l z_l \quad\text{s.t. the market of every future } s \text{ with } z, \qquad \sum_l b_l z_l \le B \qquad [\mathrm{USD}]

W is the surplus of all regions (:func:`kanmon.formulation.model.add_surplus`), z the levels, c what a level costs all regions, b what it takes of the budget. Only levers that the program takes as they are enter:
stock that is there when the futures part, and capacity of plants.
Nothing in it depends on who gains. The market is a future's own from the month in which
the futures part, and knows its end: perfect foresight within a future. Source: Birge and Louveaux (2011), Introduction to Stochastic Programming, ch. 2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyomo.environ as pyo

from kanmon.formulation.given import Given
from kanmon.formulation.model import add_surplus, build_model
from kanmon.scenario.market import Market
from kanmon.world.world import Floats


@dataclass(frozen=True)
class Opening:
    """What a level of a lever adds to a stock at the start: its place among the stocks, the stock [t], and how much of it can be drawn
    in a month [t/month]; infinite without a limit."""

    stock: int
    tonnes: float
    release: float = np.inf


@dataclass(frozen=True)
class Built:
    """What a level of a lever adds to the capacity of a plant: its place among the activities, and the capacity by month [t/month]."""

    activity: int
    capacity: Floats


@dataclass(frozen=True)
class FirstStage:
    """A lever as the program takes it.

    Attributes:
        name: of the lever.
        largest: highest level.
        cost: of a level to all regions together [USD].
        charge: what a level takes of the budget [USD].
        openings, built: what a level adds, in every future alike.
    """

    name: str
    largest: float
    cost: float
    charge: float
    openings: tuple[Opening, ...] = ()
    built: tuple[Built, ...] = ()


@dataclass(frozen=True)
class FutureMarket:
    """The market of one future without any lever, from the month in which the futures part, its probability [1], and what depends on prices
    in its equilibrium."""

    probability: float
    market: Market
    given: Given


def market_with(market: Market, levers: Sequence[FirstStage], levels: Mapping[str, float]) -> Market:
    """The market of a future with levers at some levels."""
    stock, release, capacity = market.state.stock.copy(), market.release_limit.copy(), market.capacity.copy()
    for lever in levers:
        level = levels.get(lever.name, 0.0)
        for opening in lever.openings:
            stock[opening.stock] += level * opening.tonnes
            if np.isfinite(opening.release):
                release[opening.stock] += level * opening.release
        for built in lever.built:
            capacity[built.activity] += level * built.capacity
    return replace(market, state=replace(market.state, stock=stock), release_limit=release, capacity=capacity)


def build_extensive(futures: Sequence[FutureMarket], levers: Sequence[FirstStage], budget: float = np.inf) -> pyo.ConcreteModel:
    """The constraints of all futures in one model: blocks ``future[s]``, levels ``v_level`` and what links them.

    Args:
        futures: their markets at levels of zero, on one set of stocks and activities.
        levers: what is decided before the futures part.
        budget: most that the levers may cost together [USD].
    """
    m = pyo.ConcreteModel(name="kanmon_extensive_form")
    m.LEVERS = pyo.RangeSet(0, len(levers) - 1)
    m.FUTURES = pyo.RangeSet(0, len(futures) - 1)
    m.v_level = pyo.Var(m.LEVERS, bounds=lambda m, place: (0, levers[place].largest), doc="level of a lever, the same in every future")
    m.future = pyo.Block(m.FUTURES)
    for place, future in enumerate(futures):
        m.future[place].transfer_attributes_from(build_model(future.market, future.given))
        _link_stocks(m, m.future[place], future.market, levers)
        _link_plants(m, m.future[place], future.market, levers)
    if np.isfinite(budget):
        m.budget = pyo.Constraint(expr=sum(lever.charge * m.v_level[place] for place, lever in enumerate(levers)) <= budget)
    return m


def _link_stocks(m: pyo.ConcreteModel, block: pyo.Block, market: Market, levers: Sequence[FirstStage]) -> None:
    r"""Stock that the levers put there is part of what a market opens with, and can be drawn at their rates.

    .. math:: \text{market balance of month 0: } \dots = \dots + \sum_l o_{lk} z_l, \qquad w_{k,t-1} - w_{kt} \le \bar r_{kt} + \sum_l \rho_{lk} z_l \qquad [\mathrm{t/month}]
    """
    opened: dict[int, list[tuple[int, Opening]]] = {}
    for place, lever in enumerate(levers):
        for opening in lever.openings:
            opened.setdefault(opening.stock, []).append((place, opening))
    for k, mine in opened.items():
        added = sum(opening.tonnes * m.v_level[place] for place, opening in mine)
        drawn = sum(opening.release * m.v_level[place] for place, opening in mine if np.isfinite(opening.release))
        _shifted(block.market_balance, (int(market.world.stocks.node[k]), 0), -added)
        for t in block.MONTHS:
            if (k, t) in block.release_limit:
                _shifted(block.release_limit, (k, t), (added if t == 0 else 0.0) - drawn)
        if (k, 0) in block.fill_limit:
            _shifted(block.fill_limit, (k, 0), -added)


def _shifted(constraint: pyo.Constraint, index: tuple[int, int], term) -> None:
    """The same constraint with a term more on its left-hand side."""
    row = constraint[index]
    body, bound = row.body + term, row.upper
    row.set_value(body == bound if row.equality else body <= bound)


def _link_plants(m: pyo.ConcreteModel, block: pyo.Block, market: Market, levers: Sequence[FirstStage]) -> None:
    r"""A plant makes no more than what stands and what the levers build.

    .. math:: y_{at} \le \bar y_{at} + \sum_l \kappa_{lat} z_l \qquad [\mathrm{t/month}],\ \text{dual: rent of capacity } [\mathrm{USD/t}]
    """
    wide = {built.activity for lever in levers for built in lever.built}
    for a in wide:
        for t in block.MONTHS:
            block.v_output[a, t].setub(None)

    def built_capacity(block: pyo.Block, a: int, t: int):
        added = sum(float(built.capacity[t]) * m.v_level[place] for place, lever in enumerate(levers) for built in lever.built if built.activity == a)
        return block.v_output[a, t] - added <= float(market.capacity[a, t])

    block.built_capacity = pyo.Constraint(sorted(wide), block.MONTHS, rule=built_capacity)


def add_expected_surplus(m: pyo.ConcreteModel, futures: Sequence[FutureMarket], levers: Sequence[FirstStage]) -> None:
    """What is maximised: surplus of all regions in expectation, less what the levers cost."""
    for place, future in enumerate(futures):
        add_surplus(m.future[place], future.market, future.given)
        m.future[place].surplus.deactivate()
    m.expected_surplus = pyo.Objective(
        sense=pyo.maximize,
        expr=sum(future.probability * m.future[place].surplus.expr for place, future in enumerate(futures)) - sum(lever.cost * m.v_level[place] for place, lever in enumerate(levers)),
    )
