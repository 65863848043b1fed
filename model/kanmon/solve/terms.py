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
from kanmon.formulation.given import Given, use_at_choke
from kanmon.formulation.storage import stock_terms
from kanmon.scenario.market import Market
from kanmon.solve.matrix import System

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

    def answer(self, r: np.ndarray) -> tuple[np.ndarray, sparse.csr_array]:
        """Needs at these prices and minus their derivatives over the members."""
        relative = np.maximum(r / self.price, EDGE)
        power = 1.0 - self.sigma
        unit = np.abs(power) < 1e-9
        safe = np.where(unit, 1.0, power)
        weight = self.share * relative**safe
        log_price = np.where(unit, self._sum(self.share * np.log(relative)), np.log(self._sum(weight)) / safe)
        weight = np.where(unit, self.share, weight) / self._sum(np.where(unit, self.share, weight))
        need = self.base * relative**-self.sigma * np.exp((self.sigma - self.elasticity) * log_price)
        edge = relative * self.price
        derivative = self._blocks(need, (self.sigma - self.elasticity) * weight / edge, -self.sigma * need / edge)
        return need + derivative @ (r - edge), sparse.csr_array(-derivative)

    def _blocks(self, row: np.ndarray, column: np.ndarray, diagonal: np.ndarray) -> sparse.csr_array:
        """row_i * column_j within blocks, plus a diagonal."""
        i, j = self._pairs
        return sparse.csr_array((row[i] * column[j] + np.where(i == j, diagonal[i], 0.0), (i, j)), shape=(self.block.size, self.block.size))

    @cached_property
    def _pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """Members that share a block, every one with every one."""
        same = sparse.csr_array((np.ones(self.block.size), (np.arange(self.block.size), self.block)))
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


def build_terms(market: Market, system: System, given: Given) -> Terms:
    """Sort the columns of a system by their curves.

    Args:
        market: the window.
        system: from :func:`kanmon.solve.matrix.read_system`.
        given: what depends on prices, at the last point.
    """
    sorter = _Sorter(market, system)
    _sort_uses(sorter, market, given)
    _sort_nests(sorter, market)
    _sort_plants(sorter, market, given)
    _sort_lanes(sorter, market, given)
    _sort_stocks(sorter, market)
    columns, _, _ = sorter.family("disposal", market.world.nodes.price, market.world.nodes.throughput)
    sorter.flat.append((columns, np.zeros(columns.size)))
    for name, limit in system.limits.items():
        quantity, money = limit_scales(market, name)
        sorter.quantity[limit.slack], sorter.money[limit.slack] = quantity[limit.place], money[limit.place]
        sorter.weight[limit.slack] = market.discounting[limit.month]
    slack = system.columns["slack"]
    sorter.flat.append((slack, np.zeros(slack.size)))
    return sorter.terms()


