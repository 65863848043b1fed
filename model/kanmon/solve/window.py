"""Solve one window: build once in Pyomo, then quadratic programs and Newton on the prices until the point settles."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np

from kanmon.formulation.model import build_model
from kanmon.scenario.market import Market
from kanmon.solve.matrix import System, read_system
from kanmon.solve.newton import FIRST_WEIGHT, HOT_WEIGHT, price_newton
from kanmon.solve.polish import natural_residual, polish
from kanmon.solve.sequence import SETTLED, quadratic_step, solve_sequence
from kanmon.solve.terms import Terms, build_terms

log = logging.getLogger(__name__)

MOST_PROGRAMS = 40
TAX_ROUNDS = 60
TAX_TARGET = 1e-10
"""Change of an ad-valorem tax between rounds, over the base price, at which it is taken as settled [1]."""


@dataclass
class Effort:
    """What a solve took: seconds by stage, quadratic programs, interior-point iterations and Newton steps."""

    build: float = 0.0
    quadratic: float = 0.0
    newton: float = 0.0
    programs: int = 0
    iterations: int = 0
    steps: int = 0
    excess: float = 0.0


@dataclass(frozen=True)
class Equilibrium:
    """Quantities and prices of one window, as arrays.

    Attributes:
        market: the window.
        price: undiscounted price of each node and month [USD/t].
        use, shed: of each use and month [t/month]; what would be used at the choke but is not supplied.
        output, flow, stock: of each activity, lane, stock and month [t/month; stocks t].
        disposal: of each node and month [t/month]; zero where nothing may be thrown away.
        pool_wedge: price of each pooled quota and month [USD/t].
        effort: what it took.
    """

    market: Market
    price: np.ndarray
    use: np.ndarray
    shed: np.ndarray
    output: np.ndarray
    flow: np.ndarray
    stock: np.ndarray
    disposal: np.ndarray
    pool_wedge: np.ndarray
    effort: Effort = field(compare=False, default_factory=Effort)


def solve_window(market: Market, method: str = "newton") -> Equilibrium:
    """Equilibrium of one window. Nothing is trusted here: certify the result.

    Args:
        market: the window.
        method: ``newton`` (one quadratic program, then Newton on the prices) or ``sequence`` (quadratic programs, polished).
    """
    effort = Effort()
    clock = perf_counter()
    system = read_system(build_model(market))
    effort.build = perf_counter() - clock
    row_quantity, row_price = row_scales(market, system)
    tax = market.specific_tax
    x, y = base_point(market, system)
    first = True
    for _ in range(TAX_ROUNDS if market.has_ad_valorem else 1):
        terms = build_terms(market, system, tax)
        x, y = _solve_terms(system, terms, row_quantity, row_price, x, y, method, effort, first)
        first = False
        new = specific_equivalent(market, y[system.balance] / market.discounting)
        change = np.abs(new - tax) / market.world.nodes.price[market.world.lanes.destination][:, None]
        tax = new
        if change.max(initial=0.0) < TAX_TARGET:
            break
    return _equilibrium(market, system, x, y, effort)


def specific_equivalent(market: Market, price: np.ndarray) -> np.ndarray:
    """Taxes per tonne on each lane and month at given prices [USD/t].

    The export tax is a share of the origin price; the tariff a share of the value before duty, so rate/(1+rate) of the
    discounted destination price (the base price for shipments that arrive after the last month).
    """
    lanes = market.world.lanes
    tax = market.specific_tax + market.export_rate * price[lanes.origin]
    if (market.tariff_rate > 0).any():
        tax = tax + market.tariff_rate / (1.0 + market.tariff_rate) * landed_price(market, price)
    return tax


def landed_price(market: Market, price: np.ndarray) -> np.ndarray:
    """Price at the destination when a shipment arrives, discounted to its dispatch, lane x month [USD/t]."""
    world, lanes = market.world, market.world.lanes
    arrival = np.arange(market.months)[None, :] + lanes.transit[:, None]
    within = arrival < market.months
    at = price[lanes.destination[:, None], np.minimum(arrival, market.months - 1)]
    return (world.discount**lanes.transit)[:, None] * np.where(within, at, world.nodes.price[lanes.destination][:, None])


def row_scales(market: Market, system: System) -> tuple[np.ndarray, np.ndarray]:
    """Quantity [t/month] and discounted price [USD/t] that the residual and the dual of each row are measured in."""
    nodes, uses = market.world.nodes, market.world.uses
    quantity, price = np.ones(system.right.size), np.ones(system.right.size)
    quantity[system.balance] = np.maximum(nodes.throughput, 1e-9)[:, None]
    price[system.balance] = nodes.price[:, None] * market.discounting[None, :]
    for (p, t), row in system.pooled.items():
        members = market.pools[p].lanes
        quantity[row] = max(market.world.lanes.base[members].sum(), 1e-9)
        price[row] = nodes.price[market.world.lanes.destination[members]].mean() * market.discounting[t]
    for (s, t), row in system.shed.items():
        quantity[row], price[row] = uses.base[s], uses.price[s] * market.discounting[t]
    return quantity, price


def base_point(market: Market, system: System) -> tuple[np.ndarray, np.ndarray]:
    """The calibration year in every month: quantities and discounted prices."""
    world = market.world
    x, y = np.zeros(system.lower.size), np.zeros(system.right.size)
    y[system.balance] = world.nodes.price[:, None] * market.discounting[None, :]
    for family, base in (("output", world.activities.base), ("flow", world.lanes.base), ("closing_stock", world.stocks.base), ("need", world.uses.base)):
        x[system.columns[family]] = base[system.indices[family][:, 0]]
    core = system.upper[system.columns["core_use"]]
    x[system.columns["core_use"]] = core
    x[system.columns["flexible_use"]] = world.uses.base[system.indices["flexible_use"][:, 0]] - core
    for (s, _), row in system.shed.items():
        x[system.matrix.indices[system.matrix.indptr[row + 1] - 1]] = world.uses.base[s]
    for (p, t), row in system.pooled.items():
        spare = market.pools[p].limit[t] - world.lanes.base[market.pools[p].lanes].sum()
        x[system.matrix.indices[system.matrix.indptr[row + 1] - 1]] = max(spare, 0.0)
    return np.clip(x, system.lower, system.upper), y


def _solve_terms(system: System, terms: Terms, row_quantity, row_price, x, y, method: str, effort: Effort, first: bool):
    """One set of taxes: a quadratic program for the start (cold) and Newton to the end; a sequence of programs if asked, or if it fails."""
    if method == "newton":
        start_x, start_y = x, y
        if first:
            start_x, start_y = _program(system, terms, row_quantity, x, effort)
        clock = perf_counter()
        settled = price_newton(system, terms, row_quantity, row_price, start_x, start_y, FIRST_WEIGHT if first else HOT_WEIGHT)
        effort.newton += perf_counter() - clock
        effort.steps += settled.steps
        effort.excess = settled.excess
        log.debug("newton: %d steps, excess %.1e", settled.steps, settled.excess)
        near_x, near_y, residual = settled.x, settled.y, natural_residual(system, terms, row_quantity, settled.x, settled.y)
        if residual > SETTLED:
            near_x, near_y, residual = polish(system, terms, row_quantity, row_price, near_x, near_y)
        if residual <= 10 * SETTLED:
            return near_x, near_y
        log.info("Newton on the prices stopped at a residual of %.1e; quadratic programs take over", residual)
    clock = perf_counter()
    sequence = solve_sequence(system, terms, row_quantity, row_price, x, y, MOST_PROGRAMS, hot=not first)
    effort.quadratic += perf_counter() - clock
    effort.programs += sequence.programs
    effort.iterations += sequence.iterations
    effort.excess = float(np.abs((system.matrix @ sequence.x - system.right) / row_quantity).max(initial=0.0))
    return sequence.x, sequence.y


def _program(system: System, terms: Terms, row_quantity, x, effort: Effort):
    clock = perf_counter()
    point = quadratic_step(system, terms, row_quantity, x)
    effort.quadratic += perf_counter() - clock
    effort.programs += 1
    effort.iterations += max(point.iterations, 0)
    return point.primal, point.dual


def _equilibrium(market: Market, system: System, x: np.ndarray, y: np.ndarray, effort: Effort) -> Equilibrium:
    world, months = market.world, market.months

    def grid(family: str, rows: int) -> np.ndarray:
        out = np.zeros((rows, months))
        index = system.indices[family]
        out[index[:, 0], index[:, 1]] = x[system.columns[family]]
        return out

    uses = len(world.uses.keys)
    core = np.zeros((uses, months))
    index = system.indices["core_use"]
    core[index[:, 0], index[:, 1]] = system.upper[system.columns["core_use"]]
    core_used, need, shed = grid("core_use", uses), grid("need", uses), grid("shed", uses)
    use = core_used + grid("flexible_use", uses) + need - shed
    pool_wedge = np.zeros((len(market.pools), months))
    for (p, t), row in system.pooled.items():
        pool_wedge[p, t] = y[row] / market.discounting[t]
    return Equilibrium(
        market,
        y[system.balance] / market.discounting,
        use,
        core - core_used + shed,
        grid("output", len(world.activities.keys)),
        grid("flow", len(world.lanes.keys)),
        grid("closing_stock", world.stocks.node.size),
        grid("disposal", len(world.nodes.keys)),
        pool_wedge,
        effort,
    )

