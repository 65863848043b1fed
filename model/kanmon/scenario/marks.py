r"""Marked re-export: in a hub, what is not of the exporter's making has a market of its own.

Marks are goods, not shares, so that nothing blends and the program stays convex. Hub r takes good g from the restricted exporter and
ships it to a barred destination. What r makes itself, and what comes from origins that the exporter's material does not reach, lands in
the market *own*; everything else is in the general one, private stocks included. A door leads from own to general at no cost: users
do not mind. The door back is passing on, and over all hubs it is capped while the measure is in force:

.. math::
    \sum_{r} x_{r,\text{general} \to \text{own},t} \le \sum_r \Lambda_r + \lambda\, L_{gt} \qquad [\mathrm{t/month}],\ \text{dual: worth of a tonne passed on } [\mathrm{USD/t}]

with the share :math:`\lambda` (``reexport``), the flow :math:`L` that the measure takes from its destinations, and :math:`\Lambda` what
hubs ship to them anyway beyond what they have of their own. Shipments to barred destinations leave from own, all others from general:
what comes from another hub counts as the exporter's.

With extraterritorial reach a plant in a hub that makes a good within reach of the exporter's material makes the exporter's. It runs
as in the base year; what it made is then told apart: a tonne counts as own if the material it takes is drawn from own.

.. math:: 1\ \text{made} + \alpha\ \text{input, own} \to 1\ \text{own} + \alpha\ \text{input, general}

It takes the plant's inputs from the general market, and the exchange puts that back: together they are the plant run on its own material,
with capacity and cost shared by both ways of running it. While no cap is in force everything passes, and nothing is told apart.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kanmon.errors import InputError, Problem
from kanmon.parts import OWN, UNRESTRICTED, made_by, plain
from kanmon.scenario.schema import Measure, Scenario
from kanmon.scenario.splitting import with_doors, with_exchange, with_market
from kanmon.scenario.tracing import Traced, trace
from kanmon.world.world import World


def with_marks(world: World, scenario: Scenario, place: str = "scenario") -> World:
    """The world with markets for hubs' own material for every measure that caps what they pass on.

    Raises:
        InputError: a hub's market is already split by an end-user scope.
    """
    for name in ("in_force", "measures"):
        for number, measure in enumerate(getattr(scenario, name)):
            if measure.reexport is not None:
                world = mark(world, measure, f"{place} {name}[{number}].reexport")
    return world


def mark(world: World, measure: Measure, place: str = "measure") -> World:
    """Give every hub of a measure with a cap on re-export a market for its own material.

    In the base year own material goes first to where only it may go, so that as little as possible counts as passed on.

    Raises:
        InputError: a hub's market is already split by an end-user scope.
    """
    traced = trace(measure, world.lanes.keys, _plants(world))
    index = world.nodes.index()
    split = sorted((region, good) for region, good in traced.own if (region, f"{good}{UNRESTRICTED}") in index)
    if split:
        raise InputError([_both(place, *key) for key in split])
    for region, good in sorted(traced.own):
        if (region, f"{good}{OWN}") not in index:
            world = _with_own(world, measure, traced, region, good)
    for region, plant in sorted(traced.told_apart):
        if (region, f"{plant}{OWN}") not in world.activities.keys:
            world = _tell_apart(world, region, plant)
    return world


def _plants(world: World) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Region, name, good made and goods taken of each plant."""
    plants, nodes = world.activities, world.nodes.keys
    taken: list[list[str]] = [[] for _ in plants.keys]
    for activity, node, ratio in zip(plants.input_activity.tolist(), plants.input_node.tolist(), plants.input_ratio.tolist(), strict=True):
        if ratio > 0:
            taken[activity].append(plain(nodes[node][1]))
    return [
        (region, plain(name), plain(nodes[out][1]), tuple(goods))
        for (region, name), out, goods in zip(plants.keys, plants.output.tolist(), taken, strict=True)
    ]


def _with_own(world: World, measure: Measure, traced: Traced, region: str, good: str) -> World:
    lanes, plants, node = world.lanes, world.activities, world.nodes.index()[region, good]
    clean = np.array([origin not in traced.carriers[good] for _, origin, _ in lanes.keys], dtype=bool)
    barred = np.array([destination in measure.destinations for _, _, destination in lanes.keys], dtype=bool)
    lands, leaves = (lanes.destination == node) & clean, (lanes.origin == node) & barred
    apart = np.array([(place, plain(name)) in traced.told_apart for place, name in plants.keys], dtype=bool)
    made = (plants.output == node) & ~apart
    supply, shipped = lanes.base[lands].sum() + plants.base[made].sum(), lanes.base[leaves].sum()
    own, size = len(world.nodes.keys), float(world.nodes.throughput[node])
    world = replace(
        world,
        lanes=replace(lanes, origin=np.where(leaves, own, lanes.origin), destination=np.where(lands, own, lanes.destination)),
        activities=replace(plants, output=np.where(made, own, plants.output)),
    )
    name = f"{good}{OWN}"
    world, _ = with_market(world, node, name, size)
    return with_doors(world, [(good, own, node, max(supply - shipped, 0.0)), (name, node, own, max(shipped - supply, 0.0))], size)


def _tell_apart(world: World, region: str, plant: str) -> World:
    """Send the output of a plant through a market from which it counts as own only against own inputs."""
    plants, index = world.activities, world.nodes.index()
    same = np.array([place == region and plain(name) == plant for place, name in plants.keys], dtype=bool)
    first = int(np.flatnonzero(same)[0])
    node = int(plants.output[first])
    good = world.nodes.keys[node][1]
    made = len(world.nodes.keys)
    recipe: list[tuple[int, float]] = [(made, 1.0)]
    for entry in np.flatnonzero((plants.input_activity == first) & (plants.input_ratio > 0)):
        general, ratio = int(plants.input_node[entry]), float(plants.input_ratio[entry])
        own = index.get((region, f"{world.nodes.keys[general][1]}{OWN}"))
        if own is not None:
            recipe += [(own, ratio), (general, -ratio)]
    size, usual = float(world.nodes.throughput[node]), float(plants.base[same].sum())
    world = replace(world, activities=replace(plants, output=np.where(same, made, plants.output)))
    world, _ = with_market(world, node, made_by(good, plant), size)
    world = with_doors(world, [(made_by(good, plant), made, node, usual)], size)
    return with_exchange(world, (region, f"{plant}{OWN}"), index[region, f"{good}{OWN}"], recipe)


def _both(place: str, region: str, good: str) -> Problem:
    return Problem(
        place,
        f"the cap on re-export makes {region} a hub for {good}, where another measure bars some users from {good}: the market cannot be split twice",
        "leave out reexport, or the end-user scope there",
    )
