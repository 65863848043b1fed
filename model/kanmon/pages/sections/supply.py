"""Who supplies the focus region before, during and after the measure, and how a lost origin is made up for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from kanmon.indicators.sourcing import DOMESTIC, FROM_STOCK, FROM_STOCKPILE, NOT_IMPORTED, PERIODS
from kanmon.pages.blocks import Chart, Table
from kanmon.pages.numbers import percent, signed, significant
from kanmon.pages.palette import DOMESTIC as DOMESTIC_COLOUR
from kanmon.pages.palette import EXPORTER, ORIGINS, OTHER_ORIGINS, STOCK, STOCKPILE, THRIFT
from kanmon.pages.palette import FOCUS as EXPORTS
from kanmon.pages.ribbons import Ribbon, ribbon_figure
from kanmon.pages.subject import TRACE, Subject

SHOWN_ORIGINS = len(ORIGINS)
REST = "rest"


@dataclass(frozen=True)
class Step:
    """A part of what is missing, or of what fills the gap: its name, tonnes a year, share of the gap [%] and colour."""

    name: str
    amount: str
    width: float
    colour: str


@dataclass(frozen=True)
class Supply:
    """Suppliers of one good."""

    chart: Chart
    sentence: str
    steps: Sequence[Step]


def supply(subject: Subject) -> list[Supply]:
    """Suppliers of each good that has a story; of every good where nothing changes."""
    table = supply_table(subject)
    goods = list(dict.fromkeys(table["good"])) if subject.unchanged else [good for good in subject.moving if good in set(table["good"])]
    return [_supply(subject, good, table[table["good"] == good]) for good in goods if table.loc[table["good"] == good, "value"].abs().sum() > 0]


def supply_table(subject: Subject) -> pd.DataFrame:
    """Suppliers with numbers as numbers."""
    table = subject.table("suppliers").copy()
    for column in ("value", "baseline"):
        table[column] = pd.to_numeric(table[column])
    return table


def _supply(subject: Subject, good: str, table: pd.DataFrame) -> Supply:
    say = subject.say
    periods = [period for period in PERIODS if period in set(table["period"])]
    shown = "in force" if "in force" in periods else periods[-1]
    two = table[table["period"] == shown].groupby("origin")[["baseline", "value"]].sum()
    parts = _parts(subject, two)
    ribbons = [Ribbon(subject.names.region(key) if key != REST else say("origin.rest"), float(parts.loc[key, "baseline"]), float(parts.loc[key, "value"]), colour) for key, colour in _colours(subject, parts).items()]
    heads = (say("column.baseline"), say("period.in_force") if shown == "in force" else say("economy.this_run"))
    figure, height = ribbon_figure(ribbons, heads, say)
    alt = say("supply.flow_alt", good=subject.names.good_in_text(good), focus=subject.focus, before=significant(two["baseline"].clip(lower=0).sum(), noise=5e-3), after=significant(two["value"].clip(lower=0).sum(), noise=5e-3))
    chart = Chart(f"supply-{good}", subject.names.good(good), figure, height, alt, _origin_table(subject, good, table, periods, two["baseline"]))
    return Supply(chart, _exporter_shares(subject, table), _steps(subject, good, table))


def _parts(subject: Subject, wide: pd.DataFrame) -> pd.DataFrame:
    """The exporter, the largest other origins, the rest together, domestic output and stock: in this order."""
    imports = wide.drop(index=[key for key in (*NOT_IMPORTED, subject.view.exporter) if key in wide.index])
    largest = imports.abs().max(axis=1).sort_values(ascending=False)
    largest = largest[largest > TRACE * max(wide.abs().to_numpy().max(), 1e-12)]
    named, rest = list(largest.index[:SHOWN_ORIGINS]), list(largest.index[SHOWN_ORIGINS:])
    rows = {key: wide.loc[key] for key in [subject.view.exporter, *named] if key in wide.index}
    if rest:
        rows[REST] = wide.loc[rest].sum()
    scale = TRACE * wide.abs().to_numpy().max()
    for key in NOT_IMPORTED:
        if key in wide.index and wide.loc[key].abs().max() > scale:
            rows[key] = wide.loc[key]
    return pd.DataFrame(rows).T


def _colours(subject: Subject, parts: pd.DataFrame) -> dict[str, str]:
    fixed = {subject.view.exporter: EXPORTER, DOMESTIC: DOMESTIC_COLOUR, FROM_STOCK: STOCK, FROM_STOCKPILE: STOCKPILE, REST: OTHER_ORIGINS}
    greys = iter(ORIGINS)
    return {key: fixed[key] if key in fixed else next(greys) for key in parts.index}


def _origin_table(subject: Subject, good: str, table: pd.DataFrame, periods: Sequence[str], baseline: pd.Series) -> Table:
    """Every origin in every period, after the baseline of the months in force."""
    say = subject.say
    wide = table.pivot_table(index="origin", columns="period", values="value", aggfunc="sum").reindex(columns=list(periods)).fillna(0.0)
    wide.insert(0, "baseline", baseline.reindex(wide.index).fillna(0.0))
    largest = wide.abs().max(axis=1).sort_values(ascending=False)
    order = largest.index[largest > TRACE * largest.max()]
    last = [key for key in NOT_IMPORTED if key in order]
    rows = [[subject.names.region(key), *(significant(value, noise=5e-3) for value in wide.loc[key])] for key in [*(key for key in order if key not in last), *last]]
    columns = [say("column.origin"), say("column.baseline"), *(say(f"period.{period.replace(' ', '_')}") for period in periods)]
    return Table(say("supply.table", good=subject.names.good_in_text(good)), columns, rows, file="suppliers")


def _exporter_shares(subject: Subject, table: pd.DataFrame) -> str:
    """The exporter's share of imports in the months in force, in the baseline and in this run, as a sentence; empty without an exporter."""
    imports = table[~table["origin"].isin(NOT_IMPORTED) & (table["period"] == "in force")]
    totals = imports[["baseline", "value"]].sum()
    if subject.view.exporter is None or not (totals > 0).all():
        return ""
    mine = 100 * imports.loc[imports["origin"] == subject.view.exporter, ["baseline", "value"]].sum() / totals
    return subject.say("supply.share", exporter=subject.exporter, focus=subject.focus, before=percent(mine["baseline"]), during=percent(mine["value"]))


