"""Origins that compete in every destination: Armington shares in exact-hat form, with supply that answers the price.

Axes: origin o, destination d; leading axes (scenarios, draws, months) are carried along.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kanmon.competitiveness.substitution import composite_price

STEPS, CLOSE, LONGEST = 60, 1e-13, 2.0
"""Newton steps at most; excess demand at which it stops, as a share of supply [1]; longest step [log of a price]."""


class Outcome(NamedTuple):
    """What becomes of trade. Hats are ratios to the base [1].

    Attributes:
        producer_price: hat of each origin's price before barriers.
        consumer_price: hat of what a destination pays for each origin's variety.
        price_index: hat of each destination's composite.
        total: hat of the quantity of the composite that each destination buys.
        quantity: hat of the quantity of each variety that each destination buys.
        share: new share of each origin in a destination's expenditure.
        expenditure: new expenditure, in the unit of ``trade``, taxes in it.
        real_income: hat of producer price over price index where origins and destinations are the same, else empty.
    """

    producer_price: np.ndarray
    consumer_price: np.ndarray
    price_index: np.ndarray
    total: np.ndarray
    quantity: np.ndarray
    share: np.ndarray
    expenditure: np.ndarray
    real_income: np.ndarray


def compete(
    trade: np.ndarray,
    sigma: np.ndarray | float,
    demand_elasticity: np.ndarray | float = 1.0,
    supply_elasticity: np.ndarray | float = np.inf,
    cost: np.ndarray | float = 1.0,
    quantity_loss: np.ndarray | float = 1.0,
    tax: np.ndarray | float = 1.0,
    base_tax: np.ndarray | float = 1.0,
    spends_income: bool = False,
) -> Outcome:
    r"""Prices, shares and quantities after costs and barriers have changed.

    .. math::
        \hat p_{od} = \hat p_o \hat\kappa_{od} \hat\tau_{od},\quad
        s'_{od} = s_{od} (\hat p_{od} / \hat P_d)^{1-\sigma},\quad
        \hat q_{od} = (\hat p_{od}/\hat P_d)^{-\sigma} \hat P_d^{-\eta},\quad
        (\hat p_o / \hat c_o)^{\varepsilon_o} \sum_d x_{od} = \sum_d x_{od}\, \hat\kappa_{od}\, \hat q_{od} \qquad [1]

    With an infinite elasticity of supply the price is the cost. With ``spends_income`` expenditure is what an origin earns plus its
    deficit of the base year, the world's income being the measure of value: general equilibrium with one factor.

    Args:
        trade: base trade at the producer's price, [..., o, d], the home market included.
        sigma: elasticity of substitution between origins [1], leading axes only.
        demand_elasticity: elasticity of a destination's use of the composite, positive [1]; 1 keeps expenditure.
        supply_elasticity: elasticity of supply of each origin [1]; 0 for a given quantity.
        cost: hat of each origin's unit cost (its price, where supply is elastic without end), [..., o].
        quantity_loss: hat of what must be sent for one unit to arrive, [..., o, d].
        tax: hat of one plus the ad-valorem tax, [..., o, d].
        base_tax: one plus the tax of the base year, [..., o, d].
        spends_income: expenditure follows income; origins and destinations are then the same, and taxes do not change.

    Raises:
        ArithmeticError: no equilibrium was found, which data with positive trade and a finite elasticity do not cause.

    Source: Armington (1969); Dekle, Eaton and Kortum (2008).
    """
    world = _World.of(trade, sigma, demand_elasticity, supply_elasticity, cost, quantity_loss, tax, base_tax, spends_income)
    log_price = np.where(world.elastic, np.log(world.cost), 0.0)
    for _ in range(STEPS):
        excess, slope = world.excess(log_price)
        if np.abs(excess).max(initial=0.0) < CLOSE:
            break
        step = -np.linalg.solve(slope, excess[..., None])[..., 0]
        log_price = log_price + step / np.maximum(np.abs(step).max(axis=-1, keepdims=True) / LONGEST, 1.0)
    else:
        if np.abs(world.excess(log_price)[0]).max(initial=0.0) > 1e3 * CLOSE:
            raise ArithmeticError("no prices clear the markets of all origins")
    return world.outcome(log_price)


def first_order(trade: np.ndarray, sigma: float, demand_elasticity: float, supply_elasticity: np.ndarray | float, tax: np.ndarray, base_tax: np.ndarray | float = 1.0) -> np.ndarray:
    r"""Change of each origin's producer price to first order: one Newton step of :func:`compete` from the base.

    .. math::
        \sum_k \Big[\sum_d w_{od}\big(-\sigma\delta_{ok} + (\sigma-\eta) s_{kd}\big) - \varepsilon_o\delta_{ok}\Big]\, \dot p_k
        = \sum_d w_{od}\Big[\sigma\, \dot\tau_{od} - (\sigma-\eta) \sum_k s_{kd}\, \dot\tau_{kd}\Big] \qquad [1]

    This is the log-linear model of Francois and Hall (2003): large changes of tax differ from the exact answer at second order.

    Args:
        trade, sigma, demand_elasticity, supply_elasticity, tax, base_tax: as in :func:`compete`, without leading axes.

    Returns:
        relative change of the producer price, origin [1].
    """
    world = _World.of(trade, sigma, demand_elasticity, supply_elasticity, 1.0, 1.0, 1.0, base_tax, False)
    _, slope = world.excess(np.zeros(np.shape(trade)[:-1]))
    change = np.asarray(tax) - 1.0
    weight = np.asarray(trade) / np.asarray(trade).sum(axis=-1, keepdims=True)
    pushed = weight * (-world.sigma * change + (world.sigma - world.demand) * (world.share * change).sum(axis=-2))
    return np.linalg.solve(slope, -pushed.sum(axis=-1))


def gain_from_trade(domestic_share: np.ndarray | float, trade_elasticity: np.ndarray | float) -> np.ndarray:
    r"""Real income lost if a country that spends a share at home had to buy everything there: what trade is worth to it.

    .. math:: 1 - \lambda^{1/\varepsilon} \qquad [1],\ \varepsilon = \sigma - 1

    Args:
        domestic_share: share of home goods in expenditure [1].
        trade_elasticity: elasticity of trade to cost, positive [1].

    Source: Arkolakis, Costinot and Rodriguez-Clare (2012), American Economic Review 102(1), equation 1.
    """
    return 1.0 - np.asarray(domestic_share, dtype=float) ** (1.0 / np.asarray(trade_elasticity, dtype=float))


class _World(NamedTuple):
    """The inputs of :func:`compete`, broadcast to [..., o, d] or [..., o], and base shares."""

    trade: np.ndarray
    spent: np.ndarray
    share: np.ndarray
    sigma: np.ndarray
    demand: np.ndarray
    elastic: np.ndarray
    supply: np.ndarray
    cost: np.ndarray
    loss: np.ndarray
    tax: np.ndarray
    spends_income: bool

    @classmethod
    def of(cls, trade, sigma, demand, supply, cost, loss, tax, base_tax, spends_income) -> _World:
        trade = np.asarray(trade, dtype=float)
        sigma, demand = (np.asarray(value, dtype=float)[..., None, None] for value in (sigma, demand))
        lead = np.broadcast_shapes(np.shape(cost)[:-1], np.shape(loss)[:-2], np.shape(tax)[:-2], trade.shape[:-2], sigma.shape[:-2], demand.shape[:-2], np.shape(supply)[:-1])
        origins, both = (*lead, trade.shape[-2]), (*lead, *trade.shape[-2:])
        spent = np.broadcast_to(trade * base_tax, both)
        supply = np.broadcast_to(np.asarray(supply, dtype=float), origins)
        elastic = np.isinf(supply)
        return cls(
            np.broadcast_to(trade, both), spent, spent / np.maximum(spent.sum(axis=-2, keepdims=True), 1e-300), sigma, np.ones_like(demand) if spends_income else demand, elastic,
            np.where(elastic, 0.0, supply), np.broadcast_to(np.asarray(cost, dtype=float), origins), np.broadcast_to(loss, both), np.broadcast_to(tax, both), spends_income,
        )  # fmt: skip

    def _prices(self, log_price: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Hats of consumer prices and of the composite."""
        consumer = np.exp(log_price)[..., None] * self.loss * self.tax
        sigma = np.broadcast_to(self.sigma[..., 0], (*consumer.shape[:-2], consumer.shape[-1]))
        return consumer, composite_price(np.swapaxes(self.share, -1, -2), np.swapaxes(consumer, -1, -2), sigma)

    def _income(self, log_price: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Hat of expenditure of each destination, and share of earnings in it."""
        base = self.trade.sum(axis=-1)
        earned = base * np.exp(log_price) * (np.exp(log_price) / self.cost) ** self.supply
        spent = self.spent.sum(axis=-2)
        return (earned + spent - base) / spent, earned / (earned + spent - base)

    def quantity(self, log_price: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Hat of the quantity of each variety, of each destination's composite, and the new share in value."""
        consumer, index = self._prices(log_price)
        total = index ** -self.demand[..., 0]
        if self.spends_income:
            total = total * self._income(log_price)[0]
        relative = consumer / index[..., None, :]
        return relative**-self.sigma * total[..., None, :], total, self.share * relative ** (1.0 - self.sigma)

    def excess(self, log_price: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Log of demand over supply of each origin, and its slope in the logs of prices."""
        quantity, _, share = self.quantity(log_price)
        shipped = self.trade * self.loss * quantity
        wanted, base = shipped.sum(axis=-1), self.trade.sum(axis=-1)
        idle = base <= 0
        safe = np.where(idle, 1.0, wanted)
        weight = shipped / safe[..., None]
        one = np.eye(base.shape[-1])
        slope = -(self.sigma[..., 0] + self.supply)[..., None] * one + (self.sigma - self.demand) * np.einsum("...od,...kd->...ok", weight, share)
        gap = np.log(np.where(idle, 1.0, safe / np.where(idle, 1.0, base))) - self.supply * (log_price - np.log(self.cost))
        if self.spends_income:
            _, earned = self._income(log_price)
            slope = slope + weight * (earned * (1.0 + self.supply))[..., None, :]
            world = base * np.exp(log_price) * (np.exp(log_price) / self.cost) ** self.supply
            gap = np.concatenate([gap[..., :-1], np.log(world.sum(axis=-1) / base.sum(axis=-1))[..., None]], axis=-1)
            slope = np.concatenate([slope[..., :-1, :], (world * (1.0 + self.supply) / world.sum(axis=-1, keepdims=True))[..., None, :]], axis=-2)
        given = self.elastic | idle
        return np.where(given, log_price - np.where(idle, 0.0, np.log(self.cost)), gap), np.where(given[..., None], one, slope)

    def outcome(self, log_price: np.ndarray) -> Outcome:
        consumer, index = self._prices(log_price)
        quantity, total, share = self.quantity(log_price)
        producer = np.exp(log_price)
        alike = producer.shape[-1] == index.shape[-1]
        return Outcome(producer, consumer, index, total, quantity, share, self.spent * quantity * consumer, producer / index if alike else np.zeros(0))
