"""Prices that are not unique: the ends of the interval that the optimum leaves open.

At a corner (a vertical supply against a vertical need, a market held by a ban) a whole interval of prices supports the same
quantities. Its ends are the one-sided derivatives of the surplus: what one tonne more in the market would be worth, and what one
tonne less would cost. They are found by minimising and maximising the price over the prices that support the quantities as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pandas as pd
import scipy.sparse as sparse
from scipy.optimize import linprog
from scipy.sparse.linalg import splu

from kanmon.formulation.given import given_at, use_at_choke
from kanmon.formulation.model import build_model
from kanmon.highs import SolverFailed
from kanmon.indicators.headlines import MEAN_PRICE, PEAK_PRICE
from kanmon.indicators.prices import FOCUS
from kanmon.indicators.view import View
from kanmon.runs.windows import Window
from kanmon.scenario.market import Market
from kanmon.scenario.months import month_name
from kanmon.solution.plan import Plan
from kanmon.solve.equilibrium import columns_of
from kanmon.solve.matrix import System, read_system
from kanmon.solve.sorting import build_terms

AT_BOUND = 1e-7
"""Share of its scale within which a quantity counts as standing at its bound [1]."""

SLACK = 1e-8
"""Share of its price by which a condition on prices may be missed, so that rounding leaves the interval open [1]."""

RIDGE = 1e-10
"""Regularisation with which the equations between prices are factored [1]."""

OUTSIDE = 1e-4
"""Part of a price outside the span of the equations from which it counts as open [1]."""

APART = 1e-4
"""Difference between the ends from which a headline says that its price is not unique [multiple of the baseline]."""


def price_is_unique(market: Market, plan: Plan) -> np.ndarray:
    """Markets and months in which use strictly falls with the price, so that no other price supports it (mask, node x month)."""
    uses = market.world.uses
    core = use_at_choke(market, given_at(market, plan.point).use_base)
    size = uses.base[:, None]
    answers = np.where(uses.in_nest[:, None], (plan.use > AT_BOUND * size) & (plan.shed <= AT_BOUND * size), (plan.use > core + AT_BOUND * size) & (market.elasticity > 0))
    # A use that leaves scrap behind answers a price net of scrap, which is unique only together with that of the scrap.
    answers = answers & ~np.isin(np.arange(len(uses.keys)), uses.scrap_use)[:, None]
    unique = np.zeros(plan.price.shape, dtype=bool)
    np.logical_or.at(unique, uses.node, answers)
    return unique


def headline_price_ranges(windows: Sequence[Window], paths: pd.DataFrame, view: View) -> dict[tuple[str, str], tuple[float, float]]:
    """Ends of the headline prices of the focus region that are not unique, as multiples of the baseline.

    Args:
        windows: windows of the run, in order.
        paths: from :func:`kanmon.indicators.prices.price_paths`.
        view: angle of the report.

    Returns:
        (good, headline) -> least and largest; only where they are apart.
    """
    ranges: dict[tuple[str, str], tuple[float, float]] = {}
    faces: dict[int, DualFace] = {}
    focus = paths[(paths["group"] == FOCUS) & paths["month"].isin(view.in_force)]
    for good in dict.fromkeys(focus["good"]):
        path = focus[focus["good"] == good]
        peak = path.loc[path["multiple"].idxmax(), "month"]
        for headline, months in ((MEAN_PRICE, list(path["month"])), (PEAK_PRICE, [peak])):
            baseline = path.set_index("month")["baseline"]
            low = high = 0.0
            for number, window in enumerate(windows):
                world, first = window.market.world, window.market.first
                node = world.nodes.index()[view.focus or "", good]
                weight = np.zeros(window.plan.price.shape)
                for t in range(window.months):
                    name = month_name(first + t)
                    if name in months:
                        weight[node, t] = 1.0 / (len(months) * baseline[name])
                asked = weight[node] > 0
                if not asked.any():
                    continue
                middle = float((weight * window.plan.price).sum())
                ends = (middle, middle)
                if not price_is_unique(window.market, window.plan)[node][asked].all():
                    faces[number] = faces.get(number) or DualFace(window.market, window.plan, window.system)
                    if not faces[number].is_unique(node, np.flatnonzero(asked)):
                        ends = faces[number].range(weight)
                low, high = low + ends[0], high + ends[1]
            if high - low > APART:
                ranges[str(good), headline] = (low, high)
    return ranges


class DualFace:
    """All prices that support the quantities of a plan."""

    def __init__(self, market: Market, plan: Plan, system: System | None = None):
        given = given_at(market, plan.point)
        self.market = market
        self.system = read_system(build_model(market, given)) if system is None else system
        terms = build_terms(market, self.system, given)
        x = columns_of(plan, market, self.system, given)
        marginal, slack = terms.weight * terms.marginal(x), SLACK * terms.weight * terms.money
        free_down, free_up = x > self.system.lower + AT_BOUND * terms.quantity, x < self.system.upper - AT_BOUND * terms.quantity
        matrix = self.system.matrix.T.tocsr()
        self.inner = matrix[free_down & free_up]
        # A quantity above its lower bound needs a price no higher than its worth, one below its upper bound no lower.
        self.above, self.most = matrix[free_down], (marginal + slack)[free_down]
        self.below, self.least = matrix[free_up], (marginal - slack)[free_up]

    def is_unique(self, node: int, months: np.ndarray) -> bool:
        """Whether the quantities that stand strictly inside their bounds fix a market's prices.

        Each of them is an equation between prices. A price is fixed where its unit vector lies in the span of the equations: what is
        left of it when they are projected out is nothing.
        """
        for row in self.system.balance[node, months].tolist():
            unit = np.zeros(self.system.right.size)
            unit[row] = 1.0
            if RIDGE * self.equations.solve(unit)[row] > OUTSIDE:
                return False
        return True

    @cached_property
    def equations(self):
        """Factors of the equations between prices that strictly inner quantities are."""
        inner = self.inner
        square = sparse.csc_matrix(inner.T @ inner + RIDGE * sparse.eye_array(inner.shape[1]))
        return splu(square, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})

    def range(self, weight: np.ndarray) -> tuple[float, float]:
        """Least and largest weighted sum of prices.

        Args:
            weight: of each undiscounted price, node x month [1].

        Raises:
            SolverFailed: the linear programs have no optimum.
        """
        cost = np.zeros(self.system.right.size)
        cost[self.system.balance] = weight / self.market.discounting
        rows, limits = sparse.vstack([self.above, -self.below]), np.concatenate([self.most, -self.least])
        ends = []
        for sign in (1.0, -1.0):
            found = linprog(sign * cost, A_ub=rows, b_ub=limits, bounds=(None, None), method="highs")
            if found.status == 3:  # unbounded: nothing there limits the price on this side
                ends.append(-sign * np.inf)
            elif found.status != 0:
                raise SolverFailed(f"The interval of a price was not found ({found.message}). {SolverFailed.__doc__}")
            else:
                ends.append(sign * found.fun)
        return ends[0], ends[1]
