"""Ways round the measure, by good and hub: what is passed on, what is set free, what comes one step down."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kanmon.pages.blocks import Table
from kanmon.pages.numbers import percent, significant
from kanmon.pages.subject import Subject


@dataclass(frozen=True)
class WaysRound:
    """A sentence, and the table of ways; none where nothing goes round."""

    sentence: str
    table: Table | None


def ways_round(subject: Subject) -> WaysRound:
    """From the table of ways round."""
    say, ways = subject.say, subject.table("ways_round").copy()
    if ways.empty:
        return WaysRound(say("ways.none"), None)
    for column in ("value", "share"):
        ways[column] = pd.to_numeric(ways[column])
    rows = []
    for row in ways.sort_values(["good", "value"], ascending=[True, False]).itertuples():
        name = say(f"ways.{row.way.replace(' ', '_')}", good=subject.names.good_in_text(row.as_good))
        rows.append([subject.names.good(row.good), subject.names.region(row.hub), name, significant(row.value), percent(100 * row.share)])
    total = ways.groupby("good")["share"].sum()
    most = str(total.idxmax())
    parts = {way: float(ways.loc[(ways["good"] == most) & (ways["way"] == way), "share"].sum()) for way in ("passed on", "set free", "processed")}
    sentence = say("ways.most", good=subject.names.good_in_text(most), total=percent(100 * float(total[most])), **{name.replace(" ", "_"): percent(100 * value) for name, value in parts.items()})
    columns = [say("column.good"), say("column.hub"), say("column.way"), say("column.tonnes"), say("column.of_lost")]
    return WaysRound(sentence, Table(say("ways.table", focus=subject.focus), columns, rows, frozenset({0, 1, 2}), "ways_round"))
