"""Levers that can be judged apart: those of markets that nothing connects.

Goods are connected where an activity makes one of the other, an industry combines or replaces them, one is the scrap of the other, the
price of one moves the other, or one quota counts both. What is not connected solves apart: the loss of a plan is the sum over its groups.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from kanmon.parts import plain
from kanmon.scenario.schema import Scenario
from kanmon.world.world import World


def connected_goods(world: World, scenarios: Iterable[Scenario] = ()) -> list[frozenset[str]]:
    """Goods whose markets are connected, in the order of the world.

    Args:
        world: calibrated.
        scenarios: whose measures may count several goods under one quota.
    """
    part_of = {good: frozenset([good]) for good in dict.fromkeys(plain(key[1]) for key in world.nodes.keys)}
    for pair in [*_pairs(world), *(measure.goods for scenario in scenarios for measure in (*scenario.in_force, *scenario.measures) if measure.pooled)]:
        joined = frozenset().union(*(part_of[plain(good)] for good in pair if plain(good) in part_of))
        part_of |= dict.fromkeys(joined, joined)
    return list(dict.fromkeys(part_of.values()))


def _pairs(world: World) -> list[tuple[str, ...]]:
    """Goods that an activity, a nest, a scrap loop or an answer to other prices connects."""
    goods = [key[1] for key in world.nodes.keys]
    plants, uses = world.activities, world.uses
    pairs: list[tuple[str, ...]] = [(goods[plants.output[a]], goods[n]) for a, n in zip(plants.input_activity, plants.input_node, strict=True)]
    pairs += [(goods[uses.node[s]], goods[n]) for s, n in zip(uses.scrap_use, uses.scrap_node, strict=True)]
    pairs += [(goods[uses.node[s]], goods[n]) for s, n in zip(uses.cross.row, uses.cross.node, strict=True)]
    pairs += [(goods[plants.output[a]], goods[n]) for a, n in zip(plants.cross.row, plants.cross.node, strict=True)]
    pairs += [(goods[world.lanes.origin[one]], goods[world.lanes.origin[other]]) for one, other in zip(world.lanes.cross_lane, world.lanes.cross_other, strict=True)]
    for nest in range(int(uses.nest.max(initial=-1)) + 1):
        pairs.append(tuple(goods[n] for n in uses.node[np.flatnonzero(uses.nest == nest)]))
    return pairs


def grouped(touched: Mapping[str, Iterable[str]], parts: Iterable[frozenset[str]]) -> list[tuple[str, ...]]:
    """Levers that have to be judged together, in their order; a lever that touches several parts joins them.

    Args:
        touched: goods that each lever bears on.
        parts: from :func:`connected_goods`. Goods that are in none stand alone.
    """
    part_of = {good: part for part in parts for good in part}
    group_of: dict[str, tuple[str, ...]] = {}
    reach: dict[str, set] = {}
    for lever, goods in touched.items():
        mine = {part_of.get(plain(good), frozenset([good])) for good in goods}
        members = [other for other in group_of if reach[other] & mine]
        joined = tuple(dict.fromkeys([*(name for other in members for name in group_of[other]), lever]))
        together = mine.union(*(reach[other] for other in members))
        group_of |= dict.fromkeys(joined, joined)
        reach |= dict.fromkeys(joined, together)
    order = list(touched)
    return [tuple(sorted(group, key=order.index)) for group in dict.fromkeys(tuple(sorted(value, key=order.index)) for value in group_of.values())]
