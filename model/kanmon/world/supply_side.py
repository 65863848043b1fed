"""Markets, plants and lanes of the calibrated world: every cost set so that the base year is an equilibrium."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from kanmon.pack.load import Pack
from kanmon.world.base_year import BaseYear
from kanmon.world.conduct import answer_of_output, answer_of_use, perceived_slope
from kanmon.world.world import IDLE, PLANNED, Activities, Lanes, Nodes, Uses, integers, no_cross_prices

RESTART_RECOVERY = 12.0
"""Months of full output over which the cost of a restart is recovered: a plant woken for a ban cannot count on more."""

Quantities = dict[tuple[str, tuple[str, ...]], float]
"""Balanced quantity of each row of the base year, by table and keys [t/month]."""


def markets(year: BaseYear, quantity: Quantities) -> Nodes:
    """Every live market with its base price and what passes through it."""
    price, throughput = np.ones(len(year.keys)), np.zeros(len(year.keys))
    for place, (region, good) in enumerate(year.keys):
        row = year.pack.find("prices", "price", region, good)
        if row is None:
            year.problem("prices.csv", f"{good} has no price in {region}", "add a row for the region, or one with region *")
        else:
            price[place] = row.value
    for (table, keys), value in quantity.items():
        if table == "activities":
            region, activity = keys
            throughput[year.node[region, year.output_good(activity)]] += value
            for good, ratio in year.recipe(region, activity).items():
                throughput[year.node[region, good]] += abs(ratio) * value
        elif table == "uses":
            throughput[year.node[keys[0], keys[2]]] += value
            scrap = year.scrap_of(*keys)
            if scrap is not None:
                throughput[year.node[keys[0], scrap.keys[3]]] += scrap.value * value
        else:
            throughput[year.node[keys[1], keys[0]]] += value
            throughput[year.node[keys[2], keys[0]]] += value
    for row in year.idle:
        place = year.node[row.keys[0], year.output_good(row.keys[1])]
        throughput[place] = max(throughput[place], row.value)
    for row in (*year.options, *year.planned):  # what may be built gives a size to markets that have no other
        place = year.node[row.keys[0], year.output_good(row.keys[1])]
        throughput[place] = throughput[place] or row.value
    disposable = np.array([year.pack.labels["goods"][good]["by_product"] == "yes" for _, good in year.keys])
    return Nodes(tuple(year.keys), price, throughput / 2.0, disposable, price.copy(), np.full(price.size, np.inf))


def plants(year: BaseYear, quantity: Quantities, nodes: Nodes) -> Activities:
    """Running plants, whose base marginal cost is their base margin, then idle ones at their stated cost, and planned ones whose
    marginal cost rises from the low to the high end of the stated range as they fill."""
    keys: list[tuple[str, str]] = []
    output, delay = [], []
    base, capacity, cost, elasticity = [], [], [], []
    inputs: list[tuple[int, int, float]] = []
    straight: dict[int, tuple[float, float]] = {}

    def add(region: str, activity: str, name: str) -> float:
        """Note the recipe of a plant; returns its base margin, price less inputs."""
        place = len(keys)
        keys.append((region, name))
        node = year.node[region, year.output_good(activity)]
        output.append(node)
        recipe = year.recipe(region, activity)
        inputs.extend((place, year.node[region, good], ratio) for good, ratio in recipe.items())
        return nodes.price[node] - sum(ratio * nodes.price[year.node[region, good]] for good, ratio in recipe.items())

    for row in year.outputs:
        region, activity = row.keys
        margin = add(region, activity, activity)
        base.append(quantity["activities", row.keys])
        capacity.append(year.need("activities", "capacity", region, activity))
        cost.append(margin)
        elasticity.append(year.need("activities", "supply_elasticity", region, activity))
        delay.append(0)
        if margin <= 0:
            year.problem(row.place, f"{activity} in {region} earns {margin:.4g} USD/t at base prices after its inputs", "the margin must be positive: check its price, recipe and input prices")
    for row in year.idle:
        region, activity = row.keys
        margin = add(region, activity, f"{activity}{IDLE}")
        idle_cost = year.need("activities", "idle_cost", region, activity)
        restart = year.pack.find("activities", "restart_cost", region, activity)
        base.append(0.0)
        capacity.append(row.value)
        cost.append(idle_cost + (restart.value / RESTART_RECOVERY if restart else 0.0))
        elasticity.append(np.inf)
        delay.append(round(year.need("activities", "restart_delay", region, activity)))
        if cost[-1] <= margin:
            year.problem(row.place, f"idle {activity} in {region} would earn money at base prices (cost {cost[-1]:.4g}, price less inputs {margin:.4g} USD/t)", "raise idle_cost or count the capacity as running")
    for row in year.planned:
        region, activity = row.keys
        add(region, activity, f"{activity}{PLANNED}")
        projects = [project for project in year.pack.facts("projects", "capacity") if project.keys[1:] == row.keys]
        costs = [(project.value, year.pack.find("projects", "operating_cost", *project.keys)) for project in projects]
        size = sum(amount for amount, found in costs if found is not None)
        least, most = (sum(amount * getattr(found, end) for amount, found in costs if found is not None) / size for end in ("low", "high"))
        base.append(0.0)
        capacity.append(0.0)
        cost.append(0.0)
        elasticity.append(np.inf)
        delay.append(0)
        straight[len(keys) - 1] = (least, (most - least) / size)
    nothing = np.zeros(len(keys))
    intercept, slope = nothing.copy(), nothing.copy()
    for place, (first, rise) in straight.items():
        intercept[place], slope[place] = first, rise
    stood_still = np.array([name.endswith(IDLE) for _, name in keys], dtype=bool)
    return Activities(
        tuple(keys), integers(output), np.array(base), np.array(capacity), np.array(cost), np.array(elasticity),
        intercept, slope, stood_still, integers(delay),
        integers([place for place, _, _ in inputs]), integers([node for _, node, _ in inputs]), np.array([ratio for _, _, ratio in inputs]),
        no_cross_prices(),
    )  # fmt: skip


def lanes(year: BaseYear, quantity: Quantities, nodes: Nodes) -> Lanes:
    """Lanes in use, whose margin is the base price gap; and new ones, at freight or gap plus a premium."""
    made, wanted = np.zeros(len(nodes.keys)), np.zeros(len(nodes.keys))
    for (table, keys), value in quantity.items():
        if table == "trade":
            made[year.node[keys[1], keys[0]]] += value
            wanted[year.node[keys[2], keys[0]]] += value
    made, wanted = np.maximum(made, nodes.throughput), np.maximum(wanted, nodes.throughput)
    rows: list[list[float]] = []
    licensed: list[bool] = []
    for row in year.trade:
        good, origin, destination = row.keys
        start, end = year.node[origin, good], year.node[destination, good]
        flow = quantity["trade", row.keys]
        months = year.need("routes", "transit", good, origin, destination)
        if months != round(months):
            year.problem(year.place("routes", "transit", good, origin, destination), f"transit of {good} from {origin} to {destination} is {months:g} months", "give a whole number of months")
        gap = year.discount ** round(months) * nodes.price[end] - nodes.price[start]
        rent = year.value("routes", "licence_wedge", good, origin, destination, default=0.0) if flow > 0 else 0.0
        margin = gap - rent
        licensed.append(rent > 0)
        if flow == 0:
            premium = year.need("friction", "new_lane_premium", good, origin, destination)
            margin = max(gap, year.need("routes", "freight", good, origin, destination)) + premium * nodes.price[end]
        theta, below, smoothing, share = (year.need("friction", name, good, origin, destination) for name in ("theta", "below_base_weight", "smoothing", "scale_share"))
        scale = max(flow, share * min(made[start], wanted[end]))
        rows.append([start, end, flow, margin, round(months), theta * nodes.price[end], below, smoothing, scale])
        if scale <= 0:
            year.problem(row.place, f"nothing of {good} could move from {origin} to {destination}", "delete the lane, or give it a base flow or a scale_share")
    part = np.array(rows).T if rows else np.zeros((9, 0))
    ways = tuple((row.keys[0], row.keys[1], row.keys[2]) for row in year.trade)
    limits = [year.pack.find("routes", "capacity", *way) for way in ways]
    for row, limit, flow in zip(year.trade, limits, part[2], strict=True):
        if limit is not None and limit.value < flow:
            year.problem(limit.place, f"capacity of the lane {', '.join(row.keys)} is below its base flow", "capacity >= base_flow")
    capacity = np.array([np.inf if limit is None else limit.value for limit in limits])
    nothing = np.zeros(len(ways))
    return Lanes(
        ways, integers(part[0]), integers(part[1]), part[2], part[3], integers(part[4]), part[5], part[6], part[7], part[8],
        capacity, nothing, nothing, integers(()), integers(()), np.zeros(0), *conduct(year.pack, ways), memory(year, ways), np.array(licensed) if any(licensed) else None,
    )  # fmt: skip


def memory(year: BaseYear, ways: Iterable[tuple[str, str, str]]) -> np.ndarray | None:
    """Months that the friction of each lane looks back on; None where none looks back."""
    months = np.array([year.value("friction", "memory", *way, default=1.0) for way in ways])
    return months if (months > 1).any() else None


def conduct(pack: Pack, ways: Iterable[tuple[str, str, str]]) -> tuple[np.ndarray, np.ndarray]:
    """Conduct of the exporter on each lane, and the fringe response that it reckons with [1]."""
    found = [[pack.find("conduct", name, origin, good) for good, origin, _ in ways] for name in ("conduct", "fringe_response")]
    return np.array([0.0 if row is None else row.value for row in found[0]]), np.array([0.0 if row is None else row.value for row in found[1]])


def with_market_power(year: BaseYear, nodes: Nodes, activities: Activities, ways: Lanes, uses: Uses) -> tuple[Nodes, Lanes]:
    """Take the markup of players out of the base margins of their lanes, and bar resale where they sell.

    What a player earns above its cost is no cost of the lane. A market that it sells to may not ship on more than it makes, beyond
    what it shipped on in the base year: else others would undo what the player prices apart.
    """
    if not (ways.conduct > 0).any():
        return nodes, ways
    core = np.zeros((len(uses.keys), 1))
    fall = answer_of_use(uses, uses.base[:, None], core, uses.price[:, None], uses.elasticity_short[:, None], uses.sigma_short[:, None])
    rise = answer_of_output(activities, activities.base[:, None], activities.base[:, None], activities.capacity[:, None])
    slope = perceived_slope(ways, uses, activities, year.discount, fall, rise, len(nodes.keys))[:, 0]
    for lane in np.flatnonzero(ways.conduct > 0):
        good, origin, destination = ways.keys[lane]
        markup, worth = slope[lane] * ways.base[lane], year.discount ** float(ways.transit[lane]) * nodes.price[ways.destination[lane]]
        if not np.isfinite(slope[lane]):
            year.problem(year.place("conduct", "conduct", origin, good), f"{origin} has market power in {good} in {destination}, where no use answers the price", "give the use there an elasticity, or set conduct to 0")
        elif markup >= worth:
            year.problem(
                year.place("conduct", "conduct", origin, good),
                f"marginal revenue of {origin} in {good} in {destination} is negative: conduct times its share of the market, {markup / worth:.3g} of the elasticity of use, exceeds it",
                f"lower conduct below {ways.conduct[lane] * worth / markup:.3g}",
            )
    margin = ways.margin - np.where(ways.conduct > 0, slope * ways.base, 0.0)
    return replace(nodes, resale=resale_limit(nodes, activities, ways)), replace(ways, margin=margin)


def resale_limit(nodes: Nodes, activities: Activities, ways: Lanes) -> np.ndarray:
    """What may leave a market beyond what is made there [t/month]: the base excess where a player sells, no limit elsewhere."""
    leaving, made = np.zeros(len(nodes.keys)), np.zeros(len(nodes.keys))
    np.add.at(leaving, ways.origin, ways.base)
    np.add.at(made, activities.output, activities.base)
    limit = np.full(len(nodes.keys), np.inf)
    served = np.unique(ways.destination[ways.conduct > 0])
    limit[served] = np.maximum(leaving - made, 0.0)[served]
    return limit
