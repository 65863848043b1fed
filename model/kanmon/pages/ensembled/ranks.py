"""How often each plan comes first, and what would have to be true for another one to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kanmon.pages.blocks import Chart, Table
from kanmon.pages.ensembled.subject import Drawn
from kanmon.pages.numbers import number, percent, significant
from kanmon.pages.swings import Dot, dot_figure

INTERVAL = 1.96
"""Standard errors in half of a 95 % interval [1]."""


@dataclass(frozen=True)
class Ranks:
    """What is said, the chart, and the values at which two plans change places."""

    sentence: str
    chart: Chart | None
    switching: Table | None


def ranks(drawn: Drawn) -> Ranks | None:
    """None where the ensemble compares no plans."""
    table, say = drawn.tables["rank_first"], drawn.say
    if table.empty:
        return None
    rows = table.to_dict("records")
    first = rows[0]
    sentence = say("ensemble.rank_first", plan=drawn.plan(str(first["plan"])), share=percent(100 * first["share"]), draws=str(int(first["draws"])))
    return Ranks(sentence, _chart(drawn, rows) if len(rows) > 1 else None, _switching(drawn))


def _chart(drawn: Drawn, rows: Sequence[dict]) -> Chart:
    say = drawn.say
    dots, cells = [], []
    for row in rows:
        share, half = 100 * float(row["share"]), 100 * INTERVAL * float(row["error"])
        dots.append(Dot([drawn.plan(str(row["plan"]))], share, half, say("ensemble.rank_hover", plan=drawn.plan(str(row["plan"])), share=percent(share), half=percent(half))))
        cells.append([drawn.plan(str(row["plan"])), percent(share), f"±{percent(half)}", significant(float(row["mean_rank"]), 2)])
    figure, height = dot_figure(dots, None, say("ensemble.rank_axis"))
    columns = [say("ensemble.column.plan"), say("ensemble.column.first"), say("ensemble.column.interval"), say("ensemble.column.mean_rank")]
    table = Table(say("ensemble.rank_table"), columns, cells, file="rank_first")
    alt = say("ensemble.rank_alt", parts=say.series([f"{row[0]} {row[1]}" for row in cells]))
    return Chart("ranks", say("ensemble.ranks"), figure, height, alt, table)


def _switching(drawn: Drawn) -> Table | None:
    """Values of single facts at which the ranking of two plans flips."""
    table, say = drawn.tables.get("switching"), drawn.say
    if table is None or table.empty:
        return None
    rows = []
    for row in table.to_dict("records"):
        known = number(row["switching_value"]) is not None
        values = [float(row[key]) for key in ("low", "high", "central")] + ([float(row["switching_value"])] if known else [])
        figures, unit = drawn.stated(values, str(row["unit"]))
        span = say("ensemble.fact_span", low=figures[0], high=figures[1], unit=unit).strip()
        after = drawn.plan(str(row["other"])) if known else say("ensemble.never")
        rows.append([drawn.fact(str(row["factor"])), span, figures[2], figures[3] if known else "–", drawn.plan(str(row["plan"])), after, percent(100 * float(row["error"])) if known else "–"])
    columns = [say(f"ensemble.column.{key}") for key in ("fact", "range", "central", "switches_at", "before", "after", "error")]
    return Table(say("ensemble.switching"), columns, rows, frozenset({0, 1, 4, 5}), "switching")
