"""How the model did against history: what the record of the back-tests says, series by series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kanmon.pages.blocks import Table
from kanmon.pages.subject import Subject
from kanmon.pages.wording import Wording

BETTER, WORSE, NO_EVIDENCE, NOT_RUN = "better", "worse", "no evidence", "did not run"
"""Verdicts, as the record writes them."""


@dataclass(frozen=True)
class Backtests:
    """What is said of all series, what is said where data or engine are others now, and the series."""

    sentence: str
    warnings: Sequence[str]
    table: Table


def backtests(subject: Subject) -> Backtests | None:
    """From the record that the run carries; None for a run on another data pack, or of before there was one."""
    record, say = subject.run.manifest.get("backtests"), subject.say
    if record is None:
        return None
    counts = [sum(row["verdict"] == verdict for row in record["series"]) for verdict in (BETTER, WORSE, NO_EVIDENCE, NOT_RUN)]
    better, worse, nothing, failed = map(str, counts)
    text = say("backtests.sentence", series=str(len(record["series"])), better=better, worse=worse, nothing=nothing, created=record["created"], version=record["version"])
    warnings = [say(f"backtests.other_{what}") for what in ("data", "engine") if not record[f"{what}_current"]]
    return Backtests(say.sentences(text, say("backtests.failed", count=failed) if counts[3] else ""), warnings, _table(say, record["series"]))


def _table(say: Wording, series: Sequence[dict]) -> Table:
    """Mean absolute errors as ratios to the base period, those of the naive forecasts beside them."""
    rows = []
    for row in series:
        errors = [_ratio(row[key]) for key in ("error", "error_no_change", "error_lost_share")]
        rows.append([_called(say, row["episode"]), _called(say, row["series"]), str(row["figures"]), *errors, say.or_else(f"backtests.verdict.{row['verdict']}", str(row["verdict"]))])
    columns = [say(f"backtests.column.{key}") for key in ("episode", "series", "figures", "error", "no_change", "lost_share", "verdict")]
    return Table(say("backtests.table"), columns, rows, frozenset({0, 1, 6}))


def _called(say: Wording, names: dict[str, str]) -> str:
    """A name in the language of the page, in English where it has none in it."""
    return names.get(say.language) or names["en"]


def _ratio(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
