"""The base year of a pack: which markets, lanes and recipes exist, and the balanced quantities."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import numpy as np
import scipy.sparse as sparse

from kanmon.pack.load import Pack, Row
from kanmon.pack.schema import ANY
from kanmon.pack.units import MONTHS_PER_YEAR
from kanmon.world.reading import Reading, monthly_discount, recipe
from kanmon.world.reconcile import Adjustment, reconcile


class BaseYear(Reading):
    """A pack read as one stationary year; notes every contradiction it meets, and raises them together.

    Attributes:
        outputs, uses, trade: rows of the base year.
        idle: rows of capacity that stood still.
        options: rows of plants that may be built, where the scenario lets them.
        planned: rows of dated projects where no such plant ran or stood idle, one for each region and activity; empty without a path.
        dormant: lanes whose origin has nothing to ship.
        keys: (region, good) of each live market.
        node: place of each of them.
    """

    def __init__(self, pack: Pack, scrap_loop: bool, investment: bool = False, planned: bool = False):
        super().__init__(pack)
        self.outputs = [row for row in pack.facts("activities", "base_output") if row.value > 0]
        self.uses = pack.facts("uses", "base_use")
        scrap = pack.facts("scrap", "ratio") if scrap_loop else []
        self.scrap = {(row.keys[0], row.keys[1], row.keys[2]): row for row in scrap}
        self.scrap_goods = {row.keys[3] for row in pack.facts("scrap", "ratio")}
        self.scrap_loop = scrap_loop
        self.idle = [row for row in pack.facts("activities", "idle_capacity") if row.value > 0]
        self.options = [row for row in pack.facts("investments", "largest_addition") if investment and row.keys[0] != ANY]
        self.planned = self._planned() if planned else []
        self.trade, self.dormant = self._live_trade()
        self.keys = self._live_nodes()
        self.node = {key: place for place, key in enumerate(self.keys)}

    @cached_property
    def discount(self) -> float:
        """Monthly discount factor [1]."""
        factor = monthly_discount(self.pack)
        if factor is None:
            self.problem("parameters.csv", "discount_rate is missing", "add the parameter discount_rate")
            return 1.0
        return factor

    def recipe(self, region: str, activity: str) -> dict[str, float]:
        """Inputs of an activity in a region, t per t of output; by-products negative; scrap is left out when the loop is off."""
        return {good: ratio for good, ratio in recipe(self.pack, region, activity).items() if self.scrap_loop or good not in self.scrap_goods}

    def scrap_of(self, region: str, industry: str, good: str) -> Row | None:
        """Scrap that a use leaves behind, if it does and the loop is on."""
        return self.scrap.get((region, industry, good)) or self.scrap.get((region, ANY, good))

    def _planned(self) -> list[Row]:
        """Capacity rows of projects that say what running costs, with the keys of an activity."""
        known = {row.keys for row in (*self.outputs, *self.idle)}
        found: dict[tuple[str, ...], Row] = {}
        for row in self.pack.facts("projects", "capacity"):
            plant = (row.keys[1], row.keys[2])
            if plant not in known and self.pack.find("projects", "operating_cost", *row.keys) is not None:
                found[plant] = replace(row, keys=plant, value=row.value + (found[plant].value if plant in found else 0.0))
        return list(found.values())

    def _supplied(self) -> set[tuple[str, str]]:
        made = {(row.keys[0], self.output_good(row.keys[1])) for row in (*self.outputs, *self.idle, *self.options, *self.planned)}
        scrap = {(row.keys[0], row.keys[3]) for row in self.scrap.values()}
        landed = {(row.keys[2], row.keys[0]) for row in self.pack.facts("trade", "base_flow") if row.value > 0}
        return made | scrap | landed

    def _live_trade(self) -> tuple[list[Row], list[Row]]:
        supplied = self._supplied()
        live: list[Row] = []
        dormant: list[Row] = []
        for row in self.pack.facts("trade", "base_flow"):
            good, origin, destination = row.keys
            if origin == destination:
                self.problem(row.place, f"{good} is shipped from {origin} to itself", "delete the row")
            (live if (origin, good) in supplied or row.value > 0 else dormant).append(row)
        return live, dormant

    def _live_nodes(self) -> list[tuple[str, str]]:
        live: set[tuple[str, str]] = set()
        for row in (*self.outputs, *self.idle, *self.options, *self.planned):
            region, activity = row.keys
            if row.value > 0:
                live.add((region, self.output_good(activity)))
                live.update((region, good) for good in self.recipe(region, activity))
        for row in self.uses:
            region, industry, good = row.keys
            live.add((region, good))
            scrap = self.scrap_of(region, industry, good)
            if scrap is not None:
                live.add((region, scrap.keys[3]))
        for row in self.trade:
            good, origin, destination = row.keys
            live.update({(origin, good), (destination, good)})
        order = {name: place for table in ("regions", "goods") for place, name in enumerate(self.pack.labels[table])}
        return sorted(live, key=lambda key: (order[key[0]], order[key[1]]))

    def reconciled(self) -> list[Adjustment]:
        """The balanced year nearest to the reported one.

        Raises:
            InputError: the tables contradict each other, or a market cannot be balanced.
        """
        rows = [*self.outputs, *self.uses, *self.trade]
        entries: list[tuple[int, int, float]] = []
        capacity = np.full(len(rows), np.inf)
        for column, row in enumerate(rows):
            if row.table == "activities":
                region, activity = row.keys
                entries.append((self.node[region, self.output_good(activity)], column, 1.0))
                entries.extend((self.node[region, good], column, -ratio) for good, ratio in self.recipe(region, activity).items())
                limit = self.pack.find("activities", "capacity", region, activity)
                if limit is None:
                    self.problem(row.place, f"{activity} in {region} has no capacity", "add a row with quantity capacity")
                elif limit.value < row.value:
                    self.problem(limit.place, f"capacity of {activity} in {region} is below its base output", "capacity >= base_output")
                else:
                    capacity[column] = limit.value
            elif row.table == "uses":
                region, industry, good = row.keys
                entries.append((self.node[region, good], column, -1.0))
                scrap = self.scrap_of(region, industry, good)
                if scrap is not None:
                    entries.append((self.node[region, scrap.keys[3]], column, scrap.value))
            else:
                good, origin, destination = row.keys
                entries.append((self.node[destination, good], column, 1.0))
                entries.append((self.node[origin, good], column, -1.0))
        if not rows:
            self.problem("uses.csv", "the base year is empty", "give uses, outputs and trade")
        self.raise_problems()
        nodes, columns, values = zip(*entries, strict=True)
        balance = sparse.csr_array((values, (nodes, columns)), shape=(len(self.keys), len(rows)))
        adjustments = reconcile(rows, balance, capacity)
        gap = np.abs(balance @ np.array([item.reconciled for item in adjustments]))
        size = np.maximum(abs(balance) @ np.array([item.reconciled for item in adjustments]), 1e-12)
        for place in np.flatnonzero(gap / size > 1e-9):
            region, good = self.keys[place]
            self.problem(
                "trade.csv",
                f"{good} in {region} cannot be balanced: {gap[place] * MONTHS_PER_YEAR:.4g} t/year have no supply or no outlet",
                "check its outputs, uses and flows, and the capacities and recipes that bound them",
            )
        return adjustments
