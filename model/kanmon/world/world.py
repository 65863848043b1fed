"""The calibrated world: one stationary year, as arrays. Nothing here knows months, measures or Pyomo.

Index letters are those of the notation table in ``model/README.md``: n node (region, good), a activity, l lane, s use,
k stock. Quantities in t/month (stocks in t), money in USD/t of the pack's currency year.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kanmon.world.holdings import Contract, Stockpile

IDLE, PLANNED = " (idle)", " (planned)"
"""Appended to the name of an activity that stood still in the calibration year, or was still to be built."""

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
        closing_price: what a tonne that arrives after the last month is worth then [USD/t].
        resale: where an exporter with market power sells: what may leave the market beyond what is made there [t/month];
            infinite elsewhere.
    """

    keys: tuple[tuple[str, str], ...]
    price: Floats
    throughput: Floats
    disposable: Booleans
    closing_price: Floats
    resale: Floats

    def index(self) -> dict[tuple[str, str], int]:
        return {key: place for place, key in enumerate(self.keys)}


@dataclass(frozen=True)
class CrossPrices:
    """Answers of quantities to prices of other markets: one entry for each pair.

    Attributes:
        row: use or activity that answers.
        node: market whose price it answers.
        coefficient: change of the quantity with the price [t/month per USD/t]; on isoelastic curves the elasticity [1].
        reference: price at which the curve stands as it is stated [USD/t]; zero on linear curves.
    """

    row: Integers
    node: Integers
    coefficient: Floats
    reference: Floats


@dataclass(frozen=True)
class Activities:
    """Plants: output of one good from others, at rising marginal cost up to capacity.

    Marginal cost, inputs apart: intercept + slope y, and on top of it, where the elasticity is finite, cost (y/base)^(1/elasticity).

    Attributes:
        keys: (region, activity), with ``idle`` appended to the name of capacity that stood still in the base year.
        output: node of the good made.
        base: base output [t/month], or the output that cost refers to; zero for linear and constant cost.
        capacity: largest output [t/month].
        cost: marginal cost at base output above the intercept [USD/t].
        elasticity: of output to its margin [1]; infinite for linear and constant cost.
        intercept: constant part of marginal cost [USD/t].
        slope: rise of marginal cost with output [USD/t per t/month].
        idle: stood still in the base year, and starts ``delay`` months after an announcement.
        delay: months from announcement to availability; zero for running capacity.
        input_activity, input_node, input_ratio: recipe entries, t of the node's good per t of output [1]; by-products negative.
        cross: answers to prices of other markets.
    """

    keys: tuple[tuple[str, str], ...]
    output: Integers
    base: Floats
    capacity: Floats
    cost: Floats
    elasticity: Floats
    intercept: Floats
    slope: Floats
    idle: Booleans
    delay: Integers
    input_activity: Integers
    input_node: Integers
    input_ratio: Floats
    cross: CrossPrices

    @property
    def is_isoelastic(self) -> Booleans:
        return np.isfinite(self.elasticity)

    @property
    def is_linear(self) -> Booleans:
        return ~self.is_isoelastic & (self.slope > 0)


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
        capacity: largest flow [t/month].
        tariff: standing ad-valorem duty [1]; zero where the margin holds it.
        congestion: rise of the marginal cost with the flow [USD/t per t/month].
        cross_lane, cross_other, cross_congestion: rise of one lane's cost with the flow on another [USD/t per t/month].
        conduct: of the exporter: 0 price taker, 1 Cournot player [1].
        fringe_response: share of the price takers' answer at the destination that the exporter reckons with [1].
        memory: months over which the friction looks at what was shipped; None: each month by itself.
        licensed: lanes on which an export licence held the base flow where it was; None: no lane.
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
    capacity: Floats
    tariff: Floats
    congestion: Floats
    cross_lane: Integers
    cross_other: Integers
    cross_congestion: Floats
    conduct: Floats
    fringe_response: Floats
    memory: Floats | None = None
    licensed: Booleans | None = None

    @property
    def persistence(self) -> Floats:
        """Share of the trailing flow that is left of the month before [1]."""
        return np.zeros(len(self.keys)) if self.memory is None else 1.0 - 1.0 / np.maximum(self.memory, 1.0)