def limit_scales(market: Market, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Quantity [t/month] and price [USD/t] that the rows of a limit are measured in, by place."""
    world = market.world
    nodes, lanes, stocks = world.nodes, world.lanes, world.stocks
    if name == "pooled_quota":
        quantity = np.array([max(lanes.base[pool.lanes].sum() if world.stationary else nodes.throughput[lanes.destination[pool.lanes]].sum(), 1e-9) for pool in market.pools])
        return quantity, np.array([nodes.price[lanes.destination[pool.lanes]].mean() for pool in market.pools])
    if name == "shed_within_need":
        return world.uses.base, world.uses.price
    if name == "no_resale":
        return np.maximum(nodes.throughput, 1e-9), nodes.price
    return stocks.scale, nodes.price[stocks.node]


class _Sorter:
    """Collects columns by kind of curve, with the scales of each."""

    def __init__(self, market: Market, system: System):
        size = system.lower.size
        self.market, self.system = market, system
        self.weight, self.quantity, self.money = np.ones(size), np.ones(size), np.ones(size)
        self.curved: list[Curve] = []
        self.flat: list[tuple[np.ndarray, np.ndarray]] = []
        self.nests: Nests

    def family(self, name: str, price: np.ndarray, amount: np.ndarray):
        """Columns of a family of variables, with place and month of each; notes their scales."""
        columns, index = self.system.columns[name], self.system.indices[name]
        place, month = index[:, 0], index[:, 1]
        self.weight[columns] = self.market.discounting[month]
        self.money[columns], self.quantity[columns] = price[place], np.maximum(amount[place], 1e-12)
        return columns, place, month

    def terms(self) -> Terms:
        flat_columns = np.concatenate([columns for columns, _ in self.flat])
        values = np.concatenate([value for _, value in self.flat])
        return Terms(self.weight, tuple(group for group in self.curved if group.columns.size), Flat(flat_columns, values), self.nests, self.quantity, self.money)


def _sort_uses(sorter: _Sorter, market: Market, given: Given) -> None:
    uses = market.world.uses
    columns, s, t = sorter.family("flexible_use", uses.price, uses.base)
    base, core, elasticity = given.use_base[s, t], use_at_choke(market, given.use_base)[s, t], market.elasticity[s, t]
    linear, fixed = np.isfinite(uses.slope[s]), elasticity == 0
    i = ~linear & ~fixed
    sorter.curved.append(PowerCurve(columns[i], uses.price[s[i]], base[i], -1 / elasticity[i], core[i], np.zeros(i.sum()), 1.0, EDGE))
    sorter.curved.append(StraightCurve(columns[linear], (uses.price[s] - uses.slope[s] * (core - base))[linear], uses.slope[s][linear]))
    sorter.flat.append((columns[fixed], np.zeros(fixed.sum())))
    columns, s, _ = sorter.family("core_use", uses.price, uses.base)
    sorter.flat.append((columns, np.where(np.isfinite(uses.choke[s]), uses.choke[s], 0.0)))


def _sort_nests(sorter: _Sorter, market: Market) -> None:
    uses = market.world.uses
    columns, s, t = sorter.family("need", uses.price, uses.base)
    order = np.lexsort((s, t, uses.nest[s])) if columns.size else np.zeros(0, dtype=int)
    columns, s, t = columns[order], s[order], t[order]
    _, block = np.unique(np.stack([uses.nest[s], t]), axis=1, return_inverse=True) if columns.size else (None, np.zeros(0, dtype=int))
    outlay = uses.price * uses.base
    total = np.bincount(np.maximum(uses.nest, 0), np.where(uses.in_nest, outlay, 0.0), minlength=1)
    share = outlay[s] / total[uses.nest[s]]
    sorter.nests = Nests(columns, block, uses.price[s], uses.base[s], share, market.elasticity[s, t], market.sigma[s, t])
    columns, s, _ = sorter.family("shed", uses.price, uses.base)
    sorter.flat.append((columns, -uses.choke[s]))


def _sort_plants(sorter: _Sorter, market: Market, given: Given) -> None:
    plants, nodes = market.world.activities, market.world.nodes
    price = np.where(plants.is_isoelastic, plants.intercept + plants.cost, nodes.price[plants.output])
    amount = np.where(plants.base > 0, plants.base, np.minimum(plants.capacity, nodes.throughput[plants.output]))
    columns, a, t = sorter.family("output", np.where(price > 0, price, nodes.price[plants.output]), amount)
    curved, linear = plants.is_isoelastic[a], plants.is_linear[a]
    i = a[curved]
    sorter.curved.append(PowerCurve(columns[curved], plants.cost[i], plants.base[i], 1 / plants.elasticity[i], np.zeros(i.size), plants.intercept[i], -1.0, 1e-3))
    i, shift = a[linear], given.output_shift[a, t][linear]
    sorter.curved.append(StraightCurve(columns[linear], plants.slope[i] * shift - plants.intercept[i] - plants.cost[i], plants.slope[i]))
    flat = ~curved & ~linear
    sorter.flat.append((columns[flat], -plants.cost[a[flat]] - plants.intercept[a[flat]]))


def _sort_lanes(sorter: _Sorter, market: Market, given: Given) -> None:
    """Friction, congestion and market power: a straight slope merges with the friction into one curve of the same form."""
    world = market.world
    nodes, lanes = world.nodes, world.lanes
    columns, lane, t = sorter.family("flow", nodes.price[lanes.destination], np.maximum(lanes.scale, 1e-9))
    end = nodes.closing_price[lanes.destination[lane]] * world.discount ** lanes.transit[lane]
    cost = lanes.margin[lane] + given.lane_cost[lane, t] - np.where(t + lanes.transit[lane] >= market.months, end, 0.0)
    slope = given.lane_slope[lane, t]
    rough = (lanes.friction[lane] > 0) & ~market.is_forced_down[lane, t]
    i, added = lane[rough], slope[rough] * lanes.scale[lane[rough]]
    friction = lanes.friction[i] + added
    below = (lanes.friction[i] * lanes.below_weight[i] + added) / friction
    sorter.curved.append(FrictionCurve(columns[rough], cost[rough] + slope[rough] * lanes.base[i], friction, below, lanes.smoothing[i], lanes.base[i], lanes.scale[i]))
    straight = ~rough & (slope > 0)
    sorter.curved.append(StraightCurve(columns[straight], -cost[straight], slope[straight]))
    flat = ~rough & (slope <= 0)
    sorter.flat.append((columns[flat], -cost[flat]))


def _sort_stocks(sorter: _Sorter, market: Market) -> None:
    nodes, stocks = market.world.nodes, market.world.stocks
    columns, k, t = sorter.family("closing_stock", nodes.price[stocks.node], stocks.scale)
    if columns.size:
        worth, holding = (terms[k, t] for terms in stock_terms(market, np.arange(market.months)))
        bent = worth > 0
        i = k[bent]
        sorter.curved.append(PowerCurve(columns[bent], worth[bent], stocks.base[i], -stocks.exponent[i], np.zeros(i.size), holding[bent], 1.0, STOCK_EDGE))
        sorter.flat.append((columns[~bent], -holding[~bent]))
