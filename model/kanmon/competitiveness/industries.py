"""What happens to industries: the cost channel at the market price, the shortage channel for what is shed, and who gains.

The two channels meet once: output is the smaller of what its price lets an industry sell and what its material lets it make. The price
of the market already is the scarcity price, so what is shed is never priced a second time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kanmon.competitiveness.facts import Industries
from kanmon.competitiveness.market import MarketMonths
from kanmon.competitiveness.rivals import Outcome, compete
from kanmon.competitiveness.substitution import nested

ROUNDING = 1e-12
"""Change of sales that is rounding [1]."""

NOTHING = 1e-9
"""Share of output below which a lack is noise of the solver [1]."""


@dataclass(frozen=True)
class Result:
    """Industries month by month. Axes: draw e, month t, industry i, region r (origin o, destination d).

    Attributes:
        cost_weight: share of the goods in unit cost [e, t, i, r] [1].
        cost: hat of unit cost [e, t, i, r].
        price: hat of price, after pass-through [e, t, i, r].
        wanted: hat of what the price lets an industry sell [e, t, i, r].
        makes: what its material lets it make, as a share of the base; without end where nothing is shed, since material can then be
            had at the market price [e, t, i, r].
        trade: sales after rationing [e, t, i, o, d] [USD/month].
        base_trade: sales of the base [e, t, i, o, d] [USD/month].
        value_added_share, pass_through: [e, i, r] [1].
    """

    cost_weight: np.ndarray
    cost: np.ndarray
    price: np.ndarray
    wanted: np.ndarray
    makes: np.ndarray
    trade: np.ndarray
    base_trade: np.ndarray
    value_added_share: np.ndarray

    @property
    def base_output(self) -> np.ndarray:
        """Sales of the base [e, t, i, r] [USD/month]."""
        return self.base_trade.sum(axis=-1)

    @property
    def output(self) -> np.ndarray:
        r"""Output as a share of the base: the smaller of the two limits.

        .. math:: \hat x = \min\{\hat q(\hat p),\ 1 - \phi\} \qquad [1]
        """
        return np.minimum(self.wanted, self.makes)

    @property
    def margin_lost(self) -> np.ndarray:
        r"""Value added lost because cost is not passed on, on what is made [USD/month].

        .. math:: x^0\, \hat x\, (\hat c - \hat p)
        """
        return self.base_output * self.output * (self.cost - self.price)

    @property
    def sales_lost(self) -> np.ndarray:
        r"""Value added lost because a dearer product sells less [USD/month].

        .. math:: x^0\, v\, (1 - \hat q(\hat p))
        """
        return self.base_output * self.value_added_share[:, None] * (1.0 - self.wanted)

    @property
    def idled(self) -> np.ndarray:
        r"""Value added lost because material is missing, beyond what would not be sold anyway [USD/month].

        .. math:: x^0\, v\, (\hat q(\hat p) - \hat x)
        """
        return self.base_output * self.value_added_share[:, None] * (self.wanted - self.output)

    @property
    def value_added(self) -> np.ndarray:
        r"""Value added that is left [USD/month].

        .. math:: x^0\, \hat x\, (v - \hat c + \hat p)
        """
        return self.base_output * self.output * (self.value_added_share[:, None] - self.cost + self.price)


def follow(facts: Industries, market: MarketMonths) -> Result:
    """Cost, price, sales and output of every industry in every month and draw.

    Args:
        facts: industries.
        market: months of a run.

    Raises:
        ArithmeticError: an industry's sales do not settle.
    """
    spent = (market.base_price * facts.base_use).sum(axis=-1)
    weight = np.minimum(np.divide(spent, facts.output[:, None], out=np.zeros((facts.output.shape[0], *spent.shape)), where=facts.output[:, None] > 0), 1.0)
    value = market.base_price * market.base
    total = value.sum(axis=-1, keepdims=True)
    inner = np.divide(value, total, out=np.zeros_like(value), where=total > 0)
    direct = nested(inner, market.price_ratio, facts.nest_sigma[None], weight, 1.0, facts.thrift[:, None]).price
    cost = np.where(weight > 0, direct, 1.0)
    grown = _growth(facts, market)
    base_trade = facts.trade[:, None] * grown[None, ..., None]
    price, wanted = np.ones_like(cost), np.ones_like(cost)
    makes = _makes(facts.dependent_share[:, None] * market.shed_share[None])
    trade = np.zeros((*cost.shape, cost.shape[-1]))
    index = np.ones_like(cost)
    for i in facts.order:
        for k in np.flatnonzero(facts.cost_share[0, i].any(axis=-1)):
            cost[:, :, i] += facts.cost_share[:, None, i, k] * (index[:, :, k] - 1.0)
            lacking = _home_share(base_trade[:, :, k]) * (1.0 - facts.replaceable[:, None, i, k]) * np.maximum(1.0 - makes[:, :, k], 0.0)
            makes[:, :, i] = np.where(facts.cost_share[:, None, i, k] > 0, np.minimum(makes[:, :, i], _makes(lacking)), makes[:, :, i])
        price[:, :, i] = 1.0 + facts.pass_through[:, None, i] * (cost[:, :, i] - 1.0)
        sold = compete(base_trade[:, :, i], facts.sigma[:, None, i], facts.demand_elasticity[:, None, i], facts.supply_elasticity[i], price[:, :, i])
        wanted[:, :, i] = _wanted(base_trade[:, :, i], sold)
        index[:, :, i] = sold.price_index
        served = np.minimum(makes[:, :, i] / wanted[:, :, i], 1.0)
        trade[:, :, i] = sold.expenditure * served[..., None]
    return Result(weight, cost, price, wanted, makes, trade, base_trade, facts.value_added_share)


def _growth(facts: Industries, market: MarketMonths) -> np.ndarray:
    """Output of the baseline path over that of the base year, which follows the use of goods; 1 where none is used [t, i, r]."""
    before = (market.base_price * facts.base_use).sum(axis=-1)
    return np.divide((market.base_price * market.base).sum(axis=-1), before, out=np.ones_like(before), where=before > 0)


def _makes(lacking: np.ndarray) -> np.ndarray:
    """Output that material allows when a share of it is lacking; without end where none is."""
    return np.where(lacking > NOTHING, 1.0 - lacking, np.inf)


def _home_share(trade: np.ndarray) -> np.ndarray:
    """Share of the home product in what a region buys [..., r]."""
    bought = trade.sum(axis=-2)
    return np.divide(np.diagonal(trade, axis1=-2, axis2=-1), bought, out=np.zeros_like(bought), where=bought > 0)


def _wanted(trade: np.ndarray, sold: Outcome) -> np.ndarray:
    """Hat of an origin's sales in quantity; 1 where there is none."""
    base = trade.sum(axis=-1)
    hat = np.divide((trade * sold.quantity).sum(axis=-1), base, out=np.ones_like(base), where=base > 0)
    return np.where(np.abs(hat - 1.0) < ROUNDING, 1.0, hat)
