"""What happens to industries: cost, price, output, sales abroad, value added, with the two channels apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from kanmon.pages.blocks import Table
from kanmon.pages.numbers import NBSP, change, percent, ranged_change, significant, small
from kanmon.pages.subject import Subject

SMALL = 5e-4
"""Changes below this share of a per cent are not worth a row [%]."""

CHANGES = {"%": f"{NBSP}%", "points of markets abroad": ""}
"""Units of changes, and how they are written."""

SHOWN = (("cost_change", "both"), ("price_change", "cost"), ("output_change", "both"), ("export_change", "both"), ("share_change", "both"), ("value_added_change", "both"))
CHANNELS = (("cost_share", "cost"), ("value_added_change", "cost"), ("value_added_change", "shortage"), ("value_added", "both"), ("value_added_per_tonne", "shortage"))

Figures = Mapping[tuple[str, str, str], Mapping]
"""Rows of the focus region by industry, variable and channel."""


@dataclass(frozen=True)
class IndustrySection:
    """Sentences and tables; ``none`` says why there are none."""

    sentences: Sequence[str]
    tables: Sequence[Table]
    none: str = ""


def industries(subject: Subject) -> IndustrySection:
    """Industries of the focus region over the months in force."""
    say = subject.say
    table = industry_rows(subject)
    if table.empty:
        return IndustrySection([], [], say("industries.none"))
    mine = table[(table["region"] == subject.view.focus) & (table["rival"] == "")]
    central = mine.set_index(["industry", "variable", "channel"])["central"]
    order = sorted(dict.fromkeys(mine["industry"]), key=lambda name: central[name, "value_added_change", "both"])
    moved = [name for name in order if abs(central[name, "cost_change", "both"]) >= SMALL or abs(central[name, "output_change", "both"]) >= SMALL]
    if not moved:
        return IndustrySection([say("industries.quiet", focus=subject.focus)], [])
    figures: Figures = {(row["industry"], row["variable"], row["channel"]): row for row in mine.to_dict("records")}
    rows = [[subject.names.industry(name), *(_cell(subject, figures, name, *key) for key in SHOWN)] for name in moved]
    main = Table(say("industries.table"), [say("column.industry"), *(say(f"industries.variable.{variable}", unit=subject.money.unit("column")) for variable, _ in SHOWN)], rows, file="industries")
    return IndustrySection(_sentences(subject, table, mine, central, moved), [main, _channels(subject, figures, moved), _gains(subject, moved), _gaps(subject, table, moved)])


def industry_rows(subject: Subject) -> pd.DataFrame:
    """The table of industries with numbers as numbers."""
    table = subject.table("industries").copy()
    for column in ("low", "central", "high"):
        if len(table):
            table[column] = pd.to_numeric(table[column])
    return table


def _cell(subject: Subject, figures: Figures, industry: str, variable: str, channel: str) -> str:
    """Central figure with its range."""
    values = figures.get((industry, variable, channel))
    if values is None:
        return "–"
    unit, low, central, high = str(values["unit"]), *(float(values[end]) for end in ("low", "central", "high"))
    if unit in CHANGES and high > low:
        return ranged_change(low, central, high, CHANGES[unit])
    show = _shown_as(subject, unit)
    return show(central) if low == high else f"{show(central)} ({show(low)} … {show(high)})"


def _shown_as(subject: Subject, unit: str) -> Callable[[float], str]:
    """How figures of a unit of the table are written."""
    if unit == "%":
        return _percent
    if unit == "million USD":
        return partial(subject.money.millions, digits=2)
    return subject.money.density if unit == "USD/t" else small


def _percent(value: float) -> str:
    """A change in per cent, with more digits where it is small."""
    return change(value) if abs(value) >= 0.05 else f"{'+' if value > 5e-5 else ''}{small(value)}{NBSP}%"


def _channels(subject: Subject, figures: Figures, moved: Sequence[str]) -> Table:
    say = subject.say
    rows = [[subject.names.industry(name), *(_cell(subject, figures, name, *key) for key in CHANNELS)] for name in moved]
    columns = [say("column.industry"), say("industries.variable.cost_share"), say("industries.by_cost"), say("industries.by_shortage"), say("industries.variable.value_added"), say("industries.variable.value_added_per_tonne", unit=subject.money.unit("density"))]
    return Table(say("industries.channels", unit=subject.money.unit("title")), columns, rows, file="industries")


def _gains(subject: Subject, moved: Sequence[str]) -> Table:
    """For each industry the largest market abroad of the focus region: how its share moves, and who gains there."""
    say = subject.say
    shares = subject.table("export_shares").copy()
    for column in ("baseline", "value", "change", "sales"):
        shares[column] = pd.to_numeric(shares[column])
    rows = []
    for name in moved:
        part = shares[(shares["industry"] == name) & (shares["destination"] != subject.view.focus)]
        mine = part[part["origin"] == subject.view.focus]
        own = mine.pivot_table(index="destination", columns="horizon", values="change")
        if own.empty or not {"short run", "medium run", "long run"} <= set(own.columns):
            continue
        where = str(mine.loc[mine["sales"].idxmax(), "destination"])
        there = part[(part["destination"] == where) & (part["horizon"] == "long run") & (part["origin"] != subject.view.focus)]
        winner = there.loc[there["change"].idxmax()] if len(there) else None
        gains = "–" if winner is None or winner["change"] <= 0 else say("industries.gainer", rival=subject.names.region(str(winner["origin"])), points=small(float(winner["change"])))
        rows.append([subject.names.industry(name), subject.names.region(where), *(small(float(own.loc[where, horizon])) for horizon in ("short run", "medium run", "long run")), gains])
    columns = [say("column.industry"), say("column.destination"), say("industries.short"), say("industries.medium"), say("industries.long"), say("industries.gains")]
    return Table(say("industries.shares"), columns, rows, frozenset({0, 1, 5}), "export_shares")


def _gaps(subject: Subject, table: pd.DataFrame, moved: Sequence[str]) -> Table:
    """Rise of unit cost over that of each rival."""
    say = subject.say
    gaps = table[(table["region"] == subject.view.focus) & (table["variable"] == "cost_gap") & table["industry"].isin(moved)]
    wide = gaps.pivot_table(index="industry", columns="rival", values="central", sort=False)
    rivals = list(wide.columns)
    rows = [[subject.names.industry(name), *("–" if pd.isna(wide.loc[name, rival]) else small(float(wide.loc[name, rival])) for rival in rivals)] for name in moved if name in wide.index]
    return Table(say("industries.cost_gaps"), [say("column.industry"), *(subject.names.region(rival) for rival in rivals)], rows, file="industries")


def _sentences(subject: Subject, table: pd.DataFrame, mine: pd.DataFrame, central: pd.Series, moved: Sequence[str]) -> list[str]:
    """What drives each headline, in plain words."""
    say = subject.say
    by_cost = -sum(float(central[name, "value_added_change", "cost"]) for name in moved)
    by_shortage = -sum(float(central[name, "value_added_change", "shortage"]) for name in moved)
    worst = moved[0]
    row = mine[(mine["industry"] == worst) & (mine["variable"] == "value_added_change") & (mine["channel"] == "both")].iloc[0]
    steepest = max(moved, key=lambda name: float(central[name, "cost_change", "both"]))
    out = [
        say("industries.sentence.cost", focus=subject.focus, lost=subject.money.amount(by_cost, 2), worst=subject.names.industry(worst), part=subject.money.amount(-float(row["central"]), 2), driver=_driver(subject, str(row["driver"]))),
        say("industries.sentence.idle", lost=subject.money.amount(by_shortage, 2)) if by_shortage > 1e-6 * max(by_cost, 1e-12) else say("industries.sentence.no_idle"),
        say("industries.sentence.steepest", industry=subject.names.industry(steepest), rise=percent(float(central[steepest, "cost_change", "both"])), share=percent(float(central[steepest, "cost_share", "cost"])), price=percent(float(central[steepest, "price_change", "cost"]))),
    ]
    gaps = table[(table["region"] == subject.view.focus) & (table["variable"] == "cost_gap")]
    if len(gaps):
        widest = gaps.loc[gaps["central"].idxmax()]
        out.append(say("industries.sentence.gap", industry=subject.names.industry(str(widest["industry"])), rival=subject.names.region(str(widest["rival"])), gap=significant(float(widest["central"]), 2)))
    return out


def _driver(subject: Subject, key: str) -> str:
    """The ranged fact that moves a figure most."""
    return subject.say(f"industries.driver.{key.rpartition(' ')[0]}") if key else subject.say("industries.driver.none")
