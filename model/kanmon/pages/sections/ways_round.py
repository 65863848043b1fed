"""Ways round the measure, by good, hub and month: what is passed on, what is set free, what comes one step down."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kanmon.indicators.leakage import SET_FREE
from kanmon.pages.blocks import Table
from kanmon.pages.numbers import percent, significant
from kanmon.pages.subject import Subject

LARGEST = 3
"""Ways of one good that have a column in the table by month."""

WORTH_A_COLUMN = 0.05
"""Share of the largest way of a good below which another has no column [1]."""


@dataclass(frozen=True)
class WaysRound:
    """A sentence, the table of ways, and the largest of them by month; none where nothing goes round."""

    sentence: str
    table: Table | None
    monthly: Table | None


def ways_round(subject: Subject) -> WaysRound:
    """From the table of ways round."""
    say, ways = subject.say, subject.table("ways_round").copy()
    if ways.empty:
        return WaysRound(say("ways.none"), None, None)
    for column in ("value", "share"):
        ways[column] = pd.to_numeric(ways[column])
    rows = []
    for row in ways.sort_values(["good", "value"], ascending=[True, False]).itertuples():
        rows.append(
            [
                subject.names.good(row.good),
                subject.names.region(row.hub),
                _way(subject, row),
                significant(row.value),
                percent(100 * row.share),
            ]
        )
    total = ways.groupby("good")["share"].sum()
    most = str(total.idxmax())
    parts = {
        way: float(ways.loc[(ways["good"] == most) & (ways["way"] == way), "share"].sum()) for way in ("passed on", "set free", "processed")
    }
    sentence = say(
        "ways.most",
        good=subject.names.good_in_text(most),
        total=percent(100 * float(total[most])),
        **{name.replace(" ", "_"): percent(100 * value) for name, value in parts.items()},
    )
    columns = [say("column.good"), say("column.hub"), say("column.way"), say("column.tonnes"), say("column.of_lost")]
    return WaysRound(
        sentence, Table(say("ways.table", focus=subject.focus), columns, rows, frozenset({0, 1, 2}), "ways_round"), _monthly(subject)
    )


def _way(subject: Subject, row) -> str:
    """What a way is called: passed on, set free or processed, and into what."""
    key = row.way.replace(" ", "_")
    if row.way == SET_FREE and row.as_good != row.good:
        key += "_processed"
    return subject.say(f"ways.{key}", good=subject.names.good_in_text(row.as_good))


def _monthly(subject: Subject) -> Table:
    """The largest ways of each good, one a column, month by month."""
    say, table = subject.say, subject.table("ways_by_month").copy()
    table["value"] = pd.to_numeric(table["value"])
    keys = ["good", "hub", "way", "as_good"]
    total = table.groupby(keys, as_index=False)["value"].sum().sort_values("value", ascending=False)
    total = (
        total[total["value"] > WORTH_A_COLUMN * total.groupby("good")["value"].transform("max")].groupby("good", sort=False).head(LARGEST)
    )
    total = total.sort_values(["good", "value"], ascending=[True, False])
    names = [f"{subject.names.good(row.good)}, {subject.names.region(row.hub)}: {_way(subject, row)}" for row in total.itertuples()]
    wide = table.pivot_table(index="month", columns=keys, values="value", aggfunc="sum").fillna(0.0)[
        [tuple(key) for key in total[keys].to_numpy()]
    ]
    rows = [
        [say.month(str(month)), *(significant(value) for value in values)]
        for month, values in zip(wide.index, wide.to_numpy(), strict=True)
    ]
    return Table(say("ways.monthly"), [say("column.month"), *names], rows, file="ways_by_month")
