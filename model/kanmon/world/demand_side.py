"""End uses and private stocks of the calibrated world."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kanmon.pack.load import Row
from kanmon.pack.units import DAYS_PER_MONTH
from kanmon.world.base_year import BaseYear
from kanmon.world.supply_side import Quantities
from kanmon.world.world import Nodes, Stocks, Uses, integers, no_cross_prices


def end_uses(year: BaseYear, quantity: Quantities, nodes: Nodes) -> Uses:
    """Uses with their curves through the base point; an industry that uses several goods in a region combines them in a nest."""
    members: dict[tuple[str, str], list[Row]] = {}
    for row in year.uses:
        members.setdefault((row.keys[0], row.keys[1]), []).append(row)
    nests = [key for key, rows in members.items() if len(rows) > 1]
    columns: list[list[float]] = []
    scrap_entries: list[tuple[int, int, float]] = []
    for place, row in enumerate(year.uses):
        region, industry, good = row.keys
        node = year.node[region, good]
        net = nodes.price[node]
        scrap = year.scrap_of(region, industry, good)
        if scrap is not None:
            scrap_node = year.node[region, scrap.keys[3]]
            scrap_entries.append((place, scrap_node, scrap.value))
            net -= scrap.value * nodes.price[scrap_node]
            if net <= 0:
                year.problem(scrap.place, f"the scrap of {industry} in {region} is worth more than the {good} it uses", "lower the scrap price or the ratio")
        short, half_life, multiple = (year.need("demand", name, *row.keys) for name in ("elasticity_short_run", "adjustment_half_life", "choke_multiple"))
        long = year.need("demand", "elasticity_long_run", *row.keys)
        slope = year.pack.find("demand", "slope", *row.keys)
        nest = nests.index((region, industry)) if (region, industry) in nests else -1
        sigma_short = year.need("demand", "sigma_short_run", *row.keys) if nest >= 0 else np.nan
        sigma_long = year.need("demand", "sigma_long_run", *row.keys) if nest >= 0 else np.nan
        if nest >= 0 and min(short, long) <= 0:
            year.problem(row.place, f"{industry} in {region} combines several goods and its elasticity is 0", "give a nest a positive elasticity, or split the industry")
        if nest >= 0 and slope is not None:
            year.problem(slope.place, f"{industry} in {region} combines several goods and cannot be linear", "delete the slope, or split the industry")
        columns.append([node, quantity["uses", row.keys], net, multiple * net, short, long, half_life, slope.value if slope else np.nan, nest, sigma_short, sigma_long])
    _check_nests_share(year, members, nests, columns)
    part = np.array(columns).T if columns else np.zeros((11, 0))
    return Uses(
        tuple((row.keys[0], row.keys[1], row.keys[2]) for row in year.uses),
        integers(part[0]), part[1], part[2], part[3], part[4], part[5], part[6], part[7], integers(part[8]), part[9], part[10],
        integers([use for use, _, _ in scrap_entries]), integers([node for _, node, _ in scrap_entries]), np.array([ratio for _, _, ratio in scrap_entries]),
        no_cross_prices(),
    )  # fmt: skip


def _check_nests_share(year: BaseYear, members: dict, nests: Sequence[tuple[str, str]], columns: list[list[float]]) -> None:
    """The members of a nest share its elasticity, half-life and sigma."""
    for region, industry in nests:
        places = [place for place, row in enumerate(year.uses) if row.keys[:2] == (region, industry)]
        if len({tuple(columns[place][4:7] + columns[place][9:]) for place in places}) > 1:
            goods = ", ".join(row.keys[2] for row in members[region, industry])
            year.problem("demand.csv", f"{industry} in {region} combines {goods} but their elasticities or sigmas differ", "give the nest one set: write * for the good")


def private_stocks(year: BaseYear, quantity: Quantities, nodes: Nodes) -> Stocks:
    """Stocks held where a good is used or processed, with a convenience that makes the base year stationary."""
    held: dict[int, float] = {}
    for (table, keys), value in quantity.items():
        if table == "uses":
            place = year.node[keys[0], keys[2]]
            held[place] = held.get(place, 0.0) + value
        elif table == "activities":
            for good, ratio in year.recipe(*keys).items():
                place = year.node[keys[0], good]
                held[place] = held.get(place, 0.0) + max(ratio, 0.0) * value
    interest = 1.0 - year.discount
    rows = []
    for place in sorted(held):
        region, good = year.keys[place]
        days = year.pack.find("stocks", "days", region, good)
        if days is None or days.value == 0 or nodes.disposable[place]:
            continue
        base = held[place] * days.value / DAYS_PER_MONTH
        holding = year.need("stocks", "holding_cost", region, good) * nodes.price[place]
        minimum = year.need("stocks", "operating_minimum", region, good) * base
        limits = [year.pack.find("stocks", name, region, good) for name in ("storage_capacity", "release_limit", "fill_limit")]
        for limit in limits[:1]:
            if limit is not None and limit.value < base:
                year.problem(limit.place, f"storage_capacity of {good} in {region} is below its base stock of {base:.4g} t", "raise it, or lower days")
        capacity, release, fill = (np.inf if limit is None else limit.value for limit in limits)
        exponent = year.need("stocks", "convenience_exponent", region, good)
        rows.append([place, base, minimum, capacity, interest * nodes.price[place] + holding, exponent, holding, 0.0, release, fill, base])
    part = np.array(rows).T if rows else np.zeros((11, 0))
    return Stocks(integers(part[0]), *part[1:])
