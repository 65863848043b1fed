"""The market of one window: the calibrated world with months, measures and what is known. What the formulation reads."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kanmon.scenario.anchor import Anchor, base_anchor
from kanmon.world.world import Booleans, Floats, Integers, World


@dataclass(frozen=True)
class Pool:
    """A quota on the sum of several lanes.

    Attributes:
        measure: name of the measure.
        lanes: lanes counted.
        limit: sum allowed in each month [t/month]; infinite out of force.
        rent_to: region that gets its rent; empty for the origin of each lane.
    """

    measure: str
    lanes: Integers
    limit: Floats
    rent_to: str


@dataclass(frozen=True)
class Standing:
    """Rules that hold whatever a scenario adds, rows x months; those of :class:`Market` by the same names."""

    flow_limit: Floats
    export_amount: Floats
    tariff_amount: Floats
    export_rate: Floats
    tariff_rate: Floats
    pools: tuple[Pool, ...]
    rent_to: tuple[str, ...]

    def between(self, first: int, last: int) -> Standing:
        """The months from one to another, the last one left out."""
        pools = tuple(replace(pool, limit=pool.limit[first:last]) for pool in self.pools)
        limit, export_amount, tariff_amount, export_rate, tariff_rate = (
            array[:, first:last] for array in (self.flow_limit, self.export_amount, self.tariff_amount, self.export_rate, self.tariff_rate)
        )
        return Standing(limit, export_amount, tariff_amount, export_rate, tariff_rate, pools, self.rent_to)


def unrestricted(world: World, months: int) -> Standing:
    """No rules but the standing tariffs of a pack that states its curves."""
    nothing = np.zeros((len(world.lanes.keys), months))
    tariff = np.repeat(world.lanes.tariff[:, None], months, axis=1)
    return Standing(np.full(nothing.shape, np.inf), nothing, nothing, nothing, tariff, (), ("",) * len(world.lanes.keys))


@dataclass(frozen=True)
class Usual:
    """What the months of a window are like without the measures of the scenario: points that the curves pass through, and standing rules."""

    anchor: Anchor
    standing: Standing


def base_year(world: World, months: int) -> Usual:
    """The base year in every month, free of rules."""
    return Usual(base_anchor(world, months), unrestricted(world, months))


@dataclass(frozen=True)
class State:
    """What the past hands over to the first month of a window.

    Attributes:
        stock: opening stocks [t].
        under_way: shipments arriving in month t of the window that left before it, lane x month [t/month]; months beyond
            the longest transit are absent.
        trailing: what lanes have shipped, the recent months counting most (:mod:`kanmon.formulation.switching`) [t/month].
    """

    stock: Floats
    under_way: Floats
    trailing: Floats


@dataclass(frozen=True)
class Market:
    """One window of the market model.

    Attributes:
        world: calibrated world (uses split and nodes added where a measure has an end-user scope).
        first: first month, as a number of months.
        months: length of the window.
        state: what the past hands over.
        flow_limit: largest flow of each lane and month [t/month]; infinite where no measure limits it.
        export_amount, tariff_amount: specific taxes on lanes, paid to the origin and to the destination [USD/t].
        export_rate: ad-valorem export tax, on the origin price [1].
        tariff_rate: ad-valorem tariff, on the value before duty [1].
        capacity: of each activity and month [t/month].
        elasticity: of each use and month [1].
        sigma: within nests, of each use and month [1].
        pools: quotas on sums of lanes.
        rent_to: region that gets the rent of a quota on each lane; empty for the origin.
        anchor: points that the curves pass through.
        release_limit, fill_limit: most that can be drawn from or added to each stock in each month [t/month]; infinite without a limit.
        contracted: what each take-or-pay contract names in each month [t/month]; zero where none runs.
    """

    world: World
    first: int
    months: int
    state: State
    flow_limit: Floats
    export_amount: Floats
    tariff_amount: Floats
    export_rate: Floats
    tariff_rate: Floats
    capacity: Floats
    elasticity: Floats
    sigma: Floats
    pools: tuple[Pool, ...]
    rent_to: tuple[str, ...]
    anchor: Anchor
    release_limit: Floats
    fill_limit: Floats
    contracted: Floats

    @property
    def specific_tax(self) -> Floats:
        """Specific taxes on each lane and month, whoever gets them [USD/t]."""
        return self.export_amount + self.tariff_amount

    @property
    def discounting(self) -> Floats:
        """Discount factor of each month of the window [1]."""
        return np.power(self.world.discount, np.arange(self.months, dtype=float))

    @property
    def is_forced_down(self) -> Booleans:
        """Lane-months that a measure keeps at or below the usual flow: no friction is charged on a fall that is forced."""
        return self.flow_limit <= self.anchor.flow

    @property
    def flow_ceiling(self) -> Floats:
        """Largest flow that measures and the lane itself allow, lane x month [t/month]."""
        return np.minimum(self.flow_limit, self.world.lanes.capacity[:, None])

    @property
    def has_ad_valorem(self) -> bool:
        return bool((self.export_rate > 0).any() or (self.tariff_rate > 0).any())


def base_state(world: World) -> State:
    """The state of the stationary base year: base stocks, base flows under way."""
    lanes = world.lanes
    longest = int(lanes.transit.max(initial=0))
    under_way = np.where(np.arange(longest)[None, :] < lanes.transit[:, None], lanes.base[:, None], 0.0)
    return State(world.stocks.base.copy(), under_way, lanes.base.copy())