def _steps(subject: Subject, good: str, table: pd.DataFrame) -> list[Step]:
    """What is missing while the measure is in force and what fills the gap, at annual rates.

    Missing are the exporter's shipments, and what falls beside them; the rest of the gap is input of processing, and shipments
    that arrive in another period than they left in. Bars are shares of the whole gap.
    """
    force = table[table["period"] == "in force"].set_index("origin")
    if force.empty or subject.view.exporter not in force.index:
        return []
    gain = force["value"] - force["baseline"]
    lost = -float(gain[subject.view.exporter])
    if lost < 0.005 * float(force["baseline"].sum()):
        return []
    use = subject.table("use_by_industry")
    use = use[use["good"] == good]
    less_use = float((pd.to_numeric(use["baseline"]) - pd.to_numeric(use["met"])).sum()) * 12 / len(subject.view.in_force)
    others = float(gain.drop(index=[key for key in (subject.view.exporter, *NOT_IMPORTED) if key in gain.index]).sum())
    found = [
        ("others", others, ORIGINS[0]),
        ("domestic", float(gain.get(DOMESTIC, 0.0)), DOMESTIC_COLOUR),
        ("stock", float(gain.get(FROM_STOCK, 0.0)), STOCK),
        ("stockpile", float(gain.get(FROM_STOCKPILE, 0.0)), STOCKPILE),
        ("exports", _fewer_exports(subject, good), EXPORTS),
        ("use", less_use, THRIFT),
    ]
    found.append(("rest", lost - sum(amount for _, amount, _ in found), OTHER_ORIGINS))
    found = [item for item in found if abs(item[1]) > 0.002 * lost]
    gap = lost + sum(-amount for _, amount, _ in found if amount < 0)
    missing = [Step(subject.say("supply.lost.imports", exporter=subject.exporter), signed(-lost), 100 * lost / gap, EXPORTER)]
    missing += [Step(subject.say(f"supply.lost.{key}"), signed(amount), -100 * amount / gap, colour) for key, amount, colour in found if amount < 0]
    filled = [Step(subject.say(f"supply.step.{key}"), signed(amount), 100 * amount / gap, colour) for key, amount, colour in found if amount > 0]
    return [*missing, *filled]


def _fewer_exports(subject: Subject, good: str) -> float:
    """By how much the focus region's own shipments fall while the measure is in force [t/year]."""
    flows = subject.run.plans["flows"]
    flows = flows[(flows["good"] == good) & (flows["origin"] == subject.view.focus) & (flows["destination"] != subject.view.focus)]
    flows = flows[flows["month"].isin(subject.months_in_force) & (flows["window"] <= flows["month"])]
    latest = flows[flows["window"] == flows.groupby("month")["window"].transform("max")]
    return float((latest["baseline"] - latest["value"]).sum()) * 12 / len(subject.view.in_force)
