"""What a cap on re-export cannot be combined with."""

from __future__ import annotations

from kanmon.errors import Problem
from kanmon.pack.load import Pack
from kanmon.pack.schema import ANY
from kanmon.scenario.schema import EVERY, Measure, Scenario


def marking_problems(scenario: Scenario, pack: Pack, place: str) -> list[Problem]:
    """Measures that mark material where the pack has no base year, where an exporter of it has market power, or in two ways at once."""
    problems: list[Problem] = []
    seen: dict[str, Measure] = {}
    numbered = [
        (f"{place} {name}[{number}]", measure)
        for name in ("in_force", "measures")
        for number, measure in enumerate(getattr(scenario, name))
    ]
    for here, measure in numbered:
        if measure.reexport is None:
            continue
        if not pack.facts("uses", "base_use"):
            problems.append(
                Problem(f"{here}.reexport", "the pack has no base year, so there is no flow to take a share of", "leave it out")
            )
        made_of = {
            row.keys[2]
            for row in pack.facts("recipes", "input")
            if pack.labels["processes"].get(row.keys[0], {}).get("output") in measure.reach
        }
        if measure.reach and not made_of & {*measure.goods, *measure.reach}:
            problems.append(
                Problem(
                    f"{here}.reach", "no plant makes any of these goods of a restricted one", "check goods and reach against recipes.csv"
                )
            )
        for good in dict.fromkeys((*measure.goods, *measure.reach)):
            for player in sorted(_players(scenario, pack, good)):
                problems.append(
                    Problem(
                        f"{here}.reexport",
                        f"{player} has market power in {good}, and what it sells is not sold on at all",
                        "leave out reexport, or the player",
                    )
                )
            first = seen.setdefault(good, measure)
            if _marks(first) != _marks(measure):
                problems.append(
                    Problem(
                        f"{here}.reexport",
                        f"{good} is marked by {first.name!r} too, with another exporter, other destinations, goods or reach",
                        "let measures that mark the same good agree in these",
                    )
                )
    return problems


def _marks(measure: Measure) -> tuple:
    """What the markets of a marked good are split by."""
    return measure.exporter, *(frozenset(names) for names in (measure.destinations, measure.goods, measure.reach))


def _players(scenario: Scenario, pack: Pack, good: str) -> set[str]:
    """Regions with market power in a good."""
    named = {player.region for player in scenario.players if player.conduct > 0 and (good in player.goods or EVERY in player.goods)}
    return named | {row.keys[0] for row in pack.facts("conduct", "conduct") if row.value > 0 and row.keys[1] in (good, ANY)}
