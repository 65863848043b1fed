"""The cap on what hubs pass on of a restricted exporter's material (:mod:`kanmon.scenario.marks`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kanmon.parts import OWN, made_by, plain
from kanmon.scenario.market import Pool
from kanmon.scenario.schema import Measure
from kanmon.world.world import Booleans, Floats, World

NOTHING = 1e-9
"""Cap over the size of the markets behind it below which it lets nothing pass [1]."""


def lost_flow(world: World, measure: Measure, good: str, left: Floats, usual: Floats) -> Floats:
    """What a measure takes from its destinations in each month [t/month].

    Args:
        world: its lanes.
        measure: a ban, a quota or a licence.
        good: one of its goods.
        left: share of the usual flow that is believed to pass in each month; infinite out of force [1].
        usual: flow, lane x month [t/month].
    """
    mine = np.array(
        [key[0] == good and key[1] == measure.exporter and key[2] in measure.destinations for key in world.lanes.keys], dtype=bool
    )
    return usual[mine].sum(axis=0) * np.maximum(1.0 - np.where(np.isfinite(left), left, 1.0), 0.0)


def passing_on(world: World, measure: Measure, left: Floats, usual: Floats) -> list[Pool]:
    """One cap over all hubs for each good of a measure and within its reach.

    Args:
        world: from :func:`kanmon.scenario.marks.mark`.
        measure: with ``reexport``.
        left: share of the usual flow that is believed to pass in each month; infinite out of force [1].
        usual: flow, lane x month [t/month].

    Returns:
        the caps; their rent is the hubs'.
    """
    pools = []
    for good in dict.fromkeys((*measure.goods, *measure.reach)):
        doors = np.flatnonzero([key[0] == f"{good}{OWN}" for key in world.lanes.keys])
        if doors.size:
            usually = sum(_usually(world, good, world.lanes.keys[door][1], usual) for door in doors)
            cap = usually + (measure.reexport or 0.0) * lost_flow(world, measure, good, left, usual)
            pools.append(Pool(f"{measure.name}: {good} passed on", doors, np.where(np.isfinite(left), cap, np.inf), ""))
    return pools


def _usually(world: World, good: str, region: str, usual: Floats) -> Floats:
    """What a hub usually ships to barred destinations beyond its own material, and beyond what it could make of that [t/month]."""
    ways = {key: place for place, key in enumerate(world.lanes.keys)}

    def beyond(item: str) -> Floats:
        return usual[ways[f"{item}{OWN}", region, region]] - usual[ways[item, region, region]]

    short = np.maximum(beyond(good), 0.0)
    plants = world.activities
    for place, (where, name) in enumerate(plants.keys):
        made = (made_by(good, plain(name)), region, region)
        if where != region or not name.endswith(OWN) or made not in ways:
            continue
        could = usual[ways[made]]
        for n, ratio in zip(
            plants.input_node[plants.input_activity == place], plants.input_ratio[plants.input_activity == place], strict=True
        ):
            if ratio < 0:
                could = np.minimum(could, np.maximum(-beyond(world.nodes.keys[n][1]), 0.0) / -ratio)
        short = np.maximum(short - could, 0.0)
    return short


def closed(world: World, pools: Sequence[Pool]) -> list[Pool]:
    """The same caps, with none where nothing at all may be passed on: there the doors themselves are closed (:func:`shut`).

    A row that holds quantities that cannot be negative to a sum of zero would leave its price to chance.
    """
    kept = []
    for pool in pools:
        nothing = pool.limit <= NOTHING * world.lanes.scale[pool.lanes].sum()
        kept.append(replace(pool, limit=np.where(nothing, np.inf, pool.limit)) if _is_of_doors(world, pool) else pool)
    return kept


def shut(world: World, pools: Sequence[Pool], limit: Floats) -> Floats:
    """Largest flow of each lane and month, with the doors shut where caps let nothing pass [t/month].

    Args:
        world: its lanes.
        pools: all caps, before :func:`closed`.
        limit: largest flow that other measures allow, lane x month.
    """
    limit = limit.copy()
    for pool in pools:
        if _is_of_doors(world, pool):
            limit[pool.lanes] = np.where(pool.limit <= NOTHING * world.lanes.scale[pool.lanes].sum(), 0.0, limit[pool.lanes])
    return limit


def _is_of_doors(world: World, pool: Pool) -> bool:
    return all(world.lanes.keys[lane][0].endswith(OWN) for lane in pool.lanes)


def exchanged(world: World, pools: Sequence[Pool], months: int) -> Booleans:
    """Plants and months that may run: where output is told apart by what it was made of, while a cap on its good is in force.

    Args:
        world: its plants.
        pools: all caps, before :func:`closed`.
        months: length of the window.

    Returns:
        activity x month.
    """
    runs = np.ones((len(world.activities.keys), months), dtype=bool)
    for place, ((_, name), node) in enumerate(zip(world.activities.keys, world.activities.output.tolist(), strict=True)):
        if name.endswith(OWN):
            capped = [np.isfinite(pool.limit) for pool in pools if any(int(world.lanes.destination[lane]) == node for lane in pool.lanes)]
            runs[place] = np.any(capped, axis=0) if capped else False
    return runs
