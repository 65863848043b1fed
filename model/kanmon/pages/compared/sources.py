"""Suppliers and users while measures are in force, scenario by scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from kanmon.indicators.sourcing import NOT_IMPORTED
from kanmon.pages.compared.scenarios import Compared, Comparison
from kanmon.pages.numbers import percent, significant
from kanmon.pages.sections.supply import supply_table
from kanmon.pages.sections.use import use_table
from kanmon.pages.subject import TRACE, UNCHANGED

SHOWN_ORIGINS = 6


@dataclass(frozen=True)
class SideTable:
    """A table with one column per scenario, after a column for the baseline if the scenarios share it."""

    title: str
    baseline: bool
    rows: Sequence[tuple[str, Sequence[str]]]


def suppliers(comparison: Comparison) -> list[SideTable]:
    """Tonnes a year by origin, for the goods that move."""
    found = [_suppliers(comparison, good) for good in comparison.moving]
    return [table for table in found if table is not None]


def _supply(item: Compared, good: str) -> pd.DataFrame:
    """Supply of a good while measures are in force; without measures, at any time."""
    table = supply_table(item.subject)
    return table[(table["good"] == good) & (table["period"] == ("before" if item.quiet else "in force"))].set_index("origin")[["value", "baseline"]]


def _suppliers(comparison: Comparison, good: str) -> SideTable | None:
    say = comparison.say
    parts = [_supply(item, good) for item in comparison.scenarios]
    wide = pd.concat([part["value"] for part in parts], axis=1).fillna(0.0)
    if wide.empty:
        return None
    bases = pd.concat([part["baseline"] for part in parts if len(part)], axis=1).reindex(wide.index).fillna(0.0)
    largest = float(max(wide.abs().to_numpy().max(), bases.abs().to_numpy().max()))
    shared = bool(((bases.max(axis=1) - bases.min(axis=1)) <= UNCHANGED * largest).all())
    if shared:
        wide.insert(0, "baseline", bases.iloc[:, 0])
    size = wide.abs().max(axis=1).sort_values(ascending=False)
    kept = [str(key) for key in size.index if size[key] > TRACE * largest]
    origins = [key for key in kept if key not in NOT_IMPORTED]
    exporters = [key for key in dict.fromkeys(item.subject.view.exporter for item in comparison.scenarios) if key in origins]
    named = [*exporters, *(key for key in origins if key not in exporters)][:SHOWN_ORIGINS]
    rest = [key for key in origins if key not in named]
    names = comparison.scenarios[0].subject.names
    rows = [(names.region(key), _amounts(wide.loc[key])) for key in named]
    rows += [(say("origin.rest"), _amounts(wide.loc[rest].sum()))] if rest else []
    rows += [(names.region(key), _amounts(wide.loc[key])) for key in NOT_IMPORTED if key in kept]
    return SideTable(comparison.good(good), shared, rows) if rows else None


def _amounts(values: pd.Series) -> list[str]:
    return [significant(value, noise=5e-3) for value in values]


def users(comparison: Comparison) -> list[SideTable]:
    """Use not met by industry in per cent of baseline use, for the goods whose use moves in some scenario."""
    shares = []
    for item in comparison.scenarios:
        table = use_table(item.subject)
        shares.append(table.set_index(["good", "industry"])["unmet_share"] if len(table) else pd.Series(dtype=float, index=pd.MultiIndex.from_tuples([], names=["good", "industry"])))
    quiet = [item.quiet for item in comparison.scenarios]
    tables = []
    for good in comparison.moving:
        industries = list(dict.fromkeys(industry for part in shares for key, industry in part.index if key == good))
        rows = []
        for industry in industries:
            values = [0.0 if still else part.get((good, industry)) for part, still in zip(shares, quiet, strict=True)]
            if any(value is not None and abs(value) >= UNCHANGED for value in values):
                rows.append((comparison.scenarios[0].subject.names.industry(industry), [_share(comparison, value) for value in values]))
        if rows:
            tables.append(SideTable(comparison.good(good), False, rows))
    return tables


def _share(comparison: Comparison, value: float | None) -> str:
    if value is None:
        return comparison.say("comparison.absent")
    return comparison.say("comparison.rises", share=percent(-100 * value)) if value < -UNCHANGED / 2 else percent(100 * value)
