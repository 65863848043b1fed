r"""What one program takes as given from the last point, because it depends on the prices and quantities that it finds.

Three things keep the market from being one program of maximal surplus: taxes that are shares of prices, answers to prices of other
markets that need not be symmetric, and the slopes that exporters with market power reckon with. Each is held at its value at the
last point, in the manner of PIES (Hogan 1975): the program is solved, the values are taken anew, until they stay. The certificate
tests the true conditions, with the values at the solution itself. On straight curves the slopes do not move: one program is exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kanmon.formulation.curves import core_use
from kanmon.scenario.market import Market
from kanmon.world.conduct import answer_of_output, answer_of_use, perceived_slope
from kanmon.world.world import CrossPrices, Floats

SOME = 1e-6
"""Share of the base use that stands for the first tonne bought [1]."""


@dataclass(frozen=True)
class Point:
    """Prices and quantities, rows x months: price of each node [USD/t], use, output and flow [t/month]."""

    price: Floats
    use: Floats
    output: Floats
    flow: Floats


@dataclass(frozen=True)
class Given:
    """What a program takes as given.

    Attributes:
        lane_cost: taxes, and congestion caused by other lanes, lane x month [USD/t].
        lane_slope: rise of the marginal lane cost with the flow: congestion and market power [USD/t per t/month].
        use_base: use at which each demand curve passes through its base price, use x month [t/month].
        output_shift: by how much other prices move linear supply, activity x month [t/month].
    """

    lane_cost: Floats
    lane_slope: Floats
    use_base: Floats
    output_shift: Floats


def depends_on_point(market: Market) -> bool:
    """Whether anything in a window has to be taken as given and repeated."""
    world = market.world
    return bool(market.has_ad_valorem or world.uses.cross.row.size or world.activities.cross.row.size or world.lanes.cross_lane.size or (world.lanes.conduct > 0).any())


def base_point(market: Market) -> Point:
    """The base year in every month; the reference points of a world whose curves are stated."""
    anchor = market.anchor
    return Point(np.repeat(market.world.nodes.price[:, None], market.months, axis=1), anchor.use, anchor.output, anchor.flow)


def as_vector(given: Given, market: Market) -> Floats:
    """All of it in one vector, each part over the scale of its market [1]."""
    world = market.world
    nodes, lanes = world.nodes, world.lanes
    price = nodes.price[lanes.destination][:, None]
    parts = (
        given.lane_cost / price,
        given.lane_slope * np.maximum(lanes.scale, 1e-9)[:, None] / price,
        given.use_base / world.uses.base[:, None],
        given.output_shift / np.maximum(nodes.throughput[world.activities.output], 1e-9)[:, None],
    )
    return np.concatenate([part.reshape(-1) for part in parts])


def from_vector(vector: Floats, market: Market) -> Given:
    """The reverse of :func:`as_vector`."""
    world = market.world
    nodes, lanes, months = world.nodes, world.lanes, market.months
    price = nodes.price[lanes.destination][:, None]
    rows = (len(lanes.keys), len(lanes.keys), len(world.uses.keys), len(world.activities.keys))
    ends = np.cumsum([count * months for count in rows])[:-1]
    cost, slope, use, shift = (part.reshape(count, months) for part, count in zip(np.split(vector, ends), rows, strict=True))
    return Given(
        cost * price,
        np.maximum(slope, 0.0) * price / np.maximum(lanes.scale, 1e-9)[:, None],
        use * world.uses.base[:, None],
        shift * np.maximum(nodes.throughput[world.activities.output], 1e-9)[:, None],
    )


def given_at(market: Market, point: Point, at_limits: bool = False) -> Given:
    """What a program takes as given at a point; with ``at_limits`` as if no price taker stood at zero or at capacity."""
    world, lanes = market.world, market.world.lanes
    cost = taxes(market, point.price)
    if lanes.cross_lane.size:
        cost = cost.copy()
        np.add.at(cost, lanes.cross_lane, lanes.cross_congestion[:, None] * point.flow[lanes.cross_other])
    slope = np.broadcast_to(lanes.congestion[:, None], cost.shape)
    base = shifted_use(market, point.price)
    if (lanes.conduct > 0).any():
        slope = slope + market_power(market, point, base, at_limits)
    return Given(cost, slope, base, cross_answer(world.activities.cross, point.price, len(world.activities.keys)))


def taxes(market: Market, price: Floats) -> Floats:
    r"""Taxes per tonne on each lane and month at given prices.

    .. math:: \phi_{lt} = f_{lt} + e_{lt}\, p_{o} + \frac{d_{lt}}{1+d_{lt}}\, \beta^{\tau} p_{d} \qquad [\mathrm{USD/t}]

    with specific tax f, export tax e (a share of the origin price) and tariff d (a share of the value before duty).
    """
    lanes = market.world.lanes
    tax = market.specific_tax + market.export_rate * price[lanes.origin]
    if (market.tariff_rate > 0).any():
        tax = tax + market.tariff_rate / (1.0 + market.tariff_rate) * landed_price(market, price)
    return tax


def landed_price(market: Market, price: Floats) -> Floats:
    """Price at the destination when a shipment arrives, discounted to its dispatch, lane x month [USD/t]."""
    world, lanes = market.world, market.world.lanes
    arrival = np.arange(market.months)[None, :] + lanes.transit[:, None]
    at = price[lanes.destination[:, None], np.minimum(arrival, market.months - 1)]
    return np.asarray(np.where(arrival < market.months, (world.discount**lanes.transit)[:, None] * at, price_after(market)), dtype=float)


def price_after(market: Market) -> Floats:
    """Usual price at the destination of a shipment that arrives after the last month, discounted to its dispatch, lane x month [USD/t];
    zero for one that arrives before."""
    lanes, ahead = market.world.lanes, market.anchor.ahead
    late = np.arange(market.months)[None, :] + lanes.transit[:, None] - market.months
    price = ahead[lanes.destination[:, None], np.clip(late, 0, ahead.shape[1] - 1)]
    return np.where(late >= 0, (market.world.discount**lanes.transit)[:, None] * price, 0.0)


def arrivals(market: Market, flow: Floats) -> Floats:
    """What each lane lands in each month: the dispatch of as many months ago as it takes, or what was under way before [t/month]."""
    landed, transit = np.zeros_like(flow), market.world.lanes.transit
    for months in np.unique(transit).tolist():
        lanes, early = transit == months, min(months, market.months)
        landed[lanes, months:] = flow[lanes, : market.months - months]
        landed[lanes, :early] = market.state.under_way[lanes, :early]
    return landed


def net_price(market: Market, price: Floats) -> Floats:
    """What a tonne costs an industry: the market price less the value of the scrap it leaves, use x month [USD/t]."""
    uses = market.world.uses
    net = price[uses.node].copy()
    np.add.at(net, uses.scrap_use, -uses.scrap_ratio[:, None] * price[uses.scrap_node])
    return net


def shifted_use(market: Market, price: Floats) -> Floats:
    r"""Use at the base price, moved by prices of other markets.

    .. math:: q_s + \sum_j \kappa_{sj}\,(p_j - \bar p_j) \quad\text{(linear)}, \qquad q_s \prod_j (p_j/\bar p_j)^{e_{sj}} \quad\text{(isoelastic)} \qquad [\mathrm{t/month}]
    """
    uses = market.world.uses
    base = np.array(market.anchor.use)
    linear = np.isfinite(uses.slope)
    if uses.cross.row.size:
        base[linear] += cross_answer(uses.cross, price, len(uses.keys))[linear]
        curved = ~linear[uses.cross.row]
        row, node = uses.cross.row[curved], uses.cross.node[curved]
        ratio = np.maximum(price[node] / uses.cross.reference[curved][:, None], 1e-6)
        np.multiply.at(base, row, ratio ** uses.cross.coefficient[curved][:, None])
    return base


def cross_answer(cross: CrossPrices, price: Floats, rows: int) -> Floats:
    """Change of quantities with prices of other markets on linear curves, row x month [t/month]."""
    answer = np.zeros((rows, price.shape[1]))
    np.add.at(answer, cross.row, cross.coefficient[:, None] * (price[cross.node] - cross.reference[:, None]))
    return answer


def use_at_choke(market: Market, base: Floats) -> Floats:
    """Use that is given up only at the choke, use x month [t/month] (:func:`kanmon.formulation.curves.core_use`)."""
    uses = market.world.uses
    return core_use(base, market.anchor.use_price, uses.choke[:, None], market.elasticity, uses.slope[:, None])


def market_power(market: Market, point: Point, base: Floats, at_limits: bool = False) -> Floats:
    """Slopes that players reckon with, times conduct, by month of dispatch, lane x month [USD/t per t/month]."""
    world, lanes = market.world, market.world.lanes
    use = point.use
    used = np.zeros((len(world.nodes.keys), market.months))
    np.add.at(used, world.uses.node, use)
    unused = (used <= 0)[world.uses.node]
    use = np.where(unused, SOME * world.uses.base[:, None], use)  # where nothing is bought, the slope at which buying would begin
    fall = answer_of_use(world.uses, use, use_at_choke(market, base), net_price(market, point.price), market.elasticity, market.sigma)
    rise = answer_of_output(world.activities, market.anchor.output, point.output, market.capacity, at_limits)
    slope = perceived_slope(lanes, world.uses, world.activities, world.discount, fall, rise, len(world.nodes.keys))
    arrival = np.minimum(np.arange(market.months)[None, :] + lanes.transit[:, None], market.months - 1)
    return np.asarray(np.take_along_axis(slope, arrival, axis=1), dtype=float)
