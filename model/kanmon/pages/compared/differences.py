"""What differs between scenarios: the sentence that says most, and the headline numbers of each good side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kanmon.pages.compared.scenarios import Compared, Comparison
from kanmon.pages.headline import Entry, Headline
from kanmon.pages.numbers import days, percent, significant, tonnes
from kanmon.pages.wording import Wording

ROWS = (Headline.MEAN, Headline.PEAK, Headline.UNMET_SHARE, Headline.SHED, Headline.COVER, Headline.RECOVERY, Headline.EXPORTER, Headline.THIRD)
WORTH_SAYING = 0.01
"""Spread of mean prices or of unmet use from which it is worth a sentence [1]."""


@dataclass(frozen=True)
class Cell:
    """A number; ``extreme`` if it is the highest or the lowest of its row."""

    text: str
    extreme: bool


@dataclass(frozen=True)
class Row:
    """One headline across scenarios."""

    name: str
    cells: Sequence[Cell]
    same: bool


@dataclass(frozen=True)
class GoodTable:
    """The headlines of one good."""

    title: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Differences:
    """Sentences, tables, and what is only named."""

    sentences: Sequence[str]
    lead: str
    tables: Sequence[GoodTable]
    still: str
    choke: str


def differences(comparison: Comparison) -> Differences:
    """The goods that differ most first."""
    say = comparison.say
    choked = any(entry.at_choke for item in comparison.scenarios for _, _, entry in item.headlines)
    still = [comparison.good_in_text(good) for good in comparison.still]
    lead = say.sentences(say("comparison.differences_lead"), say("comparison.bold") if len(comparison.scenarios) > 2 else "")
    return Differences(
        _sentences(comparison), lead, [GoodTable(comparison.good(good), _rows(comparison, good)) for good in comparison.moving],
        say("comparison.still", goods=say.series(still)) if still else "", say("comparison.choke") if choked else "",
    )  # fmt: skip


def _sentences(comparison: Comparison) -> list[str]:
    """Where prices differ most, where unmet use does, and where users are cut off; or that nothing differs."""
    say = comparison.say
    found = [
        _most(comparison, Headline.MEAN, "comparison.most", say.multiple, WORTH_SAYING),
        _most(comparison, Headline.UNMET_SHARE, "comparison.most_unmet", percent, 100 * WORTH_SAYING),
        _cut_off(comparison),
    ]
    return [sentence for sentence in found if sentence] or [say("comparison.nothing")]


def _most(comparison: Comparison, headline: Headline, key: str, text: Callable[[float], str], least: float) -> str:
    good = max(comparison.moving, key=lambda each: comparison.spread(each, headline), default=None)
    if good is None or comparison.spread(good, headline) < least:
        return ""
    known = [(entry.value, item.title) for item in comparison.scenarios if (entry := item.entry(good, headline))]
    (low, low_name), (high, high_name) = min(known), max(known)
    return comparison.say(key, good=comparison.good_in_text(good), high=text(high), high_name=high_name, low=text(low), low_name=low_name)


def _cut_off(comparison: Comparison) -> str:
    """Scenarios in which users are cut off at the choke, if not all are alike."""
    cut = [item.title for item in comparison.scenarios if any((entry := item.entry(good, Headline.SHED)) and tonnes(entry.value) != tonnes(0.0) for good in comparison.moving)]
    if not cut:
        return comparison.say("comparison.cut_nowhere") if comparison.moving else ""
    return comparison.say("comparison.cut", names=comparison.say.series([comparison.say("comparison.quoted", name=name) for name in cut]))


def _rows(comparison: Comparison, good: str) -> list[Row]:
    rows = []
    for headline in ROWS:
        entries = [item.entry(good, headline) for item in comparison.scenarios]
        if any(entry and not item.quiet for entry, item in zip(entries, comparison.scenarios, strict=True)):
            rows.append(_row(comparison, headline, entries))
    return rows


def _row(comparison: Comparison, headline: Headline, entries: Sequence[Entry | None]) -> Row:
    say = comparison.say
    texts = [_text(say, headline, entry) for entry in entries]
    known = {text: _rank(entry) for text, entry in zip(texts, entries, strict=True) if entry}
    same = len(known) < 2
    extremes = _extremes(texts, known) if len(comparison.scenarios) > 2 else set()
    marks = [" †" if entry and entry.at_choke else "" for entry in entries]
    return Row(say(f"comparison.row.{headline.name.lower()}"), [Cell(text + mark, text in extremes) for text, mark in zip(texts, marks, strict=True)], same)


def _extremes(texts: Sequence[str], known: dict[str, float]) -> set[str]:
    """The highest and the lowest, each where one scenario alone has it."""
    ends = {min(known, key=known.__getitem__), max(known, key=known.__getitem__)} if len(known) > 1 else set()
    return {text for text in ends if texts.count(text) == 1}


def _rank(entry: Entry) -> float:
    """A number to sort by; what does not recover comes last."""
    return float("inf") if entry.note and not entry.at_choke else entry.value


def _text(say: Wording, headline: Headline, entry: Entry | None) -> str:
    if entry is None:
        return say("comparison.absent")
    if headline in (Headline.MEAN, Headline.PEAK, Headline.EXPORTER, Headline.THIRD):
        return say.multiple(entry.value)
    if headline == Headline.UNMET_SHARE:
        return say("comparison.rises", share=percent(-entry.value)) if entry.value < -0.05 else percent(entry.value)
    if headline == Headline.SHED:
        return tonnes(entry.value)
    if headline == Headline.COVER:
        return say("card.days", days=days(entry.value))
    if entry.note:
        return say("comparison.not_within")
    return say("comparison.at_once") if entry.value == 0 else say("comparison.month" if entry.value == 1 else "comparison.months", months=significant(entry.value))


__all__ = ["Compared", "Differences", "differences"]
