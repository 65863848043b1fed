r"""Newton on the prices: quantities answer prices in closed form, so only the prices are unknown.

Excess supply ``F(y) = A x(y) - b`` is driven to zero; it is the gradient of the (convex) dual function, so each step solves
``(A D A') dy = -F`` with ``D = -dx/dr`` and a line search on the slope makes it global. Columns with constant marginal value get
a proximal term around their last value, whose weight falls as the point settles. It reads as tatonnement with second derivatives.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse

from kanmon.highs import SolverFailed
from kanmon.solve.band import meetings, solve_normal
from kanmon.solve.matrix import System
from kanmon.solve.terms import Terms

COLD = (0.03, 0.3)
"""Weight of the proximal term at the start, as a share of typical price over typical quantity, and what is left of it in the next round [1]."""

HOT = (0.01, 0.1)
"""The same where a nearby problem has just been solved [1]."""

LEAST_WEIGHT = 1e-4
TARGET = 1e-9
"""Excess supply over the throughput of the market, and last move of the flat columns, at which the point is taken [1]."""

STALLED, NOISE = 0.5, 1e-7
"""Share of the last excess above which a step has moved rounding alone, once the excess is below the other [1]: where quantities follow prices
loosely, prices have no more digits to give, and the polish finds the rest."""

ROUNDS, STEPS, HALVINGS = 40, 12, 40
LOWEST_START, HIGHEST_START = -2.0, 50.0
"""Starting prices are taken within these multiples of the base price [1]: duals of a failed program may be anything."""

LARGEST_STEP = 3.0
"""Largest change of a price in one step, in base prices [1]."""


@dataclass(frozen=True)
class Settled:
    """Where Newton stopped: quantities, discounted prices (row duals), steps taken, largest relative excess supply."""

    x: np.ndarray
    y: np.ndarray
    steps: int
    excess: float


def price_newton(system: System, terms: Terms, row_quantity: np.ndarray, row_price: np.ndarray, x: np.ndarray, y: np.ndarray, hot: bool = False) -> Settled:
    """Solve a window from a starting point.

    Args:
        system: equations and bounds.
        terms: curves of the columns.
        row_quantity, row_price: scale of each row [t/month] and of its dual [USD/t], discounted.
        x, y: starting quantities (flat columns matter) and duals.
        hot: a nearby problem has just been solved there, so that the proximal weight starts low and falls fast.

    Returns:
        the last point; the caller certifies it.
    """
    work = _Work(system, terms, row_quantity, row_price)
    (weight, fall), steps = HOT if hot else COLD, 0
    anchor = np.clip(x, system.lower, np.where(np.isfinite(system.upper), system.upper, np.inf))
    previous = 1.0
    y = np.clip(y, LOWEST_START * row_price, HIGHEST_START * row_price)
    x, excess, slopes = work.respond(y, anchor, weight)
    gap = np.inf
    for _ in range(ROUNDS):
        last, stalled = np.inf, False
        for inner in range(STEPS):
            gap = np.abs(excess / row_quantity).max(initial=0.0)
            stalled = last * STALLED < gap < NOISE
            if stalled or (gap < min(0.01, previous * 0.1 + 1e-12) and (inner or gap < TARGET)):
                break
            last = gap
            y, x, excess, slopes = work.step(y, anchor, weight, excess, slopes)
            steps += 1
        else:
            inner = STEPS
        flat = terms.flat.columns
        move = float(np.abs(weight * (x[flat] - anchor[flat]) / terms.quantity[flat]).max(initial=0.0))
        anchor = x
        gap = np.abs(excess / row_quantity).max(initial=0.0)
        if (gap < TARGET or stalled) and move < TARGET:
            break
        previous = max(move, 1e-9)
        if inner <= 4:
            weight = max(weight * fall, LEAST_WEIGHT)
        elif inner >= STEPS:
            weight *= 3.0
        x, excess, slopes = work.respond(y, anchor, weight)
    return Settled(x, y, steps, float(gap))


@dataclass(frozen=True)
class _Slopes:
    """Minus the derivatives of quantities by row duals, bounds respected: of columns on their own, and by pair of the members of nests."""

    diagonal: np.ndarray
    nests: np.ndarray


class _Work:
    """The answers of all columns to prices, and one globalised Newton step."""

    def __init__(self, system: System, terms: Terms, row_quantity: np.ndarray, row_price: np.ndarray):
        self.system, self.terms = system, terms
        self.transpose = sparse.csr_array(system.matrix.T)
        self.row_price = row_price
        self.scale = np.sqrt(row_price / row_quantity)
        self.stiffness = terms.money / terms.quantity
        self.meet = meetings(system, terms)
        self.alone, self.nested = self.meet.alone.of(system.matrix.data), self.meet.nested.of(system.matrix.data)
        self.pair_scale = self.scale[self.meet.row] * self.scale[self.meet.column]

    def respond(self, y: np.ndarray, anchor: np.ndarray, weight: float) -> tuple[np.ndarray, np.ndarray, _Slopes]:
        """Quantities that answer the prices, excess supply, and the slopes of the answers."""
        terms, lower, upper = self.terms, self.system.lower, self.system.upper
        r = (self.transpose @ y) / terms.weight
        x, slope = np.empty_like(r), np.zeros_like(r)
        for group in terms.curved:
            columns = group.columns
            x[columns], slope[columns] = group.answer(r[columns])
        flat = terms.flat.columns
        stiffness = weight * self.stiffness[flat]
        x[flat] = anchor[flat] + (terms.flat.value - r[flat]) / stiffness
        slope[flat] = 1.0 / stiffness
        nested, joint = terms.nests.columns, np.zeros(0)
        if nested.size:
            x[nested], joint = terms.nests.answer(r[nested])
        inside = (x > lower) & (x < upper)
        x = np.clip(x, lower, upper)
        if nested.size:
            i, j = terms.nests.pairs
            free = inside[nested]
            joint = np.where(free[i] & free[j], joint / terms.weight[nested][i], 0.0)
        return x, self.system.matrix @ x - self.system.right, _Slopes(np.where(inside, slope, 0.0) / terms.weight, joint)

    def normal(self, slopes: _Slopes) -> np.ndarray:
        """A D A', scaled, for each pair of rows that meet."""
        out = self.alone @ slopes.diagonal
        if slopes.nests.size:
            out += self.nested @ slopes.nests
        return np.asarray(out * self.pair_scale)

    def step(self, y: np.ndarray, anchor: np.ndarray, weight: float, excess: np.ndarray, slopes: _Slopes):
        """One Newton step with a line search on the slope of the dual along it."""
        normal = self.normal(slopes)
        # Use counts positive in a balance: too much use (positive excess) calls for a higher price.
        if not np.isfinite(normal).all() or not np.isfinite(excess).all():
            raise SolverFailed(f"Newton on the prices met a number that is not finite. {SolverFailed.__doc__}")
        direction = self.scale * solve_normal(self.meet, normal, self.scale * excess)
        length = min(1.0, LARGEST_STEP / max(np.abs(direction / self.row_price).max(initial=0.0), 1e-300))
        start = excess @ direction
        low, high = 0.0, np.inf
        for _ in range(HALVINGS):
            trial = y + length * direction
            x, new_excess, new_slopes = self.respond(trial, anchor, weight)
            now = new_excess @ direction
            # The dual is convex: while its slope along the step keeps its sign, the step only gains.
            if -0.5 * start <= now and (now <= 0.5 * start or np.isinf(high)):
                break
            low, high = (length, high) if now > 0 else (low, length)
            length = 0.5 * (low + high)
        return trial, x, new_excess, new_slopes
