r"""What may be added to the calibrated world: suppliers that users may qualify, and plants that may be built.

A lane of the base year is qualified for its base flow and a little more; what goes beyond has to be qualified. An investment is an
activity that makes nothing in the base year, at a constant operating cost. At base prices it must not pay, for then it would have been
built: the base year would not be an equilibrium.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kanmon.pack.load import Row
from kanmon.pack.schema import ANY
from kanmon.world.base_year import BaseYear
from kanmon.world.world import Activities, Expansions, Lanes, Nodes, integers, no_expansions

QUALIFICATION, INVESTMENT = "qualification", "investment"

NEW = " (new)"
"""Appended to the name of an activity that is not built yet."""


def annuity(capital: float, life: float, discount: float) -> float:
    r"""What a unit of capacity costs in each month of its life, the first one on line included.

    .. math:: a = \kappa \Big/ \sum_{j=0}^{L-1} \beta^j = \kappa\, \frac{1-\beta}{1-\beta^L}, \qquad \kappa / L \text{ for } \beta = 1
        \qquad [\mathrm{USD\ a\ month\ per\ t/month}]

    Args:
        capital: capital cost, counted in the month in which it comes on line [USD per t/month].
        life: months on line.
        discount: monthly discount factor [1].
    """
    return capital / life if discount == 1.0 else capital * (1.0 - discount) / (1.0 - discount**life)


def qualifications(year: BaseYear, ways: Lanes) -> Expansions:
    """Lanes on which more than the base flow has to be qualified: those that a row of qualification.csv names."""
    found = []
    for lane, (good, origin, destination) in enumerate(ways.keys):
        row = year.pack.find("qualification", "delay", good, origin, destination)
        if row is None:
            continue
        _whole(year, row, f"the qualification of {good} from {origin} to {destination}")
        price, room, share = (year.need("qualification", name, good, origin, destination) for name in ("cost", "headroom", "rent_to_users"))
        found.append(((QUALIFICATION, destination, good, origin), lane, room, round(row.value), price, share))
    if not found:
        return no_expansions()
    keys, lanes, headroom, delay, cost, users = zip(*found, strict=True)
    nothing = np.zeros(len(keys))
    return Expansions(keys, integers(lanes), integers([-1] * len(keys)), np.array(headroom), np.full(len(keys), np.inf), integers(delay), np.array(cost), nothing, nothing, np.array(users))


def investments(year: BaseYear, nodes: Nodes, activities: Activities) -> tuple[Activities, Expansions]:
    """Plants that may be built, each with its capacity to be added; and the plants of the world with them."""
    keys: list[tuple[str, str]] = []
    outputs: list[int] = []
    operating: list[float] = []
    inputs: list[tuple[int, int, float]] = []
    rows: list[tuple] = []
    for row in year.pack.facts("investments", "largest_addition"):
        if row.keys[0] == ANY:
            year.problem(row.place, "largest_addition is given for every region", "name the regions in which it can be built")
    for row in year.options:
        region, activity = row.keys
        good, recipe = year.output_good(activity), year.recipe(region, activity)
        capital, life, lead, cost = (year.need("investments", name, region, activity) for name in ("capital_cost", "life", "lead_time", "operating_cost"))
        _whole(year, year.pack.find("investments", "lead_time", region, activity), f"the lead time of {activity} in {region}")
        node = year.node[region, good]
        earns = nodes.price[node] - sum(ratio * nodes.price[year.node[region, name]] for name, ratio in recipe.items()) - cost
        charge = annuity(capital, life, year.discount)
        if earns >= charge:
            year.problem(
                row.place,
                f"new {activity} in {region} would pay at base prices (it earns {earns:.4g} USD/t, its capital costs {charge:.4g})",
                "raise operating_cost or capital_cost, or count the plant as running",
            )
        number = len(activities.keys) + len(keys)
        keys.append((region, f"{activity}{NEW}"))
        outputs.append(node)
        operating.append(cost)
        inputs += [(number, year.node[region, name], ratio) for name, ratio in recipe.items()]
        rows.append(((INVESTMENT, region, good, activity), row.value, round(lead), charge, sum_of_life(life, year.discount)))
    if not rows:
        return activities, no_expansions()
    size = np.zeros(len(rows))
    names, largest, lead_time, charges, lives = zip(*rows, strict=True)
    widened = replace(
        activities,
        keys=(*activities.keys, *keys), output=np.append(activities.output, integers(outputs)), base=np.append(activities.base, size),
        capacity=np.append(activities.capacity, largest), cost=np.append(activities.cost, operating), elasticity=np.append(activities.elasticity, size + np.inf),
        intercept=np.append(activities.intercept, size), slope=np.append(activities.slope, size), idle=np.append(activities.idle, size > 0), delay=np.append(activities.delay, integers(size)),
        input_activity=np.append(activities.input_activity, integers(row[0] for row in inputs)), input_node=np.append(activities.input_node, integers(row[1] for row in inputs)), input_ratio=np.append(activities.input_ratio, np.array([row[2] for row in inputs])),
    )  # fmt: skip
    built = integers(range(len(activities.keys), len(widened.keys)))
    return widened, Expansions(names, integers([-1] * len(rows)), built, size, np.array(largest), integers(lead_time), size, np.array(charges), np.array(lives), size)


def sum_of_life(life: float, discount: float) -> float:
    r"""Months of a life, discounted to its first: :math:`\sum_{j=0}^{L-1} \beta^j` [months]."""
    return life if discount == 1.0 else (1.0 - discount**life) / (1.0 - discount)


def together(first: Expansions, second: Expansions) -> Expansions:
    """Both, one after the other."""
    joined = {name: np.append(getattr(first, name), getattr(second, name)) for name in Expansions.__dataclass_fields__ if name != "keys"}
    return Expansions(keys=(*first.keys, *second.keys), **joined)


def _whole(year: BaseYear, row: Row | None, what: str) -> None:
    if row is not None and row.value != round(row.value):
        year.problem(row.place, f"{what} takes {row.value:g} months", "give a whole number of months")
