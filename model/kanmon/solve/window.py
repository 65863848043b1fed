"""Solve one window: its equations from Pyomo, once for all windows alike, then quadratic programs and Newton on the prices until the point settles."""

from __future__ import annotations

import logging
from dataclasses import replace
from time import perf_counter

import numpy as np

from kanmon.errors import InputError, Problem
from kanmon.formulation.expansion import capital_scale, expansion_scales
from kanmon.formulation.given import (
    Given,
    as_vector,
    base_point,
    depends_on_point,
    from_vector,
    given_at,
    landed_price,
    market_power,
    use_at_choke,
)
from kanmon.scenario.market import Market
from kanmon.scenario.months import month_name
from kanmon.solve.band import on_one_thread
from kanmon.solve.equilibrium import Effort, Equilibrium, alike, columns_of, duals_of, read_equilibrium, shifted
from kanmon.solve.idle import least_resale_wedge, offer_where_idle
from kanmon.solve.matrix import System
from kanmon.solve.newton import price_newton
from kanmon.solve.polish import natural_residual, polish
from kanmon.solve.repeat import Mixing
from kanmon.solve.round_trips import without_round_trips
from kanmon.solve.sequence import ACCEPTED, SETTLED, Sequence, quadratic_step, solve_sequence
from kanmon.solve.sorting import build_terms, limit_scales
from kanmon.solve.structure import structure_key, system_of
from kanmon.solve.terms import Terms

log = logging.getLogger(__name__)

MOST_PROGRAMS = 40
LEGS = (8, MOST_PROGRAMS - 8)
"""Programs before Newton is tried again from where they led: near the solution they gain a tenth at a time, and Newton all the digits."""

LARGEST_START = 5000
"""Balances and limits of a window up to which a quadratic program gives Newton its start. It is the safer start, and in larger windows it takes longer
than all of Newton, which settles from the base year as well; programs then come only where Newton fails."""

FIRST_PROGRAMS = 4
"""Programs that are tried first where added capacity makes many columns flat."""
SHARP = 1e-12
"""Natural residual beyond which a point is polished where friction looks back over months: there the slopes at what is usual are so small
that quantities follow prices loosely [1]."""

MOST_ROUNDS = 200
DOUBTFUL, UNSETTLED = 40, 1e-3
"""Rounds after which, and change from which, it is asked whether a player's market has an equilibrium at all."""

GIVEN_TARGET = 1e-10
"""Change of what is taken as given, over its scale, at which it is taken as settled [1]."""


def solve_window(market: Market, method: str = "newton", near: Equilibrium | None = None, at_limits: bool = False, system: System | None = None) -> Equilibrium:
    """Equilibrium of one window. Nothing is trusted here: certify the result.

    Args:
        market: the window.
        method: ``newton`` (one quadratic program, then Newton on the prices) or ``sequence`` (quadratic programs, polished).
        near: the window before, or that of a like run: Newton starts from it, without a quadratic program; the cold way where that fails.
        system: the constraints, where they are at hand: those of a window that differs in what things are worth alone.
        at_limits: whether players first reckon with price takers as if none stood at zero or at capacity.

    Raises:
        InputError: an exporter's marginal revenue is negative, so that its market has no equilibrium.
    """
    effort = Effort()
    clock = perf_counter()
    given = given_at(market, base_point(market), at_limits)
    system = system_of(market, given) if system is None else system
    effort.build = perf_counter() - clock
    row_quantity, row_price = row_scales(market, system)
    x, y = start(market, system)
    hot = near is not None and alike(near.market, market)
    if near is not None and hot:
        guess = shifted(near, market)
        if near.duals is not None and structure_key(near.market) == structure_key(market):
            y = near.duals
        x, y = columns_of(guess, market, system, given), duals_of(guess, market, system, y)
        given = given_at(market, guess.point, at_limits) if depends_on_point(market) else given
    mixing = Mixing()
    for number in range(MOST_ROUNDS if depends_on_point(market) else 1):
        terms = build_terms(market, system, given)
        x, y = _solve_terms(system, terms, row_quantity, row_price, x, y, method, effort, number == 0 and not hot, number == 0 and hot)
        if number == 0 and hot and natural_residual(system, terms, row_quantity, x, y) > ACCEPTED:
            log.info("the window did not settle from the one it started from; it is solved from what is usual")
            x, y = _solve_terms(system, terms, row_quantity, row_price, *start(market, system), method, effort, True)
        effort.rounds += 1
        equilibrium = read_equilibrium(market, system, x, y, effort)
        found = given_at(market, equilibrium.point)
        guessed, seen = as_vector(given, market), as_vector(found, market)
        change = np.abs(seen - guessed).max(initial=0.0)
        log.debug("round %d: what was taken as given moves by %.1e", number, change)
        if change < GIVEN_TARGET:
            break
        if number in (DOUBTFUL, MOST_ROUNDS - 1) and change > UNSETTLED:
            _refuse_negative_marginal_revenue(market, equilibrium)
        given = from_vector(mixing.next(guessed, seen), market)
        system = replace(system, upper=_with_core(system, market, given))
    return least_resale_wedge(offer_where_idle(without_round_trips(equilibrium, given), given), given)


