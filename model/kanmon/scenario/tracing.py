"""Where a restricted exporter's material may be: regions that it reaches over lanes and, with extraterritorial reach, through plants.

Material is not told apart by who made it once it is in a market; so a region is taken to hold the exporter's as soon as any way leads
there, however little passes on it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from kanmon.scenario.schema import Measure


@dataclass(frozen=True)
class Traced:
    """What a measure with a cap on re-export is about.

    Attributes:
        carriers: regions that the exporter's material reaches, by good; the exporter and the destinations barred may be among them.
        own: (region, good) of hubs in which the exporter's material and other material are told apart.
        told_apart: (region, plant) of plants in hubs whose output is told apart by what it was made of.
    """

    carriers: dict[str, set[str]]
    own: set[tuple[str, str]]
    told_apart: set[tuple[str, str]]


def trace(measure: Measure, lanes: Collection[tuple[str, str, str]], plants: Iterable[tuple[str, str, str, Collection[str]]]) -> Traced:
    """Follow the exporter's material.

    A hub is a region that it reaches, neither the exporter nor barred. Its own material has a market of its own where the hub ships
    the good to a barred destination, or makes of it a good within reach that has such a market.

    Args:
        measure: with a cap on re-export.
        lanes: good, origin, destination of each.
        plants: region, name, good made, goods taken of each.
    """
    goods = dict.fromkeys((*measure.goods, *measure.reach))
    within_reach = [plant for plant in plants if plant[2] in measure.reach and plant[0] != measure.exporter]
    carriers: dict[str, set[str]] = {good: {measure.exporter} if good in measure.goods else set() for good in goods}
    growing = True
    while growing:
        before = sum(map(len, carriers.values()))
        for good in carriers:
            carriers[good] = reached(carriers[good], [(origin, destination) for item, origin, destination in lanes if item == good])
        for region, _, made, taken in within_reach:
            if any(region in carriers.get(good, ()) for good in taken):
                carriers[made].add(region)
        growing = sum(map(len, carriers.values())) > before
    hubs = {
        (region, good) for good in goods for region in carriers[good] if region != measure.exporter and region not in measure.destinations
    }
    own = {(origin, good) for good, origin, destination in lanes if (origin, good) in hubs and destination in measure.destinations}
    told_apart: set[tuple[str, str]] = set()
    growing = True
    while growing:
        before = len(own) + len(told_apart)
        for region, name, made, taken in within_reach:
            marked = {(region, good) for good in taken if (region, good) in hubs}
            if (region, made) in own and marked:
                own |= marked
                told_apart.add((region, name))
        growing = len(own) + len(told_apart) > before
    return Traced(carriers, own, told_apart)


def reached(sources: Collection[str], ways: Collection[tuple[str, str]]) -> set[str]:
    """Regions to which a way leads from one of the sources, these among them.

    Args:
        sources: where to begin.
        ways: origin and destination of each.
    """
    found: set[str] = set()
    more = set(sources)
    while more:
        found |= more
        more = {destination for origin, destination in ways if origin in found} - found
    return found
