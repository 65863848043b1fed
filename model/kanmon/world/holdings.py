"""National stockpiles and take-or-pay contracts: what a scenario adds to the stocks and lanes of a world.

Neither has curves of its own. A stockpile is a stock whose owner values a tonne in store at a price of its own, its reservation price:
it does not sell below it and does not buy above it. A contract stands on a lane: what is bought below the quantity that it names is
paid for all the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from kanmon.world.world import Booleans, Floats, World


@dataclass(frozen=True)
class Stockpile:
    """A national stockpile.

    Attributes:
        name: as the scenario calls it.
        owner: region that pays for it and gets what it sells for.
        region, good: where it lies, and of what.
        stock: its place among the stocks of the world.
        reservation: what a tonne in store is worth to its owner [USD/t]: the price at which it sells.
        ceiling: the same in quiet times: the price up to which it buys [USD/t].
    """

    name: str
    owner: str
    region: str
    good: str
    stock: int
    reservation: float
    ceiling: float


@dataclass(frozen=True)
class Contract:
    """A take-or-pay contract.

    Attributes:
        name: as the scenario calls it.
        lane: its place among the lanes of the world.
        price: what is paid for a tonne that is not taken [USD/t].
    """

    name: str
    lane: int
    price: float


def in_quiet_times(world: World) -> World:
    """The world while no crisis is on: a tonne in store is worth to the owner of a stockpile what it would pay for one."""
    if all(pile.reservation == pile.ceiling for pile in world.stockpiles):
        return world
    return replace(world, stockpiles=tuple(replace(pile, reservation=pile.ceiling) for pile in world.stockpiles))


def is_stockpile(world: World) -> Booleans:
    """Which stocks are national stockpiles (mask)."""
    mask = np.zeros(world.stocks.node.size, dtype=bool)
    mask[[pile.stock for pile in world.stockpiles]] = True
    return mask


def security_value(world: World) -> Floats:
    r"""What a month of holding a tonne must be worth to an owner who neither sells below its reservation price nor buys above it.

    .. math:: s_k = (1-\beta(1-\delta_k))\, V_k + h_k \qquad [\mathrm{USD/t\ per\ month}]

    Interest on the reservation price, and the holding cost: with it a tonne in store is worth :math:`V_k` in every month. By stock;
    zero for those that are held for their price or their convenience.
    """
    stocks, value = world.stocks, np.zeros(world.stocks.node.size)
    for pile in world.stockpiles:
        k = pile.stock
        value[k] = (1.0 - world.discount * (1.0 - stocks.loss[k])) * pile.reservation + stocks.holding[k]
    return value


def worth_at_end(world: World, price: Floats) -> Floats:
    """What a tonne is worth when the last month has passed, by stock: its market price then, a stockpile's its reservation price [USD/t].

    Args:
        world: its stocks.
        price: of each stock's market after the last month [USD/t].
    """
    worth = price.copy()
    for pile in world.stockpiles:
        worth[pile.stock] = pile.reservation
    return worth


def contract_lanes(world: World) -> np.ndarray:
    """Lane of each contract."""
    return np.array([contract.lane for contract in world.contracts], dtype=np.int64)


def contract_prices(world: World) -> Floats:
    """Price of a tonne not taken under each contract [USD/t]."""
    return np.array([contract.price for contract in world.contracts], dtype=float)