def _with_core(system: System, market: Market, given: Given) -> np.ndarray:
    """Upper bounds with the core use that the prices of other markets imply."""
    upper, (s, t) = system.upper.copy(), system.indices["core_use"].T
    upper[system.columns["core_use"]] = use_at_choke(market, given.use_base)[s, t]
    return upper


def _refuse_negative_marginal_revenue(market: Market, equilibrium: Equilibrium) -> None:
    """Where a player's conduct times its share exceeds the elasticity of use, it gains by selling less and no equilibrium exists."""
    lanes = market.world.lanes
    if not (lanes.conduct > 0).any():
        return
    point = equilibrium.point
    lost = market_power(market, point, given_at(market, point).use_base) * point.flow
    worth = landed_price(market, point.price)
    ratio = np.where(lanes.conduct[:, None] > 0, lost / np.maximum(worth, 1e-12), 0.0)
    lane, month = np.unravel_index(int(ratio.argmax()), ratio.shape)
    if ratio[lane, month] < 1.0:
        return
    good, origin, destination = lanes.keys[lane]
    raise InputError(
        [
            Problem(
                f"conduct of {origin} in {good}",
                f"its marginal revenue in {destination} turns negative (in {month_name(market.first + int(month))} the price it loses is {ratio[lane, month]:.3g} of the price it gets): "
                "conduct times its share of the market reaches the elasticity of use, and it would gain by selling ever less",
                "lower its conduct, or give use in that market a higher elasticity; a player who would sell at the choke itself is not solved for",
            )
        ]
    )


def row_scales(market: Market, system: System) -> tuple[np.ndarray, np.ndarray]:
    """Quantity [t/month] and discounted price [USD/t] that the residual and the dual of each row are measured in."""
    nodes = market.world.nodes
    quantity, price = np.ones(system.right.size), np.ones(system.right.size)
    quantity[system.balance] = np.maximum(nodes.throughput, 1e-9)[:, None]
    price[system.balance] = nodes.price[:, None] * market.discounting[None, :]
    lane, month, row = system.links["trailing_flow"]
    if row.size:
        quantity[row], price[row] = np.maximum(market.anchor.scale[lane, month], 1e-9), nodes.price[market.world.lanes.destination[lane]] * market.discounting[month]
    for name, limit in system.limits.items():
        sizes, values = limit_scales(market, name)
        quantity[limit.row], price[limit.row] = sizes[limit.place], values[limit.place] * market.discounting[limit.month]
    e, month, row = system.links["added_capacity"]
    quantity[row], price[row] = expansion_scales(market)[0][e], capital_scale(market)[e] * market.discounting[month]
    return quantity, price


