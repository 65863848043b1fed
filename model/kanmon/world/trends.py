r"""How a calibrated year goes on: growth of use, of supply and of trade at constant prices, and dated projects.

Use grows at the rate that the pack states for it. A plant keeps pace with the use of what it makes, all over the world and through
the goods made of it, unless the pack states its trend or dated projects raise it by more. What a market takes in, and the stocks held
there, grow with use and processing in it. All of this is at constant prices: where it does not balance, prices say so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kanmon.pack.load import Pack
from kanmon.pack.units import MONTHS_PER_YEAR
from kanmon.parts import plain
from kanmon.world.world import PLANNED, Floats, World

SWEEPS = 8
"""Demand reaches a raw material through so many stages of processing at most."""


@dataclass(frozen=True)
class Trends:
    """Quantities over those of the calibration year, rows x months [1]; capacity [t/month].

    Attributes:
        use: of each use.
        output: of each activity: where its cost curve stands.
        flow: of each lane.
        stock: of each stock.
        capacity: of each activity, projects included.
    """

    use: Floats
    output: Floats
    flow: Floats
    stock: Floats
    capacity: Floats


def trends(world: World, pack: Pack, first: int, months: int) -> Trends:
    """The path at constant prices.

    Args:
        world: calibrated year.
        pack: growth of use, trends of plants, projects.
        first: first month after the calibration year, in which every factor is one.
        months: length of the path.
    """
    years = np.arange(months) / MONTHS_PER_YEAR
    uses, plants, lanes, nodes = world.uses, world.activities, world.lanes, world.nodes

    def compounded(rates: list[float]) -> Floats:
        return (1.0 + np.array(rates, dtype=float))[:, None] ** years[None, :]

    use = compounded([_rate(pack, "growth", "growth", *(plain(part) for part in key)) or 0.0 for key in uses.keys])
    stated = [_rate(pack, "trends", "trend", region, plain(activity)) for region, activity in plants.keys]
    goods = sorted({plain(good) for _, good in nodes.keys})
    good_of = np.array([goods.index(plain(good)) for _, good in nodes.keys], dtype=np.int64)
    whole = [(region, plain(good)) for region, good in nodes.keys]  # a market split in two is one market here
    whole_of = np.array([whole.index(key) for key in whole], dtype=np.int64)
    output = np.ones((len(plants.keys), months))
    for _ in range(SWEEPS):
        taken = _taken(world, use, output)
        pace = np.ones((len(goods), months))
        for good in range(len(goods)):
            total = taken[good_of == good].sum(axis=0)
            pace[good] = total / total[0] if total[0] > 0 else 1.0
        output = np.where(
            np.array([rate is None for rate in stated])[:, None], pace[good_of[plants.output]], compounded([rate or 0.0 for rate in stated])
        )
    taken = np.zeros((len(nodes.keys), months))
    np.add.at(taken, whole_of, _taken(world, use, output))
    taken = taken[whole_of]
    inside = np.where(taken[:, :1] > 0, taken / np.maximum(taken[:, :1], 1e-300), pace[good_of])
    added, expected = additions(world, pack, first, months)
    output = np.maximum(output, 1.0 + expected / np.where(plants.base > 0, plants.base, np.inf)[:, None])
    capacity = np.maximum(plants.capacity[:, None] * np.where(plants.idle[:, None], 1.0, output), plants.capacity[:, None] + added)
    return Trends(use, output, inside[lanes.destination], inside[world.stocks.node], capacity)


def standstill(world: World, months: int) -> Trends:
    """No trends: every month is like the calibration year."""
    plants, every = world.activities, np.ones((1, months))

    def ones(rows: int) -> Floats:
        return np.ones((rows, 1)) * every

    return Trends(ones(len(world.uses.keys)), ones(len(plants.keys)), ones(len(world.lanes.keys)), ones(world.stocks.node.size), plants.capacity[:, None] * every)


def additions(world: World, pack: Pack, first: int, months: int) -> tuple[Floats, Floats]:
    """What dated projects add to the plants of the calibration year, activity x month [t/month]: expected capacity, and how much of it
    is expected to run at constant prices.

    A project counts with its probability and its mean delay, from its first to its full output along a straight line. One in a region that had
    no such plant counts where it states what running costs.
    """
    plants = world.activities
    place = {(region, activity.removesuffix(PLANNED)): a for a, (region, activity) in enumerate(plants.keys)}
    calendar = first + np.arange(months)
    added, running = (np.zeros((len(plants.keys), months)) for _ in range(2))
    for name, region, activity in sorted({row.keys for row in pack.facts("projects", "capacity")}):
        capacity, start, full = (
            pack.find("projects", quantity, name, region, activity) for quantity in ("capacity", "first_output", "full_output")
        )
        if (region, activity) not in place or capacity is None or start is None or full is None:
            continue
        chance = pack.find("projects", "probability", name, region, activity)
        late = _delay(pack, (name, region, activity), start.value * MONTHS_PER_YEAR, first)
        begin, end = start.value * MONTHS_PER_YEAR + late, max(full.value, start.value) * MONTHS_PER_YEAR + late
        share = np.clip((calendar - begin) / max(end - begin, 1.0), 0.0, 1.0)
        share = share - share[0]  # what stood before the path is in the calibration year
        a, used = place[region, activity], pack.find("projects", "utilisation", name, region, activity)
        expected = (1.0 if chance is None else chance.value) * capacity.value * share
        added[a] += expected
        running[a] += expected * (plants.base[a] / max(plants.capacity[a], 1e-300) if used is None else used.value)
    return added, running


def _delay(pack: Pack, project: tuple[str, str, str], stated: float, first: int) -> float:
    """Mean delay of a project [months]: its own, or the usual share of the time that was left to its date when the path began."""
    slip, usual = pack.find("projects", "slip", *project), pack.find("parameters", "project_delay", "project_delay")
    if slip is not None:
        return slip.value
    return 0.0 if usual is None else usual.value * max(stated - first, 0.0)


def _taken(world: World, use: Floats, output: Floats) -> Floats:
    """What is used and processed in each market, node x month [t/month]."""
    plants = world.activities
    taken = np.zeros((len(world.nodes.keys), use.shape[1]))
    np.add.at(taken, world.uses.node, world.uses.base[:, None] * use)
    np.add.at(
        taken,
        plants.input_node,
        plants.base[plants.input_activity, None] * output[plants.input_activity] * np.maximum(plants.input_ratio, 0.0)[:, None],
    )
    return taken


def _rate(pack: Pack, table: str, quantity: str, *keys: str) -> float | None:
    row = pack.find(table, quantity, *keys)
    return None if row is None else row.value
