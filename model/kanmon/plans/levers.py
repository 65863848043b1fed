"""The levers of a data pack: what each costs, and what it changes in the market."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from kanmon.errors import InputError, Problem
from kanmon.pack.load import Pack, Row
from kanmon.pack.schema import ANY


class Kind(StrEnum):
    """What a lever changes in the market."""

    STOCKPILE = "stockpile"
    PLANT = "plant"
    ASSURANCE = "assurance"
    SUPPLIER = "supplier"
    OFFTAKE = "offtake"
    THRIFT = "thrift"
    IMPORT_SUBSIDY = "import_subsidy"
    FLOOR_PRICE = "floor_price"


@dataclass(frozen=True)
class Needs:
    """What a kind of effect needs: the keys that must be named, the label table of its item, the numbers that must be there and those that may."""

    named: tuple[str, ...]
    item: str
    numbers: tuple[str, ...]
    optional: tuple[str, ...] = ()


NEEDS = {
    Kind.STOCKPILE: Needs(("region", "item"), "goods", ("days", "fill_time", "release_time", "trigger", "ceiling"), ("holding_cost",)),
    Kind.PLANT: Needs(("region", "item"), "processes", ("capacity", "plant_cost"), ("chance",)),
    Kind.ASSURANCE: Needs(("region", "item"), "projects", ("chance",), ("slip",)),
    Kind.SUPPLIER: Needs(("region", "partner", "item"), "goods", ("theta_share",)),
    Kind.OFFTAKE: Needs(("region", "partner", "item"), "goods", ("contract_share", "contract_price")),
    Kind.THRIFT: Needs(("region", "industry"), "goods", ("elasticity_gain",)),
    Kind.IMPORT_SUBSIDY: Needs(("region", "partner", "item"), "goods", ("amount",)),
    Kind.FLOOR_PRICE: Needs(("region", "item"), "processes", ("top_up",)),
}
"""Kinds of effect and what they need."""

KEYS = ("lever", "effect", "region", "partner", "item", "industry")


@dataclass(frozen=True)
class Effect:
    """One thing that a lever changes.

    Attributes:
        kind: what it is.
        region, partner, item, industry: where it acts; ``*`` where the kind does not ask, or for all.
        rows: its numbers, for a unit of the lever's level.
    """

    kind: Kind
    region: str
    partner: str
    item: str
    industry: str
    rows: dict[str, Row]

    def value(self, quantity: str, otherwise: float = 0.0) -> float:
        """A number in the engine's unit."""
        return self.rows[quantity].value if quantity in self.rows else otherwise


@dataclass(frozen=True)
class Lever:
    """A lever.

    Attributes:
        name: its key.
        facts: cost and time, for a unit of its level.
        effects: what it changes in the market; none for one that only costs.
    """

    name: str
    facts: dict[str, Row]
    effects: tuple[Effect, ...]

    def fact(self, quantity: str, otherwise: float = 0.0) -> float:
        """A number in the engine's unit."""
        return self.facts[quantity].value if quantity in self.facts else otherwise

    @property
    def largest(self) -> float:
        """Largest level that a plan may choose."""
        return self.fact("largest_level", float("inf"))


def levers_of(pack: Pack) -> dict[str, Lever]:
    """Levers by name, in the order of ``lever_names.csv``.

    Raises:
        InputError: effects that lack a key or a number, or name what the pack does not know.
    """
    facts: dict[str, dict[str, Row]] = {name: {} for name in pack.labels["lever_names"]}
    effects: dict[tuple[str, str, str, str, str, str], dict[str, Row]] = {}
    for row in in_force(pack, "levers"):
        facts[row.keys[0]][row.fact.quantity] = row
    for row in in_force(pack, "lever_effects"):
        lever, effect, region, partner, item, industry = row.keys
        effects.setdefault((lever, effect, region, partner, item, industry), {})[row.fact.quantity] = row
    problems = [problem for keys, rows in effects.items() for problem in _effect_problems(keys, rows, pack)]
    problems += [problem for name, rows in facts.items() for problem in _fact_problems(name, rows)]
    if problems:
        raise InputError(problems)
    made: dict[str, list[Effect]] = {name: [] for name in facts}
    for (name, kind, region, partner, item, industry), found in effects.items():
        made[name].append(Effect(Kind(kind), region, partner, item, industry, found))
    return {name: Lever(name, rows, tuple(made[name])) for name, rows in facts.items()}


def in_force(pack: Pack, table: str) -> list[Row]:
    """Rows of a table that are in use, in file order."""
    quantities = dict.fromkeys(row.fact.quantity for row in pack.rows.get(table, ()))
    return [row for quantity in quantities for row in pack.facts(table, quantity)]


def _fact_problems(name: str, rows: dict[str, Row]) -> Iterator[Problem]:
    if "capital_cost" in rows and "life" not in rows:
        yield Problem(rows["capital_cost"].place, f"{name} has a capital_cost and no life", "say over which time it is recovered")


def _effect_problems(keys: tuple[str, ...], rows: dict[str, Row], pack: Pack) -> Iterator[Problem]:
    place, named = next(iter(rows.values())).place, dict(zip(KEYS, keys, strict=True))
    if keys[1] not in list(Kind):
        yield Problem(place, f"effect {keys[1][:40]!r} is not known", f"use one of {', '.join(Kind)}")
        return
    needs = NEEDS[Kind(keys[1])]
    for key in needs.named:
        if named[key] == ANY:
            yield Problem(place, f"a {keys[1]} needs its {key}", f"name the {key}")
    for quantity in needs.numbers:
        if quantity not in rows:
            yield Problem(place, f"{quantity} is missing for the {keys[1]} of {keys[0]}", "add a row")
    for quantity, row in rows.items():
        if quantity not in (*needs.numbers, *needs.optional):
            yield Problem(row.place, f"a {keys[1]} has no {quantity}", f"it has {', '.join((*needs.numbers, *needs.optional))}")
    known: Callable[[str], bool] = {
        "projects": lambda item: any(row.keys[0] == item for row in pack.rows.get("projects", ())),
    }.get(needs.item, lambda item: item in pack.labels[needs.item])
    if named["item"] != ANY and not known(named["item"]):
        yield Problem(place, f"item {named['item'][:40]!r} is not in {needs.item}.csv", "correct the name, or add it there")