@dataclass(frozen=True)
class Uses:
    """End uses: a good used by an industry in a region; several goods of one industry form a nest.

    Attributes:
        keys: (region, industry, good).
        node: market that it buys from.
        base: base use [t/month].
        price: base price net of the value of the scrap that a tonne leaves behind [USD/t].
        choke: net price at which the industry stops rather than pays [USD/t]; infinite where it never does.
        elasticity_short, elasticity_long: of use to its net price [1]; for nest members that of the nest; 0 for a fixed need.
        half_life: months in which half of the way from short to long run is gone.
        slope: of a linear inverse demand curve [USD/t per t/month]; NaN where the curve is isoelastic.
        nest: nest that it belongs to; -1 for none.
        sigma_short, sigma_long: elasticity of substitution within the nest [1]; NaN outside nests.
        scrap_use, scrap_node, scrap_ratio: scrap left behind, t per t used [1].
        cross: answers to prices of other markets.
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
    cross: CrossPrices

    @property
    def in_nest(self) -> Booleans:
        return self.nest >= 0


@dataclass(frozen=True)
class Stocks:
    """Inventories. Private ones of a base year have a convenience; stockpiles of a pack without one do not.

    Attributes:
        node: market.
        base: stock at the start [t].
        minimum, capacity: operating minimum and largest stock [t].
        convenience: marginal convenience at the base stock [USD/t a month]; in a base year interest plus holding cost. Zero for
            a stockpile, whose tonnes are worth their price alone.
        exponent: how fast convenience rises as stock falls [1].
        holding: cost of carrying a tonne out of a month [USD/t].
        loss: share lost from one month to the next [1].
        release_limit, fill_limit: most that can be drawn or added in a month [t/month].
        scale: quantity that changes of the stock are measured against [t].
    """

    node: Integers
    base: Floats
    minimum: Floats
    capacity: Floats
    convenience: Floats
    exponent: Floats
    holding: Floats
    loss: Floats
    release_limit: Floats
    fill_limit: Floats
    scale: Floats


@dataclass(frozen=True)
class Expansions:
    """What may be added to a lane or to a plant, once it is started and its months have gone by.

    Two things are alike in this: the *qualification* of a supplier, and *investment* in a plant. Both take a decision months ahead and
    cannot be undone.

    Attributes:
        keys: (kind, region, good, source): whose decision it is, about which good, and which origin or activity is added to.
        lane, activity: what is added to; -1 for none.
        headroom: what a lane may carry beyond its usual flow without it, as a share of that flow [1].
        largest: most that can be added [t/month]; may be infinite.
        delay: whole months from start to the first month on line.
        cost: paid when it is started [USD per t/month].
        charge: due in every month on line: an annuity [USD a month per t/month].
        life: months of its life, discounted to the first [months]; zero where nothing is due each month.
        rent_to_users: share of the rent of a qualification that goes to those who qualified, the rest to the origin [1].
    """

    keys: tuple[tuple[str, str, str, str], ...]
    lane: Integers
    activity: Integers
    headroom: Floats
    largest: Floats
    delay: Integers
    cost: Floats
    charge: Floats
    life: Floats
    rent_to_users: Floats


def integers(values: Iterable[float]) -> Integers:
    """Whole numbers as an array of places."""
    return np.array(list(values), dtype=np.int64)


def no_expansions() -> Expansions:
    """Nothing can be added."""
    return Expansions((), integers(()), integers(()), np.zeros(0), np.zeros(0), integers(()), *(np.zeros(0) for _ in range(4)))


@dataclass(frozen=True)
class World:
    """A world of curves, calibrated to a base year or stated outright.

    Attributes:
        regions, goods: in the order of the pack.
        discount: monthly discount factor [1].
        stationary: every month without measures is the base year. False for a pack without one: its baseline is solved.
        stockpiles: stocks that are national stockpiles.
        contracts: take-or-pay contracts on lanes.
    """

    regions: tuple[str, ...]
    goods: tuple[str, ...]
    discount: float
    stationary: bool
    nodes: Nodes
    activities: Activities
    lanes: Lanes
    uses: Uses
    stocks: Stocks
    stockpiles: tuple[Stockpile, ...] = ()
    contracts: tuple[Contract, ...] = ()
    expansions: Expansions = field(default_factory=no_expansions)


def no_stocks() -> Stocks:
    """Nobody holds inventories."""
    return Stocks(integers(()), *(np.zeros(0) for _ in range(10)))


def no_cross_prices() -> CrossPrices:
    """No quantity answers a price but its own."""
    return CrossPrices(integers(()), integers(()), np.zeros(0), np.zeros(0))
