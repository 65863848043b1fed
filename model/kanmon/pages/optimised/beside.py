"""What stands beside the best plan: others nearly as good, the value of knowing more, and the plan that is best for all regions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from kanmon.pages.blocks import Table
from kanmon.pages.numbers import significant
from kanmon.pages.optimised.answer import FIGURES
from kanmon.pages.optimised.subject import Found

ALL_REGIONS = "all regions"
PLANS = ("best for the focus region", "best for all regions")
LEVEL, SUM = "level: ", "cost and expected loss"
NOTATION = {"(RP)": "rp", "(EEV)": "eev", "(WS)": "ws", "(EEV - RP)": "vss", "(RP - WS)": "evpi"}
"""Ends of the names of the values of knowing more, and their keys."""


def near(found: Found) -> Sequence[Table]:
    """Plans nearly as good and different, a table for each aim that has some."""
    say, table = found.say, found.tables["near_optimal"]
    tables = []
    for aim in found.aims:
        part = table[table["aim"] == aim]
        if part.empty:
            continue
        best = found.tables["levels"]
        levels = dict(zip(best[best["aim"] == aim]["lever"], best[best["aim"] == aim]["level"], strict=True))
        plans = list(dict.fromkeys(part["plan"]))
        known = {(row["plan"], str(row["quantity"])): float(row["value"]) for row in part.to_dict("records")}
        rows = [[found.lever(str(lever)), significant(float(level)), *(significant(known.get((plan, str(lever)), 0.0)) for plan in plans)] for lever, level in levels.items()]
        rows += [[say("plans.in_unit", name=say(f"optimise.figure.{name}"), unit=found.unit), found.amount(found.figure(aim, name)), *(found.amount(known.get((plan, name))) for plan in plans)] for name in FIGURES]
        columns = [say("optimise.column.figure"), say("optimise.column.best"), *(say("optimise.column.other", number=str(plan)) for plan in plans)]
        tables.append(Table(found.aim(aim), columns, rows, frozenset({0}), "near_optimal"))
    return tables


def values(found: Found) -> Table | None:
    """Value of the stochastic solution and of perfect information, by aim."""
    say, table = found.say, found.tables["values"]
    if table.empty:
        return None
    rows = []
    for quantity, part in table.groupby("quantity", sort=False):
        known = dict(zip(part["aim"], part["value"], strict=True))
        rows.append([_name(found, str(quantity)), *(found.amount(known.get(aim)) for aim in found.aims)])
    return Table(say("optimise.values", unit=found.unit), [say("optimise.column.figure"), *map(found.aim, found.aims)], rows, frozenset({0}), "values")


def _name(found: Found, quantity: str) -> str:
    """A value in words; names of futures in it are those of the page."""
    end = next((key for mark, key in NOTATION.items() if quantity.endswith(mark)), None)
    alone = re.fullmatch(r"objective of the best plan for (.+) alone", quantity)
    if alone:
        return found.say("optimise.value.alone", future=found.future(alone[1]))
    reference = re.search(r"crisis, (.+) \(EEV\)$", quantity)
    return found.say(f"optimise.value.{end}", future=found.future(reference[1]) if reference else "") if end else quantity


@dataclass(frozen=True)
class World:
    """The plan that is best for all regions beside that of the focus region: levels, what either gives up, and every figure."""

    levels: Table
    sums: Table
    figures: Table


def world(found: Found) -> World | None:
    """Both plans, each judged for both; None where it was not asked for."""
    table = found.tables["world"]
    if table.empty:
        return None
    of_levels = table["quantity"].str.startswith(LEVEL)
    figures = table[~of_levels]
    sums = figures[figures["quantity"].str.startswith(SUM)]
    return World(_world_levels(found, table[of_levels]), _world_figures(found, sums, "optimise.world_sums"), _world_figures(found, figures, "optimise.world_table"))


def _world_levels(found: Found, table: pd.DataFrame) -> Table:
    """Levels of both plans, two columns for each budget."""
    say, aims = found.say, list(dict.fromkeys(table["aim"]))
    known = {(str(row["aim"]), str(row["plan"]), str(row["quantity"])): float(row["value"]) for row in table.to_dict("records")}
    rows = [[found.lever(name.removeprefix(LEVEL)), found.level(name.removeprefix(LEVEL)), *(significant(known.get((aim, plan, name), 0.0)) for aim in aims for plan in PLANS)] for name in dict.fromkeys(table["quantity"])]
    heads = [say("optimise.of_aim", aim=found.aim(aim), plan=say(f"optimise.column.{key}")) for aim in aims for key in ("ours", "world")]
    return Table(say("optimise.world_levels"), [say("optimise.column.lever"), say("optimise.column.one"), *heads], rows, frozenset({0, 1}), "world")


def _world_figures(found: Found, table: pd.DataFrame, caption: str) -> Table:
    """What either plan costs and leaves, for the focus region and for all."""
    say, rows = found.say, []
    for keys, part in table.groupby(["aim", "region", "quantity"], sort=False):
        aim, region, quantity = map(str, keys)
        figure, _, how = quantity.rpartition(", ")
        known = {str(plan): float(value) for plan, value in zip(part["plan"], part["value"], strict=True)}
        ours, all_ = (known.get(name) for name in PLANS)
        where = say("optimise.all_regions") if region == ALL_REGIONS else found.names.region(region)
        rows.append([found.aim(aim), where, say.or_else(f"optimise.world.{figure}", figure), say.or_else(f"optimise.world.{how}", how), found.amount(ours), found.amount(all_), found.amount(None if ours is None or all_ is None else all_ - ours)])
    columns = [say(f"optimise.column.{key}") for key in ("aim", "for", "figure", "judged", "ours", "world", "difference")]
    return Table(say(caption, unit=found.unit), columns, rows, frozenset({0, 1, 2, 3}), "world")
