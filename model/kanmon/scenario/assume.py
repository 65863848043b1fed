"""A scenario's own assumptions: the same data pack with other values in some rows."""

from __future__ import annotations

from dataclasses import replace

from kanmon.errors import InputError, Problem
from kanmon.pack.load import REJECTED, Pack, Row
from kanmon.pack.schema import ANY, FACTS, Fact
from kanmon.pack.units import UNITS
from kanmon.scenario.schema import Assumption, Scenario


def assume(pack: Pack, scenario: Scenario, place: str = "scenario") -> Pack:
    """The pack as the scenario wants it: its variants preferred, its assumptions written over the rows they name.

    Raises:
        InputError: an assumption matches no row, or leaves the interval that its quantity may take.
    """
    problems: list[Problem] = []
    pack = _with_players(pack.choose(scenario.market.variants), scenario, place)
    for number, assumption in enumerate(scenario.assumptions):
        here = f"{place} assumptions[{number}]"
        rows, changed = [], 0
        for row in pack.rows[assumption.table]:
            if _matches(row, assumption):
                row = _changed(row, assumption, number, here, problems)
                changed += 1
            rows.append(row)
        if not changed:
            problems.append(Problem(here, f"no row of {assumption.table}.csv has quantity {assumption.quantity} and {assumption.where or 'any keys'}", "name keys as they stand in the table, * included"))
        pack = replace(pack, rows=pack.rows | {assumption.table: tuple(rows)})
    if problems:
        raise InputError(problems)
    return pack


def _with_players(pack: Pack, scenario: Scenario, place: str) -> Pack:
    """The pack with the scenario's players in place of its rows of conduct; a player in all goods replaces every row of its region."""
    replaced = {(player.region, good) for player in scenario.players for good in player.goods}
    rows = [row for row in pack.rows["conduct"] if row.keys not in replaced and (row.keys[0], ANY) not in replaced]
    for number, player in enumerate(scenario.players):
        for good in player.goods:
            for quantity, value in (("conduct", player.conduct), ("fringe_response", player.fringe_response)):
                fact = Fact(quantity=quantity, value=value, unit="1", currency_year=None, low=value, high=value, source=place, place=f"players[{number}]", quality="assumed", variant="", note="stated by the scenario")
                rows.append(Row("conduct", 0, (player.region, good), value, value, value, fact))
    return replace(pack, rows=pack.rows | {"conduct": tuple(rows)}) if scenario.players else pack


def _matches(row: Row, assumption: Assumption) -> bool:
    keys = dict(zip(FACTS[row.table].keys, row.keys, strict=True))
    return row.fact.quantity == assumption.quantity and row.fact.variant != REJECTED and all(keys.get(key) == value for key, value in assumption.where.items())


def _changed(row: Row, assumption: Assumption, number: int, here: str, problems: list[Problem]) -> Row:
    fact = row.fact
    value = fact.value
    if assumption.value is not None:
        value = assumption.value
    elif assumption.multiply is not None:
        value = fact.value * assumption.multiply
    elif assumption.take is not None:
        value = fact.low if assumption.take == "low" else fact.high
    spec = FACTS[row.table].quantities[fact.quantity]
    factor = UNITS[fact.unit].factor
    if not spec.lowest <= value * factor <= spec.highest or (spec.lowest_excluded and value * factor == spec.lowest):
        problems.append(Problem(here, f"{fact.quantity} = {value:g} {fact.unit} for ({', '.join(row.keys)}) is not possible", f"it must be from {spec.lowest:g} to {spec.highest:g}"))
        return row
    note = f"scenario assumption {number + 1}; the pack has {fact.value:g} {fact.unit}. {fact.note}"[:1000]
    new = fact.model_copy(update={"value": value, "low": min(fact.low, value), "high": max(fact.high, value), "note": note})
    return replace(row, value=value * factor, low=new.low * factor, high=new.high * factor, fact=new)
