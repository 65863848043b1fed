r"""What each column of the system is worth: marginal value, its slope, and the quantity that answers a price.

The window is ``max sum_j w_j f_j(x_j) s.t. A x = b, l <= x <= u`` with f_j concave and w_j the discount factor. For prices y
the reduced price of a column is ``r = A'y / w``, and the column answers with the x at which ``f'(x) = r``. Every curve has that
answer in closed form; nests answer as a block. Columns with constant f' answer with a corner; they get a proximal term.

Where a trial price leaves the domain of a curve (near zero), the answer goes on as a straight line with the slope it has at
the edge, so that a Newton step started there finds its way back. The certificate tests the true curves.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sparse

from kanmon.formulation.curves import friction_inverse, friction_marginal, friction_slope

EDGE = 0.01
"""Share of the base price below which answers go on as straight lines [1]."""

STOCK_EDGE = 1e-3
"""The same for the marginal convenience of stocks [1]."""


@dataclass(frozen=True)
class Curve(ABC):
    """Columns that share a kind of curve, with the curve's parameters as arrays."""

    columns: np.ndarray

    @abstractmethod
    def marginal(self, x: np.ndarray) -> np.ndarray:
        """f'(x)."""

    @abstractmethod
    def slope(self, x: np.ndarray) -> np.ndarray:
        """f''(x), at most zero."""

    @abstractmethod
    def answer(self, r: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """x with f'(x) = r, bounds apart, and -dx/dr."""


@dataclass(frozen=True)
class PowerCurve(Curve):
    """f'(x) = sign * price * ((shift + x)/base)^power - constant: isoelastic use, cost and convenience."""

    price: np.ndarray
    base: np.ndarray
    power: np.ndarray
    shift: np.ndarray
    constant: np.ndarray
    sign: float
    edge: float

    def marginal(self, x):
        return self.sign * self.price * (np.maximum(self.shift + x, 1e-300) / self.base) ** self.power - self.constant

    def slope(self, x):
        total = np.maximum(self.shift + x, 1e-12 * self.base)
        return self.sign * self.price * self.power / self.base * (total / self.base) ** (self.power - 1.0)

    def answer(self, r):
        ratio = self.sign * (r + self.constant) / self.price
        inside = np.maximum(ratio, self.edge)
        total = self.base * inside ** (1.0 / self.power)
        per_ratio = total / (self.power * inside)
        return total + per_ratio * (ratio - inside) - self.shift, -self.sign * per_ratio / self.price


@dataclass(frozen=True)
class StraightCurve(Curve):
    """f'(x) = price - steepness * x: linear demand, supply and congestion."""

    price: np.ndarray
    steepness: np.ndarray

    def marginal(self, x):
        return self.price - self.steepness * x

    def slope(self, x):
        return -self.steepness + 0.0 * x

    def answer(self, r):
        return (self.price - r) / self.steepness, 1.0 / self.steepness + 0.0 * r


@dataclass(frozen=True)
class FrictionCurve(Curve):
    """f'(x) = -cost - friction * phi((x - base)/scale): lanes."""

    cost: np.ndarray
    friction: np.ndarray
    below: np.ndarray
    smoothing: np.ndarray
    base: np.ndarray
    scale: np.ndarray

    def marginal(self, x):
        return -self.cost - self.friction * friction_marginal((x - self.base) / self.scale, self.below, self.smoothing)

    def slope(self, x):
        return -self.friction / self.scale * friction_slope((x - self.base) / self.scale, self.below, self.smoothing)

    def answer(self, r):
        change, per_marginal = friction_inverse((-r - self.cost) / self.friction, self.below, self.smoothing)
        return self.base + self.scale * change, self.scale * per_marginal / self.friction


@dataclass(frozen=True)
class Flat:
    """f'(x) = value: columns that answer with a corner."""

    columns: np.ndarray
    value: np.ndarray

    def marginal(self, x):
        return self.value + 0.0 * x


@dataclass(frozen=True)
class Nests:
    """Needs that are bought together. Members of a nest-month stand together; ``block`` numbers the nest-months.

    f'_i = price_i X^(1/sigma - 1/eta) (x_i/base_i)^(-1/sigma), X the CES aggregate in calibrated share form.
    """

    columns: np.ndarray
    block: np.ndarray
    price: np.ndarray
    base: np.ndarray
    share: np.ndarray
    elasticity: np.ndarray
    sigma: np.ndarray

    def _sum(self, values: np.ndarray) -> np.ndarray:
        return np.bincount(self.block, values)[self.block]

    def _log_aggregate(self, ratio: np.ndarray) -> np.ndarray:
        power = (self.sigma - 1.0) / self.sigma
        unit = np.abs(power) < 1e-9
        safe = np.where(unit, 1.0, power)
        general = np.log(self._sum(self.share * ratio**safe)) / safe
        return np.where(unit, self._sum(self.share * np.log(ratio)), general)

    def marginal(self, x):
        ratio = np.maximum(x / self.base, 1e-12)
        aggregate = self._log_aggregate(ratio)
        return self.price * np.exp((1 / self.sigma - 1 / self.elasticity) * aggregate) * ratio ** (-1 / self.sigma)

    def hessian(self, x: np.ndarray) -> sparse.csr_array:
        """Second derivatives over the members, block by block."""
        ratio = np.maximum(x / self.base, 1e-12)
        marginal = self.marginal(x)
        weight = self.share * ratio ** (1 - 1 / self.sigma)
        weight = weight / self._sum(weight)
        total = np.maximum(x, 1e-12 * self.base)
        return self._blocks(marginal, (1 / self.sigma - 1 / self.elasticity) * weight / total, -marginal / (self.sigma * total))

    def answer(self, r: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Needs at these prices, and minus their derivatives, one for each of :attr:`pairs`."""
        relative = np.maximum(r / self.price, EDGE)
        power = 1.0 - self.sigma
        unit = np.abs(power) < 1e-9
        safe = np.where(unit, 1.0, power)
        weight = self.share * relative**safe
        log_price = np.where(unit, self._sum(self.share * np.log(relative)), np.log(self._sum(weight)) / safe)
        weight = np.where(unit, self.share, weight) / self._sum(np.where(unit, self.share, weight))
        need = self.base * relative**-self.sigma * np.exp((self.sigma - self.elasticity) * log_price)
        edge = relative * self.price
        derivative = self._by_pair(need, (self.sigma - self.elasticity) * weight / edge, -self.sigma * need / edge)
        i, j = self.pairs
        return need + np.bincount(i, derivative * (r - edge)[j], minlength=need.size), -derivative

    def _blocks(self, row: np.ndarray, column: np.ndarray, diagonal: np.ndarray) -> sparse.csr_array:
        """row_i * column_j within blocks, plus a diagonal."""
        return sparse.csr_array((self._by_pair(row, column, diagonal), self.pairs), shape=(self.block.size, self.block.size))

    def _by_pair(self, row: np.ndarray, column: np.ndarray, diagonal: np.ndarray) -> np.ndarray:
        """The same, one number for each of :attr:`pairs`."""
        i, j = self.pairs
        return row[i] * column[j] + np.where(i == j, diagonal[i], 0.0)

    @cached_property
    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """Members that share a block, every one with every one."""
        size = self.block.size
        same = sparse.csr_array((np.ones(size), (np.arange(size), self.block)), shape=(size, int(self.block.max(initial=0)) + 1))
        pattern = sparse.coo_array(same @ same.T)
        return pattern.row, pattern.col


@dataclass(frozen=True)
class Terms:
    """All columns of a window, by kind of curve.

    Attributes:
        weight: discount factor of each column [1].
        curved: groups with a closed-form answer.
        flat: columns with constant marginal value.
        nests: needs bought together.
        quantity: typical quantity of each column, the scale of its steps [t/month].
        money: typical price of each column [USD/t].
    """

    weight: np.ndarray
    curved: tuple[Curve, ...]
    flat: Flat
    nests: Nests
    quantity: np.ndarray
    money: np.ndarray

    def marginal(self, x: np.ndarray) -> np.ndarray:
        """Current-value marginal of every column."""
        out = np.zeros_like(x)
        for group in self.curved:
            out[group.columns] = group.marginal(x[group.columns])
        out[self.flat.columns] = self.flat.marginal(x[self.flat.columns])
        out[self.nests.columns] = self.nests.marginal(x[self.nests.columns])
        return out

    def curvature(self, x: np.ndarray) -> sparse.csc_array:
        """Discounted second derivatives, negative semidefinite."""
        diagonal = np.zeros_like(x)
        for group in self.curved:
            diagonal[group.columns] = group.slope(x[group.columns])
        out = sparse.csc_array(sparse.diags_array(self.weight * diagonal))
        if self.nests.columns.size:
            pick = self._pick()
            out = sparse.csc_array(out + pick.T @ (sparse.diags_array(self.weight[self.nests.columns]) @ self.nests.hessian(x[self.nests.columns])) @ pick)
        return out

    def _pick(self) -> sparse.csr_array:
        size = self.nests.columns.size
        return sparse.csr_array((np.ones(size), (np.arange(size), self.nests.columns)), shape=(size, self.weight.size))

    def is_steep(self) -> np.ndarray:
        """Columns whose first tonne is worth any price: needs of a nest, isoelastic use without a choke (mask)."""
        mask = np.zeros(self.weight.size, dtype=bool)
        mask[self.nests.columns] = True
        for group in self.curved:
            if isinstance(group, PowerCurve):
                mask[group.columns] = (group.power < 0) & (group.shift <= 0)
        return mask

    def is_flat(self) -> np.ndarray:
        mask = np.zeros(self.weight.size, dtype=bool)
        mask[self.flat.columns] = True
        return mask
