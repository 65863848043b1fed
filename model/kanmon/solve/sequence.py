"""Quadratic programs in HiGHS: the curves replaced by their second-order expansion, within a box around the last point.

A sequence of them, each followed by a polish (:mod:`kanmon.solve.polish`), reaches the equilibrium without Newton on the prices.
Each program gives a feasible direction, which is followed as far as the surplus rises. The first polish that leaves no residual
ends the sequence: the programs find the neighbourhood, the polish the digits, which an interior point does not have.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sparse

from kanmon.highs import Point, QuadraticProgram, solve_quadratic
from kanmon.solve.matrix import System
from kanmon.solve.polish import natural_residual, polish
from kanmon.solve.terms import Terms

log = logging.getLogger(__name__)

WIDEST_STEP = 2.0
"""Factor by which a curved column may grow in one program [1]; the need of a nest may also not shrink by more, for its inverse
demand is steep there (what is not supplied is shed). Other columns may fall to their bounds, so that a program is not infeasible
where the window is not; if growth is what the window needs, the program is solved again without these limits."""

SMALL = 1e-3
"""Share of the typical quantity by which need may fall beyond that [1]."""

TOLERANCE = 1e-8
"""Interior-point tolerance of a program whose point is only a start, for another program, a polish or Newton [1]."""

SETTLED = 1e-9
"""Natural residual at which a sequence ends [1]."""

ACCEPTED = 10 * SETTLED
"""Natural residual that is accepted [1]: a sequence ends there too, once a further program does not halve it."""

HALVINGS = 30
FLATTER = 0.1
"""Share of its first value to which the slope of the surplus along a step must fall [1]."""


@dataclass(frozen=True)
class Sequence:
    """Where a sequence stopped: quantities, discounted prices, natural residual, programs and interior-point iterations."""

    x: np.ndarray
    y: np.ndarray
    residual: float
    programs: int
    iterations: int


def solve_sequence(system: System, terms: Terms, row_quantity: np.ndarray, row_price: np.ndarray, x: np.ndarray, y: np.ndarray, most: int, hot: bool = False) -> Sequence:
    """Solve a window by quadratic programs.

    Args:
        system: equations and bounds.
        terms: curves.
        row_quantity, row_price: scale of each row [t/month] and of its dual [USD/t], discounted.
        x, y: starting quantities, within bounds, and discounted prices.
        most: largest number of programs.
        hot: a nearby problem has just been solved there, so that polishing may do.

    Returns:
        the point with the least natural residual; the caller certifies it.
    """
    best = Sequence(x, y, np.inf, 0, 0)
    iterations = 0
    for programs in range(0 if hot else 1, most + 1):
        if programs:
            point = quadratic_step(system, terms, row_quantity, x)
            balanced = np.abs((system.matrix @ x - system.right) / row_quantity).max(initial=0.0) < 1e-6
            x = x + (ascent(terms, x, point.primal - x) if balanced else 1.0) * (point.primal - x)
            y = point.dual
            iterations += max(point.iterations, 0)
        polished_x, polished_y, residual = polish(system, terms, row_quantity, row_price, x, y)
        log.debug("quadratic program %d: natural residual %.1e, polished %.1e", programs, natural_residual(system, terms, row_quantity, x, y), residual)
        stalled = best.residual <= ACCEPTED and residual > 0.5 * best.residual
        if residual < best.residual:
            best = Sequence(polished_x, polished_y, residual, programs, iterations)
        if residual <= SETTLED or stalled:
            break
    return Sequence(best.x, best.y, best.residual, programs, iterations)


def ascent(terms: Terms, x: np.ndarray, step: np.ndarray) -> float:
    """How much of a step to take: all of it if the surplus, which is concave, still rises at its end, or else to about its top.

    All of it too where the surplus does not rise at first: there is nothing left to gain but the errors of the program.
    """

    def slope(length: float) -> float:
        return float((terms.weight * terms.marginal(x + length * step)) @ step)

    length, low, high, first = 1.0, 0.0, np.inf, slope(0.0)
    for _ in range(HALVINGS if first > 0 else 0):
        now = slope(length)
        if abs(now) <= FLATTER * first or (now > 0 and np.isinf(high)):
            break
        low, high = (length, high) if now > 0 else (low, length)
        length = 0.5 * (low + high)
    return length


def quadratic_step(system: System, terms: Terms, row_quantity: np.ndarray, x: np.ndarray) -> Point:
    """Solve the expansion around a point, in scaled units; duals are discounted prices [USD/t].

    What the goods of a nest are worth to each other is moved to the diagonal, by the sum of the absolute values: the expansion
    bends more, never less, and a program with a diagonal Hessian takes HiPO a third of the time.

    Args:
        system: equations and bounds.
        terms: curves.
        row_quantity: scale of each row [t/month].
        x: point of expansion, within bounds.
    """
    lower, upper = system.lower.copy(), system.upper.copy()
    bent = ~terms.is_flat()
    upper[bent] = np.minimum(upper[bent], x[bent] * WIDEST_STEP + terms.quantity[bent])
    steep = terms.is_steep()
    lower[steep] = np.maximum(lower[steep], x[steep] / WIDEST_STEP - SMALL * terms.quantity[steep])
    size = terms.quantity
    money = float(np.median(terms.money * terms.quantity))
    matrix = sparse.csc_array(sparse.diags_array(1.0 / row_quantity) @ system.matrix @ sparse.diags_array(size))
    bend = np.abs(sparse.diags_array(size) @ terms.curvature(x) @ sparse.diags_array(size)).sum(axis=0) / money
    linear = -terms.weight * terms.marginal(x) * size / money - bend * x / size
    program = QuadraticProgram(matrix, system.right / row_quantity, lower / size, upper / size, linear, sparse.csc_array(sparse.diags_array(bend)))
    point = solve_quadratic(program, TOLERANCE)
    if point.infeasible:
        lower, upper = system.lower, system.upper
        point = solve_quadratic(replace(program, lower=lower / size, upper=upper / size), TOLERANCE)
    primal = np.clip(point.primal * size, lower, upper)
    return Point(primal, -point.dual * money / row_quantity, point.iterations)
