"""A world whose curves are stated outright, by a pack without a base year: textbook markets, and whoever has curves of their own.

There is nothing to reconcile and nothing to calibrate: intercepts, slopes, reference points, costs and stocks are taken as they
stand. What results are compared with is the equilibrium without measures, which a run solves first.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kanmon.pack.load import Pack, Row
from kanmon.pack.schema import ANY, STATED
from kanmon.world.reading import Reading, monthly_discount, recipe
from kanmon.world.supply_side import conduct, resale_limit
from kanmon.world.world import Activities, CrossPrices, Lanes, Nodes, Stocks, Uses, World, integers, no_stocks

BASE_YEAR = (("uses", "base_use"), ("activities", "base_output"), ("activities", "idle_capacity"), ("stocks", "days"))
"""Quantities that only a base year has."""

LEAST = 1e-3
"""Share of the typical price or quantity below which no scale is taken [1]."""


def has_base_year(pack: Pack) -> bool:
    """Whether a pack describes a base year, or states its curves outright."""
    return bool(pack.facts("uses", "base_use")) or not any(pack.facts(table, quantity) for table, quantity in STATED)


class _Stated(Reading):
    """A pack read as stated curves; problems are collected and raised together."""

    def __init__(self, pack: Pack):
        super().__init__(pack)
        self.use_rows = self._named("demand", "intercept", "reference_use")
        self.plant_rows = self._anywhere("activities", "cost_intercept", "cost_slope", "reference_output", "capacity")
        self.lane_rows = self._anywhere("trade", "base_flow") + self._anywhere("routes", "freight", "capacity")
        self.lane_rows = list({row.keys: row for row in reversed(self.lane_rows)}.values())[::-1]
        self.stock_rows = self._named("stocks", "opening_stock")
        for row in self._anywhere("demand", "slope", "reference_price", "elasticity_short_run", "choke_price"):
            if row.keys not in {use.keys for use in self.use_rows}:
                self.problem(row.place, f"{row.fact.quantity} is stated for ({', '.join(row.keys)}), but no curve", "add intercept and slope, or reference_use, reference_price and elasticity_short_run")
        for table, quantity in BASE_YEAR:
            for row in pack.facts(table, quantity):
                self.problem(row.place, f"{quantity} belongs to a base year, and this pack states its curves outright", "give a base year (uses.csv with base_use) or stated curves, not both")
        for row in pack.facts("trade", "base_flow"):
            if row.value > 0:
                self.problem(row.place, "a base flow belongs to a base year, and this pack states its curves outright", "write 0 to open the lane")
        self.keys = self._live()
        self.node = {key: place for place, key in enumerate(self.keys)}

    def _named(self, table: str, *quantities: str) -> list[Row]:
        """One row for each combination of keys that has one of the quantities."""
        rows: dict[tuple[str, ...], Row] = {}
        for quantity in quantities:
            for row in self.pack.facts(table, quantity):
                if ANY in row.keys:
                    self.problem(row.place, f"{quantity} does not say where", "name every key: this row says that there is one")
                else:
                    rows.setdefault(row.keys, row)
        return list(rows.values())

    def _anywhere(self, table: str, *quantities: str) -> list[Row]:
        """One row for each combination of keys that is wholly named, without ``*``, by one of the quantities."""
        rows: dict[tuple[str, ...], Row] = {}
        for quantity in quantities:
            for row in self.pack.facts(table, quantity):
                if ANY not in row.keys:
                    rows.setdefault(row.keys, row)
        return list(rows.values())

    def _live(self) -> list[tuple[str, str]]:
        live = {(row.keys[0], row.keys[2]) for row in self.use_rows} | {(row.keys[0], row.keys[1]) for row in self.stock_rows}
        for row in self.plant_rows:
            region, activity = row.keys
            live.add((region, self.output_good(activity)))
            live.update((region, good) for good in recipe(self.pack, region, activity))
        for row in self.lane_rows:
            good, origin, destination = row.keys
            if origin == destination:
                self.problem(row.place, f"{good} is shipped from {origin} to itself", "delete the row")
            live.update({(origin, good), (destination, good)})
        order = {name: place for table in ("regions", "goods") for place, name in enumerate(self.pack.labels[table])}
        return sorted(live, key=lambda key: (order[key[0]], order[key[1]]))

    def uses(self) -> Uses:
        """Linear uses refer to the middle of their curve, isoelastic ones to the point that is stated."""
        columns: list[list[float]] = []
        for row in self.use_rows:
            region, industry, good = row.keys
            intercept = self.pack.find("demand", "intercept", *row.keys)
            slope = elasticity = np.nan
            if intercept is not None:
                slope = self.need("demand", "slope", *row.keys)
                base, price, elasticity = 0.5 * intercept.value / slope, 0.5 * intercept.value, 1.0
            else:
                base, price = self.need("demand", "reference_use", *row.keys), self.need("demand", "reference_price", *row.keys)
                elasticity = self.need("demand", "elasticity_short_run", *row.keys)
            choke = self.value("demand", "choke_price", *row.keys, default=np.inf)
            if elasticity == 0 and np.isinf(choke):
                self.problem(row.place, f"the need of {industry} in {region} is fixed at any price", "give a choke_price, above which it stops")
            long = elasticity if intercept is not None else self.value("demand", "elasticity_long_run", *row.keys, default=elasticity)
            half_life = self.value("demand", "adjustment_half_life", *row.keys, default=12.0)
            columns.append([self.node[region, good], base, price, choke, elasticity, long, half_life, slope])
        part = np.array(columns).T if columns else np.zeros((8, 0))
        keys = tuple((row.keys[0], row.keys[1], row.keys[2]) for row in self.use_rows)
        none, empty = np.full(len(keys), np.nan), integers(())
        cross = self._cross_demand(keys, part[7], part[2])
        return Uses(
            keys, integers(part[0]), part[1], part[2], part[3], part[4], part[5], part[6], part[7], integers(-1.0 for _ in keys), none, none,
            empty, empty, np.zeros(0), cross,
        )  # fmt: skip

    def _cross_demand(self, keys: tuple[tuple[str, str, str], ...], slope: np.ndarray, price: np.ndarray) -> CrossPrices:
        place = {key: number for number, key in enumerate(keys)}
        entries: list[tuple[int, int, float, float]] = []
        for quantity, linear in (("cross_coefficient", True), ("cross_elasticity", False)):
            for row in self.pack.facts("cross_demand", quantity):
                region, industry, good, other_region, other_good = row.keys
                use, other = place.get((region, industry, good)), place.get((other_region, industry, other_good))
                if use is None or (other_region, other_good) not in self.node:
                    self.problem(row.place, f"there is no use of {good} by {industry} in {region}, or no market of {other_good} in {other_region}", "correct the keys or add the curve")
                elif np.isfinite(slope[use]) != linear:
                    self.problem(row.place, f"{quantity} does not fit the curve of {industry} in {region}", "linear curves take cross_coefficient, isoelastic ones cross_elasticity")
                elif not linear and other is None:
                    self.problem(row.place, f"{industry} has no use of {other_good} in {other_region} whose reference price the elasticity could refer to", "add that use")
                else:
                    entries.append((use, self.node[other_region, other_good], row.value, 0.0 if linear or other is None else price[other]))
        return _cross(entries)

    def activities(self) -> Activities:
        keys: list[tuple[str, str]] = []
        columns: list[list[float]] = []
        inputs: list[tuple[int, int, float]] = []
        for place, row in enumerate(self.plant_rows):
            region, activity = row.keys
            keys.append((region, activity))
            inputs.extend((place, self.node[region, good], ratio) for good, ratio in recipe(self.pack, region, activity).items())
            reference = self.pack.find("activities", "reference_output", region, activity)
            slope = self.value("activities", "cost_slope", region, activity, default=0.0)
            base, cost, elasticity = 0.0, 0.0, np.inf
            if reference is not None:
                base, cost, elasticity = reference.value, self.need("activities", "reference_cost", region, activity), self.need("activities", "supply_elasticity", region, activity)
                if slope > 0:
                    self.problem(row.place, f"{activity} in {region} has both a slope and a reference point", "a marginal cost is linear or isoelastic")
            capacity = self.value("activities", "capacity", region, activity, default=np.inf)
            columns.append([self.node[region, self.output_good(activity)], base, capacity, cost, elasticity, self.value("activities", "cost_intercept", region, activity, default=0.0), slope])
        part = np.array(columns).T if columns else np.zeros((7, 0))
        place_of = {key: number for number, key in enumerate(keys)}
        entries = []
        for row in self.pack.facts("cross_supply", "cross_coefficient"):
            region, activity, other_region, other_good = row.keys
            plant = place_of.get((region, activity))
            if plant is None or (other_region, other_good) not in self.node:
                self.problem(row.place, f"there is no {activity} in {region}, or no market of {other_good} in {other_region}", "correct the keys or add the curve")
            elif part[6][plant] <= 0:
                self.problem(row.place, f"{activity} in {region} has no linear supply", "give it a cost_slope")
            else:
                entries.append((plant, self.node[other_region, other_good], row.value, 0.0))
        recipes = (integers(a for a, _, _ in inputs), integers(n for _, n, _ in inputs), np.array([ratio for _, _, ratio in inputs]))
        still = np.zeros(len(keys), dtype=bool)
        delay = integers(0.0 for _ in keys)
        return Activities(tuple(keys), integers(part[0]), part[1], part[2], part[3], part[4], part[5], part[6], still, delay, *recipes, _cross(entries))

    def lanes(self) -> Lanes:
        ways = tuple((row.keys[0], row.keys[1], row.keys[2]) for row in self.lane_rows)
        columns: list[list[float]] = []
        for row in self.lane_rows:
            good, origin, destination = row.keys
            months = self.value("routes", "transit", *row.keys, default=0.0)
            if months != round(months):
                self.problem(row.place, f"transit of {good} from {origin} to {destination} is {months:g} months", "give a whole number of months")
            stated = [self.value("routes", name, *row.keys, default=default) for name, default in (("freight", 0.0), ("capacity", np.inf), ("tariff", 0.0), ("congestion", 0.0))]
            columns.append([self.node[origin, good], self.node[destination, good], round(months), *stated])
        part = np.array(columns).T if columns else np.zeros((7, 0))
        place_of = {way: number for number, way in enumerate(ways)}
        entries = []
        for row in self.pack.facts("cross_lanes", "congestion"):
            good, origin, destination, other_origin, other_destination = row.keys
            lane, other = place_of.get((good, origin, destination)), place_of.get((good, other_origin, other_destination))
            if lane is None or other is None:
                self.problem(row.place, f"one of the lanes of {good} is not open", "open both with rows of trade.csv")
            else:
                entries.append((lane, other, row.value))
        nothing, one = np.zeros(len(ways)), np.ones(len(ways))
        return Lanes(
            ways, integers(part[0]), integers(part[1]), nothing, part[3], integers(part[2]), nothing, one, one, one, part[4], part[5], part[6],
            integers(lane for lane, _, _ in entries), integers(other for _, other, _ in entries), np.array([value for _, _, value in entries]), *conduct(self.pack, ways),
        )  # fmt: skip

    def stocks(self, closing_price: np.ndarray) -> Stocks:
        """Stockpiles; notes what a tonne left over is worth."""
        rows: list[list[float]] = []
        for row in self.stock_rows:
            place = self.node[row.keys[0], row.keys[1]]
            largest = self.value("stocks", "storage_capacity", *row.keys, default=np.inf)
            if row.value > largest:
                self.problem(row.place, f"opening_stock of {row.keys[1]} in {row.keys[0]} is above its storage_capacity", "raise the capacity")
            closing_price[place] = self.value("stocks", "closing_price", *row.keys, default=0.0)
            holding, loss = (self.value("stocks", name, *row.keys, default=0.0) for name in ("holding_amount", "loss"))
            release, fill = (self.value("stocks", name, *row.keys, default=np.inf) for name in ("release_limit", "fill_limit"))
            rows.append([place, row.value, 0.0, largest, 0.0, 1.0, holding, loss, release, fill, max(row.value, 1e-9)])
        if not rows:
            return no_stocks()
        part = np.array(rows).T
        return Stocks(integers(part[0]), *part[1:])


def _cross(entries: list[tuple[int, int, float, float]]) -> CrossPrices:
    row, node, coefficient, reference = zip(*entries, strict=True) if entries else ((), (), (), ())
    return CrossPrices(integers(row), integers(node), np.array(coefficient, dtype=float), np.array(reference, dtype=float))


def stated_world(pack: Pack, with_stocks: bool = True) -> World:
    """The world of a pack without a base year. Prices and throughputs of its markets are first guesses of their size.

    Raises:
        InputError: every contradiction.
    """
    stated = _Stated(pack)
    closing = np.zeros(len(stated.keys))
    uses, plants, ways = stated.uses(), stated.activities(), stated.lanes()
    stocks = stated.stocks(closing) if with_stocks else no_stocks()
    if not stated.keys:
        stated.problem("demand.csv", "there is no use", "give intercept and slope, or reference_use and reference_price, for an industry of a region")
    for lane in np.flatnonzero(ways.conduct > 0):
        good, origin, destination = ways.keys[lane]
        if not ((uses.node == ways.destination[lane]).any() or (plants.input_node == ways.destination[lane]).any()):
            row = pack.find("conduct", "conduct", origin, good)
            place = "conduct.csv" if row is None else row.place
            stated.problem(place, f"{origin} has market power in {good} in {destination}, where nothing is used", "market power needs users at the destination; ship to where they are, or set conduct to 0")
    stated.raise_problems()
    price, size = _guess(stated, uses, plants, stocks)
    disposable = np.array([pack.labels["goods"][good]["by_product"] == "yes" for _, good in stated.keys])
    nodes = Nodes(tuple(stated.keys), price, size, disposable, closing, np.full(price.size, np.inf))
    if (ways.conduct > 0).any():
        nodes = replace(nodes, resale=resale_limit(nodes, plants, ways))
    discount = monthly_discount(pack)
    world = World(tuple(pack.labels["regions"]), tuple(pack.labels["goods"]), 1.0 if discount is None else discount, False, nodes, plants, ways, uses, stocks)
    return scaled(world, price, size)


def scaled(world: World, price: np.ndarray, throughput: np.ndarray) -> World:
    """The same world with other scales of price [USD/t] and quantity [t/month] for its markets; no equilibrium depends on them.

    A scale is never less than a thousandth of the largest among the markets of the good.
    """
    good = np.array([key[1] for key in world.nodes.keys])
    price, throughput = np.abs(price), np.abs(throughput)
    for name in np.unique(good):
        same = good == name
        price[same] = np.maximum(price[same], max(LEAST * price[same].max(), 1e-9))
        throughput[same] = np.maximum(throughput[same], max(LEAST * throughput[same].max(), 1e-9))
    lanes = replace(world.lanes, scale=np.minimum(throughput[world.lanes.origin], throughput[world.lanes.destination]))
    stocks = replace(world.stocks, scale=np.maximum(world.stocks.base, throughput[world.stocks.node]))
    return replace(world, nodes=replace(world.nodes, price=price, throughput=throughput), lanes=lanes, stocks=stocks)


def _guess(stated: _Stated, uses: Uses, plants: Activities, stocks: Stocks) -> tuple[np.ndarray, np.ndarray]:
    """First guesses of price and throughput of each market: its uses, else its plants, else others of the good, else all."""
    count = len(stated.keys)
    price, size = np.zeros(count), np.zeros(count)
    np.add.at(size, uses.node, uses.base)
    np.maximum.at(price, uses.node, uses.price)
    made = np.where(np.isfinite(plants.capacity), plants.capacity, np.where(plants.base > 0, plants.base, 0.0))
    np.add.at(size, plants.output, made)
    np.maximum.at(price, plants.output, np.abs(plants.intercept) + plants.cost)
    np.maximum.at(size, stocks.node, stocks.base)
    good = np.array([key[1] for key in stated.keys])
    for values, whole in ((price, np.median), (size, np.mean)):
        for name in np.unique(good):
            same = good == name
            known = values[same & (values > 0)]
            values[same & (values <= 0)] = whole(known) if known.size else 0.0
        known = values[values > 0]
        values[values <= 0] = whole(known) if known.size else 1.0
    return price, size
