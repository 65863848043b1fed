"""Use met and unmet by industry."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kanmon.pages.numbers import percent, significant
from kanmon.pages.subject import UNCHANGED, Subject


@dataclass(frozen=True)
class UseRow:
    """One industry's use of one good over the months in force; widths of the bar in per cent."""

    industry: str
    baseline: str
    met: float
    thrift: float
    shed: float
    met_text: str
    thrift_text: str
    shed_text: str
    first_shed: str


@dataclass(frozen=True)
class Use:
    """Bars by good, and a sentence."""

    groups: list[tuple[str, list[UseRow]]]
    sentence: str
    months: int


def use(subject: Subject) -> Use:
    """Use by industry, the goods with the greatest gaps first."""
    say = subject.say
    table = use_table(subject)
    months = len(subject.view.in_force)
    if table.empty:
        return Use([], say("use.none"), months)
    worst = table.groupby("good")["unmet_share"].transform("max")
    table = table.assign(worst=worst).sort_values(["worst", "good", "unmet_share"], ascending=[False, True, False])
    if table["unmet_share"].abs().max() < UNCHANGED:
        return Use([], say("use.all_met", focus=subject.focus), months)
    shown = table[table["good"].isin(set(table.loc[table["unmet_share"].abs() >= UNCHANGED, "good"]))]
    left = [subject.names.good_in_text(good) for good in dict.fromkeys(table["good"]) if good not in set(shown["good"])]
    sentence = say("use.met_goods", goods=say.series(left)) if left else ""
    groups = [(subject.names.good(str(good)), [_row(subject, row) for row in rows.to_dict("records")]) for good, rows in shown.groupby("good", sort=False)]
    return Use(groups, sentence, months)


def use_table(subject: Subject) -> pd.DataFrame:
    """Use by industry with numbers as numbers."""
    table = subject.table("use_by_industry").copy()
    for column in ("baseline", "met", "thrift", "shed", "unmet_share"):
        table[column] = pd.to_numeric(table[column]).fillna(0.0)
    return table[table["baseline"] > 0] if len(table) else table


def _row(subject: Subject, row: dict) -> UseRow:
    shares = {name: 100 * row[name] / row["baseline"] for name in ("met", "thrift", "shed")}
    clipped = {name: min(max(share, 0.0), 100.0) for name, share in shares.items()}
    first = str(row["first_shed"])
    return UseRow(
        subject.names.industry(row["industry"]), significant(row["baseline"]),
        clipped["met"], clipped["thrift"], clipped["shed"], percent(shares["met"]), _thrift(subject, shares["thrift"]), percent(shares["shed"]),
        subject.say.month(first) if first else "–",
    )  # fmt: skip


def _thrift(subject: Subject, share: float) -> str:
    """What is saved, or used more because it stands in for something dearer."""
    return subject.say("use.more", share=percent(-share)) if share < -0.05 else percent(share)
