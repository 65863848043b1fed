"""Days of cover: how long the focus region's stocks would last at baseline use."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kanmon.pages.blocks import Chart, Table
from kanmon.pages.lines import HEIGHT, Line, Scale, line_figure
from kanmon.pages.numbers import days, significant
from kanmon.pages.palette import FOCUS, MUTED, STOCKPILE
from kanmon.pages.subject import UNCHANGED, Subject


@dataclass(frozen=True)
class Cover:
    """Charts, and a sentence on stocks that do not move or are not held."""

    charts: list[Chart]
    steady: str


def cover(subject: Subject) -> Cover:
    """Charts of the goods whose stocks move; the others in a sentence."""
    table = cover_table(subject)
    national, kept = _stockpiles(subject)
    if table.empty:
        return Cover(national, kept if national or kept else subject.say("cover.none"))
    charts: list[Chart] = []
    steady: list[str] = []
    for good in dict.fromkeys([*(good for good in subject.moving if good in set(table["good"])), *table["good"]]):
        path = table[table["good"] == good].sort_values("month")
        if ((path["value"] - path["baseline"]).abs() > UNCHANGED * path["baseline"]).any():
            charts.append(_chart(subject, good, path))
        else:
            steady.append(subject.say("cover.steady_good", good=subject.names.good_in_text(good), days=days(path["baseline"].iloc[0])))
    still = subject.say("cover.steady", goods=subject.say.series(steady)) if steady else ""
    return Cover([*charts, *national], subject.say.sentences(still, kept))


def _stockpiles(subject: Subject) -> tuple[list[Chart], str]:
    """Charts of the national stockpiles that move, of any region, and sentences on those that do not."""
    table = subject.table("releases").copy()
    charts, kept = [], []
    for column in ("stock", "baseline", "sold", "days", "baseline_days"):
        table[column] = pd.to_numeric(table[column])
    for number, (name, path) in enumerate(table.groupby("stockpile", sort=False)):
        path = path.sort_values("month")
        if ((path["stock"] - path["baseline"]).abs() > UNCHANGED * path["baseline"].max()).any():
            charts.append(_stockpile_chart(subject, subject.names.own(str(name)), number, path))
        else:
            kept.append(subject.say("stockpile.kept", name=subject.names.own(str(name)), days=days(path["days"].iloc[0])))
    return charts, subject.say.sentences(*kept)


def _stockpile_chart(subject: Subject, name: str, number: int, path: pd.DataFrame) -> Chart:
    """Days of use in store; the table has what is sold month by month."""
    say, normal = subject.say, float(path["baseline_days"].iloc[0])
    least = path.loc[path["days"].idxmin()]
    months = list(path["month"])
    rows = [(say.month(row.month), days(row.days), significant(row.stock, noise=5e-3), significant(row.sold, noise=5e-3)) for row in path.itertuples()]
    texts = [say("stockpile.hover", month=month, days=cover, stock=stock, sold=sold) for month, cover, stock, sold in rows]
    line = Line(name, months, list(path["days"]), texts, STOCKPILE, width=2.8, number=say("cover.number", days=days(least["days"])), number_at=months.index(least["month"]), at_end=True)
    figure = line_figure([line], Scale("", normal, from_zero=True), subject.view, say)
    alt = say("stockpile.alt", name=name, days=days(least["days"]), month=say.month(least["month"]), normal=days(normal))
    table = Table(say("stockpile.table", name=name), [say("column.month"), say("column.days"), say("stockpile.stock"), say("stockpile.sold")], [list(row) for row in rows], file="releases")
    return Chart(f"stockpile-{number}", name, figure, HEIGHT, alt, table, say("stockpile.note", sold=significant(path["sold"].max(), noise=5e-3)))


def cover_table(subject: Subject) -> pd.DataFrame:
    """Days of cover with numbers as numbers."""
    table = subject.table("cover").copy()
    for column in ("value", "baseline"):
        table[column] = pd.to_numeric(table[column])
    return table


def _chart(subject: Subject, good: str, path: pd.DataFrame) -> Chart:
    """Days in store, with those of the baseline beside."""
    say, name = subject.say, subject.names.good(good)
    least = path.loc[path["value"].idxmin()]
    months, values, normal = list(path["month"]), list(path["value"]), list(path["baseline"])
    texts = [say("cover.hover", month=say.month(month), days=days(value), normal=days(base)) for month, value, base in zip(months, values, normal, strict=True)]
    lines = [
        Line(subject.focus, months, values, texts, FOCUS, width=2.8, number=say("cover.number", days=days(least["value"])), number_at=months.index(least["month"]), at_end=True),
        Line(say("column.baseline"), months, normal, texts, MUTED, "dash", 1.4, at_end=True),
    ]
    figure = line_figure(lines, Scale(from_zero=True), subject.view, say)
    alt = say("cover.alt", good=subject.names.good_in_text(good), days=days(least["value"]), month=say.month(least["month"]), normal=days(least["baseline"]))
    rows = [[say.month(month), days(value), days(base)] for month, value, base in zip(months, values, normal, strict=True)]
    table = Table(say("cover.table", good=subject.names.good_in_text(good)), [say("column.month"), say("column.days"), say("column.normal")], rows, file="cover")
    return Chart(f"cover-{good}", name, figure, HEIGHT, alt, table, say("cover.note", first=days(normal[0]), last=days(normal[-1])))
