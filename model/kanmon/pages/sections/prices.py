"""Price paths: one small chart per good, as multiples of the baseline."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kanmon.indicators.prices import EXPORTER, FOCUS, THIRD
from kanmon.pages.blocks import Chart, Table
from kanmon.pages.lines import HEIGHT, Line, Scale, line_figure
from kanmon.pages.numbers import percent
from kanmon.pages.palette import EXPORTER as EXPORTER_COLOUR
from kanmon.pages.palette import FOCUS as FOCUS_COLOUR
from kanmon.pages.palette import THIRD as THIRD_COLOUR
from kanmon.pages.subject import Subject

STYLE = {FOCUS: (FOCUS_COLOUR, "solid", 2.8), EXPORTER: (EXPORTER_COLOUR, "dash", 2.0), THIRD: (THIRD_COLOUR, "dot", 2.2)}
LEAST_HEIGHT = 0.1
"""Least height of the axis, so that a change of a per cent does not look like a crisis [1]."""


@dataclass(frozen=True)
class Prices:
    """Charts, a sentence on the goods left out, and spot prices beside the average paid where that is known."""

    charts: list[Chart]
    still: str
    paid: Table | None


def prices(subject: Subject) -> Prices:
    """Price paths of the goods that move; the others are named."""
    if subject.unchanged:
        return Prices([], subject.say("prices.unchanged"), None)
    still = [subject.names.good_in_text(good) for good in subject.still]
    sentence = subject.say("prices.still", goods=subject.say.series(still)) if still else ""
    paid = paid_table(subject)
    return Prices([_chart(subject, good, paid[paid["good"] == good]) for good in subject.moving], sentence, _spot_and_paid(subject, paid))


def paid_table(subject: Subject) -> pd.DataFrame:
    """Spot prices and average prices paid, with numbers as numbers; empty where the pack has no contracts."""
    table = subject.table("prices_paid").copy()
    for column in ("repricing_share", "spot", "paid", "paid_baseline", "multiple"):
        table[column] = pd.to_numeric(table[column])
    return table


def _chart(subject: Subject, good: str, paid: pd.DataFrame) -> Chart:
    say = subject.say
    paths = {group: path for group in STYLE if len(path := subject.path(good, group))}
    lines = [_line(subject, group, path) for group, path in paths.items()]
    if len(paid):
        lines.append(_paid_line(subject, paid))
    focus = paths[FOCUS]
    top = farthest(focus)
    base = float(focus["baseline"].iloc[0])
    alt = say("prices.alt", good=subject.names.good_in_text(good), focus=subject.focus, value=say.multiple(top["multiple"]), month=say.month(top["month"]), lines=say.series([line.name for line in lines]))
    note = say.sentences(say("prices.base", price=subject.money.price(base, base), focus=subject.focus), say("prices.choked", count=str(int(focus["at_choke"].sum()))) if focus["at_choke"].any() else "")
    figure = line_figure(lines, Scale(say("number.times"), 1.0, LEAST_HEIGHT), subject.view, say)
    return Chart(f"price-{good}", subject.names.good(good), figure, HEIGHT, alt, _table(subject, good, paths, paid), note)


def farthest(path: pd.DataFrame) -> dict:
    """The month in which a price is farthest from its baseline."""
    return dict(path.loc[(path["multiple"] - 1.0).abs().idxmax()])


def _line(subject: Subject, group: str, path: pd.DataFrame) -> Line:
    colour, dash, width = STYLE[group]
    name = subject.groups[group]
    texts = [
        subject.say("prices.hover", name=name, month=subject.say.month(row.month), multiple=subject.say.multiple(row.multiple), price=subject.money.price(row.value, row.baseline)) + (subject.say("choke.after") if row.at_choke else "")
        for row in path.itertuples()
    ]
    months = list(path["month"])
    top = farthest(path)
    is_focus = group == FOCUS
    return Line(
        name, months, list(path["multiple"]), texts, colour, dash, width, list(path["at_choke"]) if is_focus else (),
        subject.say.multiple(top["multiple"]) if is_focus else "", months.index(top["month"]),
    )  # fmt: skip


def _paid_line(subject: Subject, paid: pd.DataFrame) -> Line:
    """What buyers pay on average, spot and contract."""
    say = subject.say
    texts = [say("prices.paid_hover", focus=subject.focus, month=say.month(row.month), multiple=say.multiple(row.multiple), price=subject.money.price(row.paid, row.paid_baseline)) for row in paid.itertuples()]
    return Line(say("prices.paid"), list(paid["month"]), list(paid["multiple"]), texts, FOCUS_COLOUR, "solid", 1.2)


def _spot_and_paid(subject: Subject, paid: pd.DataFrame) -> Table | None:
    """Mean and peak of spot against average paid, by good that moves."""
    say, rows = subject.say, []
    for good in subject.moving:
        path, spot = paid[paid["good"] == good], subject.path(good, FOCUS)
        force = subject.months_in_force
        if len(path) and force:
            now, then = spot[spot["month"].isin(force)]["multiple"], path[path["month"].isin(force)]["multiple"]
            rows.append([subject.names.good(good), percent(100 * path["repricing_share"].iloc[0]), say.multiple(now.mean()), say.multiple(then.mean()), say.multiple(spot["multiple"].max()), say.multiple(path["multiple"].max()), say.month(path.loc[path["multiple"].idxmax(), "month"])])
    columns = [say(f"column.{key}") for key in ("good", "repricing", "spot_mean", "paid_mean", "spot_peak", "paid_peak", "paid_peak_month")]
    return Table(say("prices.paid_table", focus=subject.focus), columns, rows, frozenset({0, 6}), "prices_paid") if rows else None


def _table(subject: Subject, good: str, paths: dict[str, pd.DataFrame], paid: pd.DataFrame) -> Table:
    say = subject.say
    base = subject.base_price(good)
    unit = subject.money.price_unit(base)
    columns = [say("column.month")]
    for group in paths:
        columns += [say("column.multiple", name=subject.groups[group]), say("column.price", name=subject.groups[group], unit=unit)]
    if len(paid):
        columns.append(say("column.multiple", name=say("prices.paid_in", focus=subject.focus)))
    columns.append(say("column.choke", name=subject.focus))
    by_month = {group: path.set_index("month") for group, path in paths.items()}
    average = dict(zip(paid["month"], paid["multiple"], strict=True))
    rows = []
    for month in subject.view.months:
        row = [say.month(month)]
        for path in by_month.values():
            there = month in path.index
            row += [say.multiple(path.loc[month, "multiple"]), subject.money.price_value(path.loc[month, "value"], base)] if there else ["–", "–"]
        if len(paid):
            row.append(say.multiple(average[month]))
        row.append(say("yes") if month in by_month[FOCUS].index and by_month[FOCUS].loc[month, "at_choke"] else "")
        rows.append(row)
    return Table(say("prices.table", good=subject.names.good_in_text(good)), columns, rows, frozenset({0, len(columns) - 1}), "price_paths")
