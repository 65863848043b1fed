"""The market of one window: the calibrated world with months, measures and what is known. What the formulation reads."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

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


def unrestricted(world: World, anchor: Anchor) -> Standing:
    """No rules but licences of the calibration year, which hold lanes to their usual flow, and the standing tariffs of a pack that states
    its curves."""
    nothing = np.zeros_like(anchor.flow)
    tariff = np.repeat(world.lanes.tariff[:, None], nothing.shape[1], axis=1)
    licensed = np.zeros(len(world.lanes.keys), dtype=bool) if world.lanes.licensed is None else world.lanes.licensed
    return Standing(np.where(licensed[:, None], anchor.flow, np.inf), nothing, nothing, nothing, tariff, (), ("",) * len(world.lanes.keys))


@dataclass(frozen=True)
class Usual:
    """What the months of a window are like without the measures of the scenario: points that the curves pass through, and standing rules."""

    anchor: Anchor
    standing: Standing


def base_year(world: World, months: int) -> Usual:
    """The base year in every month, free of rules."""
    anchor = base_anchor(world, months)
    return Usual(anchor, unrestricted(world, anchor))


@dataclass(frozen=True)
class State:
    """What the past hands over to the first month of a window.

    Attributes:
        stock: opening stocks [t].
        under_way: shipments arriving in month t of the window that left before it, lane x month [t/month]; months beyond
            the longest transit are absent.
        trailing: what lanes have shipped, the recent months counting most (:mod:`kanmon.formulation.switching`) [t/month].
        committed: capacity that past starts bring on line by month t of the window, expansion x month [t/month]; the last column
            holds from then on. No columns: nothing has been started.
    """

    stock: Floats
    under_way: Floats
    trailing: Floats
    committed: Floats = field(default_factory=lambda: np.zeros((0, 0)))


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
        carried: what a lane or plant carries without added capacity, expansion x month [t/month]. No rows: without limit.
        can_come: whether what is started in this window may come on line in a month, expansion x month. No rows: nothing may.
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
    carried: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    can_come: Booleans = field(default_factory=lambda: np.zeros((0, 0), dtype=bool))

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
        return np.minimum(self.flow_limit, self.lane_capacity)

    @property
    def committed(self) -> Floats:
        """Capacity on line from past starts, expansion x month [t/month]."""
        past = self.state.committed
        if not past.size:
            return np.zeros((len(self.world.expansions.keys), self.months))
        return past[:, np.minimum(np.arange(self.months), past.shape[1] - 1)]

    @property
    def is_open(self) -> Booleans:
        """From when on capacity depends on what is started in this window, expansion x month."""
        if not self.can_come.size:
            return np.zeros((len(self.world.expansions.keys), self.months), dtype=bool)
        return np.logical_or.accumulate(self.can_come, axis=1)

    @property
    def is_qualification_tighter(self) -> Booleans:
        """Lanes and months whose known limit is what is qualified, tighter than measures and the lane itself, lane x month."""
        limit = np.minimum(self.flow_limit, self.world.lanes.capacity[:, None])
        return self.lane_capacity < limit

    @property
    def lane_capacity(self) -> Floats:
        """Largest flow on each lane: its own, and what is qualified where nothing started in this window adds to it, lane x month [t/month]."""
        added = self.world.expansions
        limit = np.repeat(self.world.lanes.capacity[:, None], self.months, axis=1)
        mine = np.flatnonzero(added.lane >= 0)
        known = np.where(self.is_open[mine], np.inf, self.carried[mine] + self.committed[mine]) if self.carried.size else np.inf
        limit[added.lane[mine]] = np.minimum(limit[added.lane[mine]], known)
        return limit

    @property
    def has_ad_valorem(self) -> bool:
        return bool((self.export_rate > 0).any() or (self.tariff_rate > 0).any())


def base_state(world: World) -> State:
    """The state of the stationary base year: base stocks, base flows under way."""
    lanes = world.lanes
    longest = int(lanes.transit.max(initial=0))
    under_way = np.where(np.arange(longest)[None, :] < lanes.transit[:, None], lanes.base[:, None], 0.0)
    return State(world.stocks.base.copy(), under_way, lanes.base.copy(), np.zeros((len(world.expansions.keys), int(world.expansions.delay.max(initial=0)) + 1)))
