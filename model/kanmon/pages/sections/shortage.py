"""When each industry of the focus region first falls short, first stops, and how deep it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from kanmon.pages.blocks import Table
from kanmon.pages.numbers import percent, significant
from kanmon.pages.subject import TRACE, Subject


@dataclass(frozen=True)
class ShortUse:
    """One use on the line of time; places in per cent of the months shown."""

    industry: str
    start: float
    width: float
    deepest_at: float
    stop_at: float | None
    short: str
    stop: str
    deepest: str
    unmet: str
    alt: str


@dataclass(frozen=True)
class Shortage:
    """Sentences, rows of those that fall short by good, the months in force, the width of one and the years above them, and the table of all."""

    lead: Sequence[str]
    groups: Sequence[tuple[str, Sequence[ShortUse]]]
    force: tuple[float, float]
    month: float
    ticks: Sequence[tuple[float, str]]
    never: str
    table: Table | None

    @property
    def stops(self) -> bool:
        """Whether any line stops."""
        return any(use.stop_at is not None for _, uses in self.groups for use in uses)


def shortage(subject: Subject) -> Shortage:
    """Uses that fall short, those of the good that is short first before the others; the rest in a sentence."""
    say, months = subject.say, subject.view.months
    uses = shortage_table(subject)
    if uses.empty or not subject.run.scenario.measures:
        return Shortage([say("shortage.none")], [], (0.0, 0.0), 0.0, [], "", None)
    touched = uses[(uses["first_short"] != "") | (uses["first_stop"] != "")]
    never = uses.drop(touched.index)
    force = subject.view.in_force
    span = (_place(months, force[0]), 100 * len(force) / len(months)) if force else (0.0, 0.0)
    ticks = [(_place(months, month), say("month.of_year", year=month[:4])) for place, month in enumerate(months) if month.endswith("-01") and place < 0.9 * len(months)]
    return Shortage(_lead(subject, touched), _groups(subject, touched), span, 100 / len(months), ticks, _never(subject, never), _table(subject, uses))


def shortage_table(subject: Subject) -> pd.DataFrame:
    """The table with numbers as numbers and months as texts."""
    table = subject.table("first_shortage").copy()
    for column in ("months_short", "deepest", "not_met"):
        table[column] = pd.to_numeric(table[column])
    return table


def _ordered(uses: pd.DataFrame) -> pd.DataFrame:
    """The first to fall short first; uses of one good together."""
    first = uses["first_short"].where(uses["first_short"] != "", uses["first_stop"])
    return uses.assign(first=first, leading=first.groupby(uses["good"]).transform("min")).sort_values(["leading", "good", "first", "deepest"], ascending=[True, True, True, False], kind="stable")


def _lead(subject: Subject, touched: pd.DataFrame) -> list[str]:
    say, names = subject.say, subject.names
    if touched.empty:
        return [say("shortage.nobody", focus=subject.focus)]
    ordered = _ordered(touched)
    month = ordered["first"].iloc[0]
    first = [say("shortage.use", industry=names.industry_in_text(row["industry"]), good=names.good_in_text(row["good"])) for row in ordered[ordered["first"] == month].to_dict("records")]
    sentences = [say("shortage.first", uses=say.series(first), month=say.month(month), when=_when(subject, month))]
    stopped = touched[touched["first_stop"] != ""].sort_values("first_stop", kind="stable")
    if stopped.empty:
        return [*sentences, say("shortage.no_stop")]
    stops = [say("shortage.stopped", industry=names.industry_in_text(row["industry"]), good=names.good_in_text(row["good"]), month=say.month(row["first_stop"])) for row in stopped.to_dict("records")]
    return [*sentences, say("shortage.stops", stops=say.series(stops))]


def _when(subject: Subject, month: str) -> str:
    """A month counted from the first in which measures are in force."""
    view = subject.view
    if view.effective is None or month < view.effective:
        return subject.say("shortage.before")
    return subject.say("shortage.in_month", number=str(view.months.index(month) - view.months.index(view.effective) + 1))


def _groups(subject: Subject, touched: pd.DataFrame) -> list[tuple[str, list[ShortUse]]]:
    """Rows of each good, that of the first shortfall first."""
    return [(subject.names.good(str(good)), [_row(subject, row) for row in uses.to_dict("records")]) for good, uses in _ordered(touched).groupby("good", sort=False)]


def _row(subject: Subject, row: dict) -> ShortUse:
    say, months = subject.say, subject.view.months
    first, last = (row["first_short"], row["last_short"]) if row["first_short"] else (row["first_stop"], row["first_stop"])
    start = _place(months, first)
    cells = _cells(subject, row)
    alt = say("shortage.alt", first=cells[0], last=say.month(last), months=str(int(row["months_short"])), deepest=cells[2])
    stop = _place(months, row["first_stop"]) if row["first_stop"] else None
    return ShortUse(
        subject.names.industry(row["industry"]), start, _place(months, last) + 100 / len(months) - start,
        _place(months, row["deepest_month"]), stop, *cells, alt,
    )  # fmt: skip


def _place(months: Sequence[str], month: str) -> float:
    return 100 * months.index(month) / len(months)


def _cells(subject: Subject, row: dict) -> tuple[str, str, str, str]:
    """First short month, first stop, deepest shortfall with its month, tonnes not met."""
    say = subject.say
    never = say("shortage.never")
    deepest = say("shortage.depth", share=percent(100 * row["deepest"]), month=say.month(row["deepest_month"])) if row["deepest"] >= 5e-4 else "–"
    return (
        say.month(row["first_short"]) if row["first_short"] else never,
        say.month(row["first_stop"]) if row["first_stop"] else never,
        deepest,
        significant(row["not_met"]) if row["deepest"] > TRACE else "0",
    )


def _never(subject: Subject, uses: pd.DataFrame) -> str:
    """Uses that stay above the threshold, by good."""
    if uses.empty:
        return ""
    say = subject.say
    parts = [
        say("shortage.never_good", industries=say.series([subject.names.industry_in_text(industry) for industry in group["industry"]]), good=subject.names.good_in_text(str(good)))
        for good, group in uses.groupby("good", sort=False)
    ]
    return say("shortage.never_short", uses=say("series.semicolon").join(parts))


def _table(subject: Subject, uses: pd.DataFrame) -> Table:
    say = subject.say
    rows = [[subject.names.industry(row["industry"]), subject.names.good(row["good"]), *_cells(subject, row)[:2], str(int(row["months_short"])), *_cells(subject, row)[2:]] for row in uses.to_dict("records")]
    columns = [say(f"column.{key}") for key in ("industry", "good", "first_short", "first_stop", "months_short", "deepest", "not_met")]
    return Table(say("shortage.table", focus=subject.focus), columns, rows, frozenset({0, 1, 2, 3, 5}), "first_shortage")
