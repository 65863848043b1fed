"""Sort the columns of a system by their curves: which variable of the program is worth what."""

from __future__ import annotations

import numpy as np

from kanmon.formulation.expansion import capital_scale, charges, expansion_scales, price_of_start
from kanmon.formulation.given import Given, price_after, use_at_choke
from kanmon.formulation.storage import stock_terms
from kanmon.scenario.market import Market
from kanmon.solve.matrix import System
from kanmon.solve.terms import EDGE, STOCK_EDGE, Curve, Flat, FrictionCurve, Nests, PowerCurve, StraightCurve, Terms
from kanmon.world.holdings import contract_lanes, contract_prices

RARELY = 1e-3
"""Share of the markets served that a quota on several lanes is measured against where hardly anything passed on them in the base year [1]."""


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
    _sort_expansions(sorter, market)
    columns, _, _ = sorter.family("disposal", market.world.nodes.price, market.world.nodes.throughput)
    sorter.flat.append((columns, np.zeros(columns.size)))
    price = contract_prices(market.world)
    columns, j, _ = sorter.family("shortfall", price, limit_scales(market, "take_or_pay")[0])
    sorter.flat.append((columns, -price[j]))
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
        through = np.array([nodes.throughput[lanes.destination[pool.lanes]].sum() for pool in market.pools])
        base = np.array([lanes.base[pool.lanes].sum() for pool in market.pools])
        quantity = np.maximum(np.maximum(base, RARELY * through) if world.stationary else through, 1e-9)
        return quantity, np.array([nodes.price[lanes.destination[pool.lanes]].mean() for pool in market.pools])
    if name == "shed_within_need":
        return world.uses.base, world.uses.price
    if name == "capacity_limit":
        return expansion_scales(market)
    if name == "take_or_pay":
        lane = contract_lanes(world)
        return np.maximum(lanes.scale[lane], 1e-9), nodes.price[lanes.destination[lane]]
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
    sorter.curved.append(
        PowerCurve(columns[i], market.anchor.use_price[s, t][i], base[i], -1 / elasticity[i], core[i], np.zeros(i.sum()), 1.0, EDGE)
    )
    sorter.curved.append(
        StraightCurve(columns[linear], (market.anchor.use_price[s, t] - uses.slope[s] * (core - base))[linear], uses.slope[s][linear])
    )
    sorter.flat.append((columns[fixed], np.zeros(fixed.sum())))
    columns, s, _ = sorter.family("core_use", uses.price, uses.base)
    sorter.flat.append((columns, np.where(np.isfinite(uses.choke[s]), uses.choke[s], 0.0)))


def _sort_nests(sorter: _Sorter, market: Market) -> None:
    uses = market.world.uses
    columns, s, t = sorter.family("need", uses.price, uses.base)
    order = np.lexsort((s, t, uses.nest[s])) if columns.size else np.zeros(0, dtype=int)
    columns, s, t = columns[order], s[order], t[order]
    _, block = np.unique(np.stack([uses.nest[s], t]), axis=1, return_inverse=True) if columns.size else (None, np.zeros(0, dtype=int))
    price, usual = market.anchor.use_price[s, t], market.anchor.use[s, t]
    share = price * usual / np.bincount(block, price * usual)[block]
    sorter.nests = Nests(columns, block, price, usual, share, market.elasticity[s, t], market.sigma[s, t])
    columns, s, _ = sorter.family("shed", uses.price, uses.base)
    sorter.flat.append((columns, -uses.choke[s]))


