"""The points that the curves of a window pass through, month by month.

In a stationary base year they are the base year itself. On a path they move: what was usual in a month, and at which price, is what
the path says, and a scenario departs from it (:mod:`kanmon.runs.path`).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from kanmon.world.trends import Trends
from kanmon.world.world import Floats, World


@dataclass(frozen=True)
class Anchor:
    """Usual quantities and prices, rows x months.

    Attributes:
        use: use at which each demand curve passes through ``use_price`` [t/month].
        use_price: that price, net of the value of scrap [USD/t].
        output: output at which an isoelastic cost curve passes through its base marginal cost [t/month].
        flow: flow at which switching suppliers costs nothing [t/month].
        trailing: trailing flow on a lane with a memory, at which it costs nothing [t/month].
        margin: marginal cost of a lane at that flow, taxes apart [USD/t].
        friction: theta times destination price [USD/t].
        scale: quantity that the relative change of a flow is measured against [t/month].
        stock: stock at which the marginal convenience is its base value [t].
        capacity: of each activity, dated projects included [t/month].
        restarted: output of plants that stood idle in the calibration year and run on the path [t/month].
        ahead: price of each node in the months after the window, the last one going on, node x months after [USD/t].
        closing_stock: stock for which the last price of ``ahead`` values what is handed on [t].
    """

    use: Floats
    use_price: Floats
    output: Floats
    flow: Floats
    trailing: Floats
    margin: Floats
    friction: Floats
    scale: Floats
    stock: Floats
    capacity: Floats
    restarted: Floats
    ahead: Floats
    closing_stock: Floats

    def between(self, first: int, last: int, price: Floats, stock: Floats) -> Anchor:
        """The months from one to another, the last one left out, followed by given prices.

        Args:
            first, last: months of this anchor.
            price: node prices of the months after, node x months after [USD/t].
            stock: what stocks close with in the last month [t].
        """
        monthly = {
            item.name: getattr(self, item.name)[:, first:last] for item in fields(Anchor) if item.name not in ("ahead", "closing_stock")
        }
        return Anchor(**monthly, ahead=price, closing_stock=stock)


def base_anchor(world: World, months: int) -> Anchor:
    """The base year in every month; reference points where curves are stated outright."""

    def every(values: Floats) -> Floats:
        return np.broadcast_to(values[:, None], (values.size, months))

    uses, lanes, stocks = world.uses, world.lanes, world.stocks
    return Anchor(
        every(uses.base), every(uses.price), every(world.activities.base), every(lanes.base), every(lanes.base), every(lanes.margin), every(lanes.friction), every(lanes.scale),
        every(stocks.base), every(world.activities.capacity), every(np.zeros(len(world.activities.keys))), world.nodes.closing_price[:, None], stocks.base,
    )  # fmt: skip


def grown(anchor: Anchor, by: Trends, friction: Floats) -> Anchor:
    """An anchor whose quantities follow the trends; prices stay.

    Args:
        anchor: of the calibration year.
        by: trends.
        friction: share of the friction that is left once everybody has had time to find other suppliers, by lane [1].
    """
    return replace(
        anchor, use=anchor.use * by.use, output=anchor.output * by.output, flow=anchor.flow * by.flow, trailing=anchor.trailing * by.flow, scale=anchor.scale * by.flow,
        stock=anchor.stock * by.stock, capacity=by.capacity, friction=anchor.friction * friction[:, None], closing_stock=anchor.closing_stock * by.stock[:, -1],
    )  # fmt: skip
