r"""A window as a cone program in CVXPY, solved by Clarabel.

Costs are power cones, isoelastic benefits exponential cones (power cones with exponents as low as those of inelastic use stall it), CES
aggregates sums of power cones. The friction has no elementary convex form, but is the infimal convolution of a square and a logarithm: with :math:`\Phi = \tfrac{\kappa}{2} y^2 + \tfrac{1-\kappa}{2} h(y)`,

.. math:: h(y) = \min_{v>0}\; (y+v)^2 - d\,y - \tfrac{d^2}{2}\Big(\tfrac12 + \ln\tfrac{2v}{d}\Big)
"""

from __future__ import annotations

import cvxpy as cp
import numpy as np
import scipy.sparse as sparse

from kanmon.scenario.market import Market
from solvers.peers import Answer, Instance, NestArea, PowerArea, read_plan

TOLERANCE = 1e-9
"""Clarabel's tolerances on gaps and feasibility; it stops a little short of them on the larger windows."""


class Cone:
    """The cone program of a window.

    Args:
        instance: columns, curves and bounds.
    """

    def __init__(self, instance: Instance):
        self.instance = instance
        self.z = cp.Variable(instance.lower.size)
        self.constraints: list[cp.Constraint] = []
        surplus = [(instance.linear * instance.size / instance.money) @ self.z]
        surplus += [self._areas(area) for area in instance.areas if area.columns.size]
        surplus += [self._friction()] if instance.friction.columns.size else []
        surplus += [self._nests(instance.nests)] if instance.nests.columns.size else []
        rows = sparse.csr_array(sparse.diags_array(1 / instance.row_size) @ instance.system.matrix @ sparse.diags_array(instance.size))
        self.balance = rows @ self.z == instance.system.right / instance.row_size
        lower, upper = instance.lower / instance.size, instance.upper / instance.size
        fixed, limited = np.flatnonzero(lower == upper), np.flatnonzero(np.isfinite(upper) & (lower < upper))
        free = np.flatnonzero(lower < upper)
        self.constraints += [self.balance, self.z[free] >= lower[free], self.z[limited] <= upper[limited]]
        if fixed.size:
            self.constraints.append(self.z[fixed] == lower[fixed])
        self.problem = cp.Problem(cp.Minimize(-sum(surplus)), self.constraints)

    def compile(self) -> None:
        """Bring the program into the form that Clarabel takes; :meth:`solve` uses it again."""
        self.problem.get_problem_data(cp.CLARABEL)

    def solve(self, market: Market) -> Answer:
        """Solve the window that it was built from."""
        settings = {name: TOLERANCE for name in ("tol_gap_abs", "tol_gap_rel", "tol_feas", "tol_ktratio")}
        self.problem.solve(solver=cp.CLARABEL, max_iter=300, max_threads=1, **settings)
        instance = self.instance
        if self.z.value is None:
            raise RuntimeError(f"Clarabel returned no point: {self.problem.status}")
        x = np.clip(self.z.value * instance.size, instance.lower, instance.upper)
        y = np.asarray(self.balance.dual_value) * instance.money / instance.row_size
        return Answer(read_plan(market, instance, x, y), x, y, instance.surplus(x), self.problem.status, self.problem.solver_stats.num_iters)

    def _column(self, columns: np.ndarray) -> cp.Expression:
        return cp.multiply(self.instance.size[columns], self.z[columns])

    def _areas(self, area: PowerArea) -> cp.Expression:
        ratio = cp.multiply(1 / area.base, self._column(area.columns) + area.shift)
        return self._powers(ratio, area.money / self.instance.money, area.exponent)

    def _powers(self, ratio: cp.Expression, money: np.ndarray, exponent: np.ndarray) -> cp.Expression:
        """Sum of money * ratio^p / p, or money * ln(ratio) where p is 0: concave by the signs of money and p."""
        total: cp.Expression = cp.Constant(0.0)
        for kind in ("log", "negative", "below one", "above one"):
            chosen = {"log": exponent == 0, "negative": exponent < 0, "below one": (exponent > 0) & (exponent < 1), "above one": exponent > 1}[kind]
            part = np.flatnonzero(chosen)
            if not part.size:
                continue
            r, m, p, one = ratio[part], money[part], exponent[part], np.ones(part.size)
            if kind == "log":
                total += m @ cp.log(r)
                continue
            if kind == "negative":
                u = cp.Variable(part.size)
                self.constraints.append(u <= cp.log(r))
                total += (m / p) @ cp.exp(cp.multiply(p, u))
                continue
            t = cp.Variable(part.size)
            self.constraints.append(cp.PowCone3D(r, one, t, p) if kind == "below one" else cp.PowCone3D(t, one, r, 1 / p))
            total += (m / p) @ t
        return total

    def _friction(self) -> cp.Expression:
        friction, money = self.instance.friction, self.instance.friction.money / self.instance.money
        y, v, d = cp.multiply(1 / friction.scale, self._column(friction.columns) - friction.base), cp.Variable(friction.columns.size), friction.smoothing
        above = money * (1 - friction.below) / 2
        squares = cp.sum(cp.multiply(money * friction.below / 2, cp.square(y))) + cp.sum(cp.multiply(above, cp.square(y + v)))
        return (above * d) @ y + (above * d**2 / 2) @ cp.log(cp.multiply(2 / d, v)) - squares

    def _nests(self, nests: NestArea) -> cp.Expression:
        """X of each nest-month by its members: with rho = power, X <= sum of share * r^rho X^(1-rho), cone by cone."""
        aggregate = cp.Variable(nests.outlay.size)
        ratio = cp.multiply(1 / nests.base, self._column(nests.columns))
        power = nests.power[nests.block]
        for chosen, sign in ((power > 0, 1), (power < 0, -1)):
            part = np.flatnonzero(chosen)
            if not part.size:
                continue
            blocks, place = np.unique(nests.block[part], return_inverse=True)
            total = sparse.csr_array((nests.share[part], (place, np.arange(part.size))))
            s, own = cp.Variable(part.size), aggregate[nests.block[part]]
            if sign > 0:
                self.constraints += [cp.PowCone3D(ratio[part], own, s, power[part]), total @ s >= aggregate[blocks]]
            else:
                self.constraints += [cp.PowCone3D(s, ratio[part], own, 1 / (1 - power[part])), total @ s <= aggregate[blocks]]
        for block in np.flatnonzero(nests.power == 0):
            members = np.flatnonzero(nests.block == block)
            self.constraints.append(aggregate[int(block)] <= cp.geo_mean(ratio[members], nests.share[members]))
        return self._powers(aggregate, nests.outlay / self.instance.money, nests.exponent)
