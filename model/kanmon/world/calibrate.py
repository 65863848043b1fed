"""From a data pack to the calibrated world: reconcile the base year, then set every cost so that it is an equilibrium."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse

from kanmon.errors import InputError, Problem
from kanmon.pack.load import Pack, Row
from kanmon.pack.schema import ANY
from kanmon.pack.units import DAYS_PER_MONTH, MONTHS_PER_YEAR
from kanmon.world.reconcile import Adjustment, reconcile
from kanmon.world.world import Activities, Lanes, Nodes, Stocks, Uses, World

DAYS_OF_FLOW = DAYS_PER_MONTH
RESTART_RECOVERY = 12.0
"""Months of full output over which the cost of a restart is recovered: a plant woken for a ban cannot count on more."""


@dataclass(frozen=True)
class Calibration:
    """A world and how it was reached.

    Attributes:
        world: the calibrated base year.
        adjustments: what the reconciliation changed, one for each base flow, output and use.
        dormant: lanes of the pack that nothing can be shipped on, because nothing is made or bought at their origin.
    """

    world: World
    adjustments: tuple[Adjustment, ...]
    dormant: tuple[Row, ...]


def calibrate(pack: Pack, scrap_loop: bool = True, private_stocks: bool = True) -> Calibration:
    """Calibrate the base year of a pack.

    Args:
        pack: a validated pack, its variants chosen.
        scrap_loop: tie recycling to the scrap that use leaves behind; off, recyclers find their scrap elsewhere.
        private_stocks: whether anybody but the operating minimum holds inventories.

    Raises:
        InputError: where the tables contradict each other, every problem listed.
    """
    return _Calibrator(pack, scrap_loop, private_stocks).calibration()


class _Calibrator:
    """Working state of one calibration; each method fills one part of the world and notes the problems it meets."""

    def __init__(self, pack: Pack, scrap_loop: bool, private_stocks: bool):
        self.pack = pack
        self.private_stocks = private_stocks
        self.problems: list[Problem] = []
        self.outputs = pack.facts("activities", "base_output")
        self.uses = pack.facts("uses", "base_use")
        scrap = pack.facts("scrap", "ratio") if scrap_loop else []
        self.scrap = {(row.keys[0], row.keys[1], row.keys[2]): row for row in scrap}
        self.scrap_goods = {row.keys[3] for row in pack.facts("scrap", "ratio")}
        self.scrap_loop = scrap_loop
        self.idle = [row for row in pack.facts("activities", "idle_capacity") if row.value > 0]
        self.trade, self.dormant = self._live_trade()
        self.keys = self._live_nodes()
        self.node = {key: place for place, key in enumerate(self.keys)}

    def calibration(self) -> Calibration:
        adjustments = self._reconciled()
        self._raise_if_any()
        quantity = {(item.row.table, item.row.keys): item.reconciled for item in adjustments}
        nodes = self._nodes(quantity)
        self._raise_if_any()
        uses = self._uses(quantity, nodes)
        activities = self._activities(quantity, nodes)
        lanes = self._lanes(quantity, nodes)
        stocks = self._stocks(quantity, nodes)
        self._raise_if_any()
        world = World(tuple(self.pack.labels["regions"]), tuple(self.pack.labels["goods"]), self._discount(), nodes, activities, lanes, uses, stocks)
        return Calibration(world, tuple(adjustments), tuple(self.dormant))

    def _raise_if_any(self) -> None:
        if self.problems:
            raise InputError(self.problems)

    def _problem(self, place: str, what: str, remedy: str) -> None:
        self.problems.append(Problem(place, what, remedy))

    # Which markets, lanes and recipe entries exist ----------------------------------------------------------------

    def _output_good(self, activity: str) -> str:
        return self.pack.labels["processes"][activity]["output"]

    def _recipe(self, region: str, activity: str) -> dict[str, float]:
        """Inputs of an activity in a region, t per t of output; scrap is left out when the loop is off."""
        goods = {row.keys[2] for row in self.pack.facts("recipes", "input") if row.keys[0] == activity and row.keys[1] in (region, ANY)}
        recipe = {}
        for good in sorted(goods):
            if good in self.scrap_goods and not self.scrap_loop:
                continue
            row = self.pack.find("recipes", "input", activity, region, good)
            if row is not None:
                recipe[good] = row.value
        return recipe

    def _scrap_of(self, region: str, industry: str, good: str) -> Row | None:
        return self.scrap.get((region, industry, good)) or self.scrap.get((region, ANY, good))

    def _supplied(self) -> set[tuple[str, str]]:
        made = {(row.keys[0], self._output_good(row.keys[1])) for row in (*self.outputs, *self.idle) if row.value > 0}
        scrap = {(row.keys[0], row.keys[3]) for row in self.scrap.values()}
        landed = {(row.keys[2], row.keys[0]) for row in self.pack.facts("trade", "base_flow") if row.value > 0}
        return made | scrap | landed

    def _live_trade(self) -> tuple[list[Row], list[Row]]:
        supplied = self._supplied()
        live, dormant = [], []
        for row in self.pack.facts("trade", "base_flow"):
            good, origin, destination = row.keys
            if origin == destination:
                self._problem(row.place, f"{good} is shipped from {origin} to itself", "delete the row")
            (live if (origin, good) in supplied or row.value > 0 else dormant).append(row)
        return live, dormant

    def _live_nodes(self) -> list[tuple[str, str]]:
        live: set[tuple[str, str]] = set()
        for row in (*self.outputs, *self.idle):
            region, activity = row.keys
            if row.value > 0:
                live.add((region, self._output_good(activity)))
                live.update((region, good) for good in self._recipe(region, activity))
        for row in self.uses:
            region, industry, good = row.keys
            live.add((region, good))
            scrap = self._scrap_of(region, industry, good)
            if scrap is not None:
                live.add((region, scrap.keys[3]))
        for row in self.trade:
            good, origin, destination = row.keys
            live.update({(origin, good), (destination, good)})
        order = {name: place for table in ("regions", "goods") for place, name in enumerate(self.pack.labels[table])}
        return sorted(live, key=lambda key: (order[key[0]], order[key[1]]))

    # The balanced year --------------------------------------------------------------------------------------------

    def _reconciled(self) -> list[Adjustment]:
        rows = [row for row in self.outputs if row.value > 0] + self.uses + self.trade
        entries: list[tuple[int, int, float]] = []
        capacity = np.full(len(rows), np.inf)
        for column, row in enumerate(rows):
            if row.table == "activities":
                region, activity = row.keys
                entries.append((self.node[region, self._output_good(activity)], column, 1.0))
                entries.extend((self.node[region, good], column, -ratio) for good, ratio in self._recipe(region, activity).items())
                limit = self.pack.find("activities", "capacity", region, activity)
                if limit is None:
                    self._problem(row.place, f"{activity} in {region} has no capacity", "add a row with quantity capacity")
                elif limit.value < row.value:
                    self._problem(limit.place, f"capacity of {activity} in {region} is below its base output", "capacity >= base_output")
                else:
                    capacity[column] = limit.value
            elif row.table == "uses":
                region, industry, good = row.keys
                entries.append((self.node[region, good], column, -1.0))
                scrap = self._scrap_of(region, industry, good)
                if scrap is not None:
                    entries.append((self.node[region, scrap.keys[3]], column, scrap.value))
            else:
                good, origin, destination = row.keys
                entries.append((self.node[destination, good], column, 1.0))
                entries.append((self.node[origin, good], column, -1.0))
        if not rows:
            self._problem("uses.csv", "the base year is empty", "give uses, outputs and trade")
        self._raise_if_any()
        node, column, value = zip(*entries, strict=True)
        balance = sparse.csr_array((value, (node, column)), shape=(len(self.keys), len(rows)))
        adjustments = reconcile(rows, balance, capacity)
        gap = np.abs(balance @ np.array([item.reconciled for item in adjustments]))
        size = np.maximum(abs(balance) @ np.array([item.reconciled for item in adjustments]), 1e-12)
        for place in np.flatnonzero(gap / size > 1e-9):
            region, good = self.keys[place]
            self._problem(
                "trade.csv",
                f"{good} in {region} cannot be balanced: {gap[place] * MONTHS_PER_YEAR:.4g} t/year have no supply or no outlet",
                "check its outputs, uses and flows, and the capacities and recipes that bound them",
            )
        return adjustments

    # The parts of the world ---------------------------------------------------------------------------------------

    def _discount(self) -> float:
        row = self.pack.find("parameters", "discount_rate", "discount_rate")
        if row is None:
            self._problem("parameters.csv", "discount_rate is missing", "add the parameter discount_rate")
            return 1.0
        return float((1.0 + row.value) ** (-1.0 / MONTHS_PER_YEAR))

    def _nodes(self, quantity: dict) -> Nodes:
        price, throughput = np.ones(len(self.keys)), np.zeros(len(self.keys))
        for place, (region, good) in enumerate(self.keys):
            row = self.pack.find("prices", "price", region, good)
            if row is None:
                self._problem("prices.csv", f"{good} has no price in {region}", "add a row for the region, or one with region *")
            else:
                price[place] = row.value
        for (table, keys), value in quantity.items():
            if table == "activities":
                region, activity = keys
                throughput[self.node[region, self._output_good(activity)]] += value
                for good, ratio in self._recipe(region, activity).items():
                    throughput[self.node[region, good]] += ratio * value
            elif table == "uses":
                throughput[self.node[keys[0], keys[2]]] += value
                scrap = self._scrap_of(*keys)
                if scrap is not None:
                    throughput[self.node[keys[0], scrap.keys[3]]] += scrap.value * value
            else:
                throughput[self.node[keys[1], keys[0]]] += value
                throughput[self.node[keys[2], keys[0]]] += value
        for row in self.idle:
            place = self.node[row.keys[0], self._output_good(row.keys[1])]
            throughput[place] = max(throughput[place], row.value)
        disposable = np.array([self.pack.labels["goods"][good]["by_product"] == "yes" for _, good in self.keys])
        return Nodes(tuple(self.keys), price, throughput / 2.0, disposable)

    def _activities(self, quantity: dict, nodes: Nodes) -> Activities:
        keys, output, base, capacity, cost, elasticity, delay = [], [], [], [], [], [], []
        inputs: list[tuple[int, int, float]] = []

        def add(region: str, activity: str, name: str) -> float:
            """Note the recipe of a plant; returns its base margin, price less inputs."""
            place = len(keys)
            keys.append((region, name))
            node = self.node[region, self._output_good(activity)]
            output.append(node)
            recipe = self._recipe(region, activity)
            inputs.extend((place, self.node[region, good], ratio) for good, ratio in recipe.items())
            return nodes.price[node] - sum(ratio * nodes.price[self.node[region, good]] for good, ratio in recipe.items())

        for row in self.outputs:
            region, activity = row.keys
            if row.value <= 0:
                continue
            margin = add(region, activity, activity)
            base.append(quantity["activities", row.keys])
            capacity.append(self.pack.find("activities", "capacity", region, activity).value)
            cost.append(margin)
            elasticity.append(self._need("activities", "supply_elasticity", region, activity))
            delay.append(0)
            if margin <= 0:
                self._problem(row.place, f"{activity} in {region} earns {margin:.4g} USD/t at base prices after its inputs", "the margin must be positive: check its price, recipe and input prices")
        for row in self.idle:
            region, activity = row.keys
            margin = add(region, activity, f"{activity} (idle)")
            idle_cost = self._need("activities", "idle_cost", region, activity)
            restart = self.pack.find("activities", "restart_cost", region, activity)
            base.append(0.0)
            capacity.append(row.value)
            cost.append(idle_cost + (restart.value / RESTART_RECOVERY if restart else 0.0))
            elasticity.append(np.inf)
            delay.append(int(round(self._need("activities", "restart_delay", region, activity))))
            if cost[-1] <= margin:
                self._problem(row.place, f"idle {activity} in {region} would earn money at base prices (cost {cost[-1]:.4g}, price less inputs {margin:.4g} USD/t)", "raise idle_cost or count the capacity as running")
        activity, node, ratio = (list(part) for part in zip(*inputs, strict=True)) if inputs else ([], [], [])
        return Activities(
            tuple(keys), _integers(output), np.array(base), np.array(capacity), np.array(cost), np.array(elasticity), _integers(delay),
            _integers(activity), _integers(node), np.array(ratio),
        )  # fmt: skip

    def _lanes(self, quantity: dict, nodes: Nodes) -> Lanes:
        discount = self._discount()
        made, wanted = np.zeros(len(nodes.keys)), np.zeros(len(nodes.keys))
        for (table, keys), value in quantity.items():
            if table == "trade":
                made[self.node[keys[1], keys[0]]] += value
                wanted[self.node[keys[2], keys[0]]] += value
        made, wanted = np.maximum(made, nodes.throughput), np.maximum(wanted, nodes.throughput)
        rows: list[list[float]] = []
        for row in self.trade:
            good, origin, destination = row.keys
            start, end = self.node[origin, good], self.node[destination, good]
            flow = quantity["trade", row.keys]
            months = self._need("routes", "transit", good, origin, destination)
            if months != round(months):
                self._problem(self._place("routes", "transit", good, origin, destination), f"transit of {good} from {origin} to {destination} is {months:g} months", "give a whole number of months")
            gap = discount ** round(months) * nodes.price[end] - nodes.price[start]
            margin = gap
            if flow == 0:
                premium = self._need("friction", "new_lane_premium", good, origin, destination)
                margin = max(gap, self._need("routes", "freight", good, origin, destination)) + premium * nodes.price[end]
            theta, below, smoothing, share = (self._need("friction", name, good, origin, destination) for name in ("theta", "below_base_weight", "smoothing", "scale_share"))
            scale = max(flow, share * min(made[start], wanted[end]))
            rows.append([start, end, flow, margin, round(months), theta * nodes.price[end], below, smoothing, scale])
            if scale <= 0:
                self._problem(row.place, f"nothing of {good} could move from {origin} to {destination}", "delete the lane, or give it a base flow or a scale_share")
        columns = np.array(rows).T if rows else np.zeros((9, 0))
        start, end, flow, margin, transit, friction, below, smoothing, scale = columns
        return Lanes(tuple(row.keys for row in self.trade), _integers(start), _integers(end), flow, margin, _integers(transit), friction, below, smoothing, scale)

    def _uses(self, quantity: dict, nodes: Nodes) -> Uses:
        members: dict[tuple[str, str], list[Row]] = {}
        for row in self.uses:
            members.setdefault((row.keys[0], row.keys[1]), []).append(row)
        nests = [key for key, rows in members.items() if len(rows) > 1]
        columns: list[list[float]] = []
        scrap_entries: list[tuple[int, int, float]] = []
        for place, row in enumerate(self.uses):
            region, industry, good = row.keys
            node = self.node[region, good]
            net = nodes.price[node]
            scrap = self._scrap_of(region, industry, good)
            if scrap is not None:
                scrap_node = self.node[region, scrap.keys[3]]
                scrap_entries.append((place, scrap_node, scrap.value))
                net -= scrap.value * nodes.price[scrap_node]
                if net <= 0:
                    self._problem(scrap.place, f"the scrap of {industry} in {region} is worth more than the {good} it uses", "lower the scrap price or the ratio")
            short, half_life, multiple = (self._need("demand", name, *row.keys) for name in ("elasticity_short_run", "adjustment_half_life", "choke_multiple"))
            long = self._need("demand", "elasticity_long_run", *row.keys)
            slope = self.pack.find("demand", "slope", *row.keys)
            nest = nests.index((region, industry)) if (region, industry) in nests else -1
            sigma_short = self._need("demand", "sigma_short_run", *row.keys) if nest >= 0 else np.nan
            sigma_long = self._need("demand", "sigma_long_run", *row.keys) if nest >= 0 else np.nan
            if nest >= 0 and slope is not None:
                self._problem(slope.place, f"{industry} in {region} combines several goods and cannot be linear", "delete the slope, or split the industry")
            columns.append([node, quantity["uses", row.keys], net, multiple * net, short, long, half_life, slope.value if slope else np.nan, nest, sigma_short, sigma_long])
        self._check_nests_share(members, nests, columns)
        node, base, price, choke, short, long, half_life, slope, nest, sigma_short, sigma_long = np.array(columns).T if columns else np.zeros((11, 0))
        use, scrap_node, ratio = (list(part) for part in zip(*scrap_entries, strict=True)) if scrap_entries else ([], [], [])
        return Uses(
            tuple(row.keys for row in self.uses), _integers(node), base, price, choke, short, long, half_life, slope, _integers(nest), sigma_short, sigma_long,
            _integers(use), _integers(scrap_node), np.array(ratio),
        )  # fmt: skip

    def _check_nests_share(self, members: dict, nests: Sequence[tuple[str, str]], columns: list[list[float]]) -> None:
        """The members of a nest share its elasticity, half-life and sigma."""
        for region, industry in nests:
            places = [place for place, row in enumerate(self.uses) if row.keys[:2] == (region, industry)]
            if len({tuple(columns[place][4:7] + columns[place][9:]) for place in places}) > 1:
                goods = ", ".join(row.keys[2] for row in members[region, industry])
                self._problem("demand.csv", f"{industry} in {region} combines {goods} but their elasticities or sigmas differ", "give the nest one set: write * for the good")

    def _stocks(self, quantity: dict, nodes: Nodes) -> Stocks:
        held: dict[int, float] = {}
        for (table, keys), value in quantity.items():
            if table == "uses":
                place = self.node[keys[0], keys[2]]
                held[place] = held.get(place, 0.0) + value
            elif table == "activities":
                for good, ratio in self._recipe(*keys).items():
                    place = self.node[keys[0], good]
                    held[place] = held.get(place, 0.0) + ratio * value
        interest = 1.0 - self._discount()
        rows = []
        for place in sorted(held):
            region, good = self.keys[place]
            days = self.pack.find("stocks", "days", region, good)
            if not self.private_stocks or days is None or days.value == 0 or nodes.disposable[place]:
                continue
            base = held[place] * days.value / DAYS_OF_FLOW
            holding = self._need("stocks", "holding_cost", region, good) * nodes.price[place]
            minimum = self._need("stocks", "operating_minimum", region, good) * base
            rows.append([place, base, minimum, interest * nodes.price[place] + holding, self._need("stocks", "convenience_exponent", region, good), holding])
        node, base, minimum, convenience, exponent, holding = np.array(rows).T if rows else np.zeros((6, 0))
        return Stocks(_integers(node), base, minimum, convenience, exponent, holding)

    def _place(self, table: str, quantity: str, *keys: str) -> str:
        row = self.pack.find(table, quantity, *keys)
        return f"{table}.csv" if row is None else row.place

    def _need(self, table: str, quantity: str, *keys: str) -> float:
        row = self.pack.find(table, quantity, *keys)
        if row is None:
            self._problem(f"{table}.csv", f"{quantity} is missing for ({', '.join(keys)})", "add a row, with * where it holds for all")
            return 1.0
        return row.value


def _integers(values) -> np.ndarray:
    return np.array(values, dtype=np.int64)