def _sort_plants(sorter: _Sorter, market: Market, given: Given) -> None:
    plants, nodes = market.world.activities, market.world.nodes
    price = np.where(plants.is_isoelastic, plants.intercept + plants.cost, nodes.price[plants.output])
    room = np.where(plants.capacity > 0, plants.capacity, market.anchor.capacity.max(axis=1, initial=0.0))
    amount = np.where(plants.base > 0, plants.base, np.where(room > 0, np.minimum(room, nodes.throughput[plants.output]), nodes.throughput[plants.output]))
    columns, a, t = sorter.family("output", np.where(price > 0, price, nodes.price[plants.output]), amount)
    curved, linear = plants.is_isoelastic[a], plants.is_linear[a]
    i = a[curved]
    sorter.curved.append(PowerCurve(columns[curved], plants.cost[i], market.anchor.output[a, t][curved], 1 / plants.elasticity[i], np.zeros(i.size), plants.intercept[i], -1.0, 1e-3))
    i, shift = a[linear], given.output_shift[a, t][linear]
    sorter.curved.append(StraightCurve(columns[linear], plants.slope[i] * shift - plants.intercept[i] - plants.cost[i], plants.slope[i]))
    flat = ~curved & ~linear
    sorter.flat.append((columns[flat], -plants.cost[a[flat]] - plants.intercept[a[flat]]))


def _sort_lanes(sorter: _Sorter, market: Market, given: Given) -> None:
    """Friction, congestion and market power: a straight slope merges with the friction into one curve of the same form."""
    world = market.world
    nodes, lanes = world.nodes, world.lanes
    columns, lane, t = sorter.family("flow", nodes.price[lanes.destination], np.maximum(lanes.scale, 1e-9))
    usual, scale, rubs = market.anchor.flow[lane, t], market.anchor.scale[lane, t], market.anchor.friction[lane, t]
    cost = market.anchor.margin[lane, t] + given.lane_cost[lane, t] - price_after(market)[lane, t]
    slope = given.lane_slope[lane, t]
    remembers = (lanes.persistence[lane] > 0) & (lanes.friction[lane] > 0)
    rough = (rubs > 0) & ~market.is_forced_down[lane, t] & ~remembers
    i, usual, scale, added = lane[rough], usual[rough], scale[rough], slope[rough] * scale[rough]
    friction = rubs[rough] + added
    below = (rubs[rough] * lanes.below_weight[i] + added) / friction
    sorter.curved.append(FrictionCurve(columns[rough], cost[rough] + slope[rough] * usual, friction, below, lanes.smoothing[i], usual, scale))
    straight = ~rough & (slope > 0)
    sorter.curved.append(StraightCurve(columns[straight], -cost[straight], slope[straight]))
    flat = ~rough & (slope <= 0)
    sorter.flat.append((columns[flat], -cost[flat]))
    _sort_trailing_flows(sorter, market)


def _sort_trailing_flows(sorter: _Sorter, market: Market) -> None:
    """Friction of lanes with a memory."""
    world, anchor = market.world, market.anchor
    lanes = world.lanes
    columns, lane, t = sorter.family("trailing_flow", world.nodes.price[lanes.destination], np.maximum(lanes.scale, 1e-9))
    rough = (anchor.friction[lane, t] > 0) & ~market.is_forced_down[lane, t]
    i, month = lane[rough], t[rough]
    nothing = np.zeros(i.size)
    sorter.curved.append(FrictionCurve(columns[rough], nothing, anchor.friction[i, month], lanes.below_weight[i], lanes.smoothing[i], anchor.trailing[i, month], anchor.scale[i, month]))
    sorter.flat.append((columns[~rough], np.zeros((~rough).sum())))


def _sort_stocks(sorter: _Sorter, market: Market) -> None:
    nodes, stocks = market.world.nodes, market.world.stocks
    columns, k, t = sorter.family("closing_stock", nodes.price[stocks.node], stocks.scale)
    if columns.size:
        worth, holding = (terms[k, t] for terms in stock_terms(market, np.arange(market.months)))
        bent = worth > 0
        i = k[bent]
        sorter.curved.append(PowerCurve(columns[bent], worth[bent], market.anchor.stock[k, t][bent], -stocks.exponent[i], np.zeros(i.size), holding[bent], 1.0, STOCK_EDGE))
        sorter.flat.append((columns[~bent], -holding[~bent]))


def _sort_expansions(sorter: _Sorter, market: Market) -> None:
    """Added capacity is flat in itself; what it lets pass answers the price."""
    quantity, price = expansion_scales(market)
    columns, e, t = sorter.family("added", price, quantity)
    sorter.flat.append((columns, -charges(market)[e, t]))
    columns, e, _ = sorter.family("started", capital_scale(market), quantity)
    sorter.flat.append((columns, -price_of_start(market)[e]))