def start(market: Market, system: System) -> tuple[np.ndarray, np.ndarray]:
    """What is usual, in every month: quantities and discounted prices."""
    world = market.world
    x, y = np.zeros(system.lower.size), np.zeros(system.right.size)
    y[system.balance] = world.nodes.price[:, None] * market.discounting[None, :]
    usual = {"output": market.anchor.output, "flow": market.anchor.flow, "trailing_flow": market.anchor.trailing, "closing_stock": market.anchor.stock, "need": market.anchor.use}
    for family, values in usual.items():
        place, month = system.indices[family].T
        x[system.columns[family]] = values[place, month]
    on_line = system.indices["added"]
    x[system.columns["added"]] = market.committed[on_line[:, 0], on_line[:, 1]]
    core = system.upper[system.columns["core_use"]]
    x[system.columns["core_use"]] = core
    s, t = system.indices["flexible_use"].T
    x[system.columns["flexible_use"]] = market.anchor.use[s, t] - core
    x = np.clip(x, system.lower, system.upper)
    spare = system.right - system.matrix @ x
    for limit in system.limits.values():
        x[limit.slack] = np.maximum(spare[limit.row], 0.0)
    return x, y


def _solve_terms(system: System, terms: Terms, row_quantity, row_price, x, y, method: str, effort: Effort, first: bool, trial: bool = False):
    """One set of taxes: a quadratic program for the start (cold) and Newton to the end; a sequence of programs if asked, or if it fails. A trial
    is left at that, for the cold way is shorter than programs from a start that proved bad."""
    if method == "newton":
        start_x, start_y = x, y
        if first and system.links["added_capacity"].size:
            # Capacity that could be started here or there is flat: programs tell where at once, Newton's proximal term slowly.
            sequence = _programs(system, terms, row_quantity, row_price, x, y, FIRST_PROGRAMS, effort)
            if sequence.residual <= ACCEPTED:
                return sequence.x, sequence.y
            if np.isfinite(sequence.residual):
                start_x, start_y = sequence.x, sequence.y
        elif first and system.right.size - sum(link.shape[1] for link in system.links.values()) <= LARGEST_START:
            start_x, start_y = _first_program(system, terms, row_quantity, x, effort)
        near_x, near_y, residual = _newton(system, terms, row_quantity, row_price, start_x, start_y, effort, not first)
        if residual <= ACCEPTED or trial:
            return near_x, near_y
        log.info("Newton on the prices stopped at a residual of %.1e; quadratic programs take over", residual)
    for programs in LEGS if method == "newton" else (MOST_PROGRAMS,):
        sequence = _programs(system, terms, row_quantity, row_price, x, y, programs, effort, hot=not first)
        x, y = sequence.x, sequence.y
        effort.excess = float(np.abs((system.matrix @ x - system.right) / row_quantity).max(initial=0.0))
        if sequence.residual <= ACCEPTED:
            break
        if method == "newton":
            near_x, near_y, residual = _newton(system, terms, row_quantity, row_price, x, y, effort, True)
            if residual < sequence.residual:
                x, y = near_x, near_y
            if residual <= ACCEPTED:
                break
    return x, y


def _newton(system: System, terms: Terms, row_quantity, row_price, x, y, effort: Effort, near: bool) -> tuple[np.ndarray, np.ndarray, float]:
    """Newton on the prices, polished where friction looks back or digits are missing; and the natural residual it leaves."""
    clock = perf_counter()
    with on_one_thread():
        settled = price_newton(system, terms, row_quantity, row_price, x, y, near)
    effort.steps += settled.steps
    effort.excess = settled.excess
    log.debug("newton: %d steps, excess %.1e", settled.steps, settled.excess)
    x, y, residual = settled.x, settled.y, natural_residual(system, terms, row_quantity, settled.x, settled.y)
    if residual > (SHARP if system.links["trailing_flow"].size else SETTLED):
        x, y, residual = polish(system, terms, row_quantity, row_price, x, y)
    effort.newton += perf_counter() - clock
    return x, y, residual


def _programs(system: System, terms: Terms, row_quantity, row_price, x, y, most: int, effort: Effort, hot: bool = False) -> Sequence:
    """A sequence of at most so many programs, entered into the effort."""
    clock = perf_counter()
    sequence = solve_sequence(system, terms, row_quantity, row_price, x, y, most, hot=hot)
    effort.quadratic += perf_counter() - clock
    effort.programs += sequence.programs
    effort.iterations += sequence.iterations
    return sequence


def _first_program(system: System, terms: Terms, row_quantity, x, effort: Effort):
    clock = perf_counter()
    point = quadratic_step(system, terms, row_quantity, x)
    effort.quadratic += perf_counter() - clock
    effort.programs += 1
    effort.iterations += max(point.iterations, 0)
    return point.primal, point.dual
