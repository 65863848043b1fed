"""The calibrated world: one stationary year, as arrays. Nothing here knows months, measures or Pyomo.

Index letters are those of the notation table in ``model/README.md``: n node (region, good), a activity, l lane, s use,
k stock. Quantities in t/month (stocks in t), money in USD/t of the pack's currency year.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True)
class Nodes:
    """Markets: a good in a region.

    Attributes:
        keys: (region, good) of each node.
        price: base price [USD/t].
        throughput: base quantity that passes through, the scale of its residuals [t/month].
        disposable: whether surplus may be thrown away at no cost (scrap).
    """

    keys: tuple[tuple[str, str], ...]
    price: Floats
    throughput: Floats
    disposable: Booleans

    def index(self) -> dict[tuple[str, str], int]:
        return {key: place for place, key in enumerate(self.keys)}


@dataclass(frozen=True)
class Activities:
    """Plants: output of one good from others, at rising marginal cost up to capacity.

    Attributes:
        keys: (region, activity), with ``idle`` appended to the name of capacity that stood still in the base year.
        output: node of the good made.
        base: base output [t/month]; zero for idle capacity.
        capacity: largest output [t/month].
        cost: marginal cost at base output, inputs apart [USD/t]; the whole marginal cost for idle capacity.
        elasticity: of output to its margin [1]; infinite for idle capacity (constant cost).
        delay: months from announcement to availability; zero for running capacity.
        input_activity, input_node, input_ratio: recipe entries, t of the node's good per t of output [1].
    """

    keys: tuple[tuple[str, str], ...]
    output: Integers
    base: Floats
    capacity: Floats
    cost: Floats
    elasticity: Floats
    delay: Integers
    input_activity: Integers
    input_node: Integers
    input_ratio: Floats

    @property
    def is_idle(self) -> Booleans:
        return np.isinf(self.elasticity)


@dataclass(frozen=True)
class Lanes:
    """Trade lanes: a good shipped from one region to another.

    Attributes:
        keys: (good, origin, destination).
        origin, destination: nodes.
        base: base flow [t/month].
        margin: constant part of the marginal cost [USD/t]: discounted destination price less origin price for lanes in
            use, at least freight and a premium on top of that gap for new ones; may be negative.
        transit: whole months under way.
        friction: theta times destination price [USD/t].
        below_weight, smoothing: shape of the friction [1].
        scale: quantity that the relative change of the flow is measured against [t/month].
    """

    keys: tuple[tuple[str, str, str], ...]
    origin: Integers
    destination: Integers
    base: Floats
    margin: Floats
    transit: Integers
    friction: Floats
    below_weight: Floats
    smoothing: Floats
    scale: Floats


@dataclass(frozen=True)
class Uses:
    """End uses: a good used by an industry in a region; several goods of one industry form a nest.

    Attributes:
        keys: (region, industry, good).
        node: market that it buys from.
        base: base use [t/month].
        price: base price net of the value of the scrap that a tonne leaves behind [USD/t].
        choke: net price at which the industry stops rather than pays [USD/t].
        elasticity_short, elasticity_long: of use to its net price [1]; for nest members that of the nest.
        half_life: months in which half of the way from short to long run is gone.
        slope: of a linear inverse demand curve [USD/t per t/month]; NaN where the curve is isoelastic.
        nest: nest that it belongs to; -1 for none.
        sigma_short, sigma_long: elasticity of substitution within the nest [1]; NaN outside nests.
        scrap_use, scrap_node, scrap_ratio: scrap left behind, t per t used [1].
    """

    keys: tuple[tuple[str, str, str], ...]
    node: Integers
    base: Floats
    price: Floats
    choke: Floats
    elasticity_short: Floats
    elasticity_long: Floats
    half_life: Floats
    slope: Floats
    nest: Integers
    sigma_short: Floats
    sigma_long: Floats
    scrap_use: Integers
    scrap_node: Integers
    scrap_ratio: Floats

    @property
    def in_nest(self) -> Booleans:
        return self.nest >= 0


@dataclass(frozen=True)
class Stocks:
    """Private inventories.

    Attributes:
        node: market.
        base: base stock [t].
        minimum: operating minimum [t].
        convenience: marginal convenience at the base stock [USD/t a month]; equals interest plus holding cost there.
        exponent: how fast convenience rises as stock falls [1].
        holding: storage and insurance [USD/t a month].
    """

    node: Integers
    base: Floats
    minimum: Floats
    convenience: Floats
    exponent: Floats
    holding: Floats


@dataclass(frozen=True)
class World:
    """The calibrated base year.

    Attributes:
        regions, goods: in the order of the pack.
        discount: monthly discount factor [1].
    """

    regions: tuple[str, ...]
    goods: tuple[str, ...]
    discount: float
    nodes: Nodes
    activities: Activities
    lanes: Lanes
    uses: Uses
    stocks: Stocks


def integers(values: Iterable[float]) -> Integers:
    """Whole numbers as an array of places."""
    return np.array(list(values), dtype=np.int64)


def no_stocks() -> Stocks:
    """Nobody holds inventories."""
    empty = np.zeros(0)
    return Stocks(integers(()), empty, empty, empty, empty, empty)
