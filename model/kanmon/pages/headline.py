"""The headline numbers of a run, looked up by good and name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from kanmon.pages.numbers import number
from kanmon.pages.wording import Wording


class Headline(StrEnum):
    """Names of headlines, as the table of headlines writes them."""

    MEAN = "price, mean while in force"
    PEAK = "price, peak"
    EXPORTER = "price in the exporting country, mean"
    THIRD = "price in third countries, mean"
    UNMET = "use not met"
    UNMET_SHARE = "use not met, share"
    SHED = "of which shed at the choke"
    EXPORTER_SHARE = "share of the exporter in imports"
    REPLACED = "lost imports replaced by other origins"
    COVER = "days of cover, least"
    RECOVERY = "months after the end until the price is within 5 % of baseline"


@dataclass(frozen=True)
class Entry:
    """One headline number of one good."""

    value: float
    baseline: float
    unit: str
    month: str
    note: str

    @property
    def at_choke(self) -> bool:
        return bool(self.note) and "choke" in self.note


@dataclass(frozen=True)
class Headlines:
    """All headline numbers of a run."""

    entries: dict[tuple[str, str], Entry]

    def get(self, good: str, headline: str) -> Entry | None:
        return self.entries.get((good, headline))

    def __iter__(self) -> Iterator[tuple[str, str, Entry]]:
        return ((good, headline, entry) for (good, headline), entry in self.entries.items())

    def goods(self) -> list[str]:
        return list(dict.fromkeys(good for good, _ in self.entries))

    def names(self) -> list[str]:
        return list(dict.fromkeys(headline for _, headline in self.entries))


def headlines_of(table: pd.DataFrame) -> Headlines:
    """Headlines from their table."""
    entries = {}
    for row in table.to_dict("records"):
        entries[str(row["good"]), str(row["headline"])] = Entry(number(row["value"]) or 0.0, number(row["baseline"]) or 0.0, str(row["unit"]), str(row["month"]), str(row["note"]))
    return Headlines(entries)


def remarks(say: Wording, note: str) -> str:
    """The remarks on a headline, parted by semicolons in the table, in the language of the page."""
    return say("series.semicolon").join(_remark(say, part) for part in note.split("; "))


def _remark(say: Wording, text: str) -> str:
    ends = re.fullmatch(r"not unique: from (\S+) to (.+)", text)
    if ends:
        return say("headline.not_unique", low=ends[1], high=say.or_else(f"headline.note.{ends[2]}", ends[2]))
    return say.or_else(f"headline.note.{text}", text)
