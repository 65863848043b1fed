"""Price paths: one small chart per good, as multiples of the baseline."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kanmon.indicators.prices import EXPORTER, FOCUS, THIRD
from kanmon.pages.blocks import Chart, Table
from kanmon.pages.lines import HEIGHT, Line, Scale, line_figure
from kanmon.pages.numbers import TIMES, multiple, price, price_unit, price_value
from kanmon.pages.palette import EXPORTER as EXPORTER_COLOUR
from kanmon.pages.palette import FOCUS as FOCUS_COLOUR
from kanmon.pages.palette import THIRD as THIRD_COLOUR
from kanmon.pages.subject import Subject

STYLE = {FOCUS: (FOCUS_COLOUR, "solid", 2.8), EXPORTER: (EXPORTER_COLOUR, "dash", 2.0), THIRD: (THIRD_COLOUR, "dot", 2.2)}
LEAST_HEIGHT = 0.1
"""Least height of the axis, so that a change of a per cent does not look like a crisis [1]."""


@dataclass(frozen=True)
class Prices:
    """Charts, and a sentence on the goods left out."""

    charts: list[Chart]
    still: str


def prices(subject: Subject) -> Prices:
    """Price paths of the goods that move; the others are named."""
    if subject.unchanged:
        return Prices([], subject.say("prices.unchanged"))
    still = [subject.names.good_in_text(good) for good in subject.still]
    sentence = subject.say("prices.still", goods=subject.say.series(still)) if still else ""
    return Prices([_chart(subject, good) for good in subject.moving], sentence)


def _chart(subject: Subject, good: str) -> Chart:
    say = subject.say
    paths = {group: path for group in STYLE if len(path := subject.path(good, group))}
    lines = [_line(subject, group, path) for group, path in paths.items()]
    focus = paths[FOCUS]
    top = farthest(focus)
    base = float(focus["baseline"].iloc[0])
    alt = say("prices.alt", good=subject.names.good_in_text(good), focus=subject.focus, value=multiple(top["multiple"]), month=say.month(top["month"]), lines=say.series([line.name for line in lines]))
    note = say("prices.base", price=price(base, base), focus=subject.focus)
    if focus["at_choke"].any():
        note += " " + say("prices.choked", count=str(int(focus["at_choke"].sum())))
    figure = line_figure(lines, Scale(TIMES, 1.0, LEAST_HEIGHT), subject.view, say)
    return Chart(f"price-{good}", subject.names.good(good), figure, HEIGHT, alt, _table(subject, good, paths), note)


def farthest(path: pd.DataFrame) -> dict:
    """The month in which a price is farthest from its baseline."""
    return dict(path.loc[(path["multiple"] - 1.0).abs().idxmax()])


def _line(subject: Subject, group: str, path: pd.DataFrame) -> Line:
    colour, dash, width = STYLE[group]
    name = subject.groups[group]
    texts = [
        subject.say("prices.hover", name=name, month=subject.say.month(row.month), multiple=multiple(row.multiple), price=price(row.value, row.baseline)) + (" " + subject.say("choke.mark") if row.at_choke else "")
        for row in path.itertuples()
    ]
    months = list(path["month"])
    top = farthest(path)
    is_focus = group == FOCUS
    return Line(
        name, months, list(path["multiple"]), texts, colour, dash, width, list(path["at_choke"]) if is_focus else (),
        multiple(top["multiple"]) if is_focus else "", months.index(top["month"]),
    )  # fmt: skip


def _table(subject: Subject, good: str, paths: dict[str, pd.DataFrame]) -> Table:
    say = subject.say
    base = subject.base_price(good)
    unit = price_unit(base)
    columns = [say("column.month")]
    for group in paths:
        columns += [say("column.multiple", name=subject.groups[group]), say("column.price", name=subject.groups[group], unit=unit)]
    columns.append(say("column.choke", name=subject.focus))
    by_month = {group: path.set_index("month") for group, path in paths.items()}
    rows = []
    for month in subject.view.months:
        row = [say.month(month)]
        for path in by_month.values():
            there = month in path.index
            row += [multiple(path.loc[month, "multiple"]), price_value(path.loc[month, "value"], base)] if there else ["–", "–"]
        row.append(say("yes") if month in by_month[FOCUS].index and by_month[FOCUS].loc[month, "at_choke"] else "")
        rows.append(row)
    return Table(say("prices.table", good=subject.names.good_in_text(good)), columns, rows, frozenset({0, len(columns) - 1}), "price_paths")
