"""What a measure costs: the gap it drives between the price at the destination and the cost of delivering there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from kanmon.pages.blocks import Chart, Table
from kanmon.pages.lines import HEIGHT, Line, Scale, line_figure
from kanmon.pages.numbers import percent
from kanmon.pages.palette import FOCUS, SCENARIOS
from kanmon.pages.subject import UNCHANGED, Subject

COLOURS = SCENARIOS[2:]
"""The first two mean the focus region and the exporter."""

DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
MILLION = 1e6


@dataclass(frozen=True)
class Wedge:
    """One chart of the wedge towards the focus region, the table of all lanes, and sentences."""

    chart: Chart | None
    lanes: Table | None
    sentences: Sequence[str]


def wedge(subject: Subject) -> Wedge:
    """The wedge of every measure, over time for the focus region and as means for all destinations."""
    say = subject.say
    table = _table(subject)
    if table.empty:
        return Wedge(None, None, [say("wedge.no_measures")])
    lanes = _lanes(subject, table)
    to_focus = table[table["destination"] == subject.view.focus]
    binding = to_focus[to_focus["share"] > UNCHANGED]
    if binding.empty:
        sentence = say("wedge.not_binding") if (table["share"] <= UNCHANGED).all() else say("wedge.not_binding_here", focus=subject.focus)
        return Wedge(None, lanes, [sentence])
    lines = _lines(subject, to_focus[to_focus["good"].isin(binding["good"])])
    figure = line_figure(lines, Scale("%", 0.0, from_zero=True), subject.view, say)
    top = binding.loc[binding["share"].idxmax()]
    alt = say("wedge.alt", good=subject.names.good_in_text(top["good"]), value=percent(100 * top["share"]), month=say.month(top["month"]))
    rows = [[say.month(row["month"]), subject.names.own(row["measure"]), subject.names.good(row["good"]), percent(100 * row["share"]), subject.money.price(row["wedge"], row["base"])] for row in to_focus.to_dict("records")]
    columns = [say("column.month"), say("column.measure"), say("column.good"), say("column.wedge_share"), say("column.wedge")]
    chart = Chart("wedge", say("wedge.chart", focus=subject.focus), figure, HEIGHT, alt, Table(say("wedge.table", focus=subject.focus), columns, rows, frozenset({0, 1, 2}), "measures"), _note(subject))
    return Wedge(chart, lanes, [say("wedge.what")])


def _note(subject: Subject) -> str:
    """Who earns the wedge; and what is rent of quotas where the wedge shown is earned by nobody."""
    say, scenario = subject.say, subject.run.scenario
    others = bool(scenario.in_force) or any(measure.displacement is not None for measure in scenario.measures)
    return say.sentences(say("wedge.note"), say("wedge.note_rent") if others else "")


def _table(subject: Subject) -> pd.DataFrame:
    """Wedges with the base price of their good in the focus region beside them."""
    table = subject.table("measures").copy()
    if table.empty:
        return table
    for column in ("wedge", "rent", "flow", "baseline"):
        table[column] = pd.to_numeric(table[column])
    table["base"] = table["good"].map({good: subject.base_price(good) for good in set(table["good"])})
    table["share"] = (table["wedge"] / table["base"]).fillna(0.0)
    return table


def _lines(subject: Subject, table: pd.DataFrame) -> list[Line]:
    """One line per good, and per measure where two concern the same good."""
    lines = []
    pairs = list(dict.fromkeys(zip(table["measure"], table["good"], strict=True)))
    doubled = {good for _, good in pairs if sum(other == good for _, other in pairs) > 1}
    for place, (measure, good) in enumerate(pairs):
        part = table[(table["measure"] == measure) & (table["good"] == good)].groupby("month", as_index=False)[["share", "wedge", "base"]].mean()
        name = subject.names.own(measure) if good in doubled else subject.names.good(good)
        texts = [subject.say("wedge.hover", name=name, month=subject.say.month(row.month), share=percent(100 * row.share), wedge=subject.money.price(row.wedge, row.base)) for row in part.itertuples()]
        values = [100 * share for share in part["share"]]
        top = max(range(len(values)), key=values.__getitem__)
        number = percent(values[top]) if len(pairs) == 1 else ""
        lines.append(Line(name, list(part["month"]), values, texts, FOCUS if len(pairs) == 1 else COLOURS[place % len(COLOURS)], DASHES[place % len(DASHES)], number=number, number_at=top))
    return lines


def _lanes(subject: Subject, table: pd.DataFrame) -> Table:
    """Means over the months in force, by measure, good and destination; destinations beyond the largest in one row."""
    say = subject.say
    rows = []
    for (measure, good), part in table.groupby(["measure", "good"], sort=False):
        focus = part[part["destination"] == subject.view.focus]
        others = part[part["destination"] != subject.view.focus]
        for name, lanes in ((subject.focus, focus), (say("wedge.others"), others)):
            if lanes.empty:
                continue
            base = float(lanes["base"].iloc[0])
            weight = lanes["baseline"] if lanes["baseline"].sum() > 0 else lanes["baseline"] + 1.0
            mean = float((lanes["wedge"] * weight).sum() / weight.sum())
            top = lanes.loc[lanes["wedge"].idxmax()]
            rows.append([subject.names.own(str(measure)), subject.names.good(good), name, subject.money.price(mean, base), percent(100 * mean / base), say.month(top["month"]), subject.money.millions(lanes["rent"].sum() / MILLION)])
    columns = [say("column.measure"), say("column.good"), say("column.destination"), say("column.wedge_mean"), say("column.wedge_share"), say("column.peak_month"), say("column.rent", unit=subject.money.unit("column"))]
    return Table(say("wedge.lanes"), columns, rows, frozenset({0, 1, 2, 5}), "measures")
