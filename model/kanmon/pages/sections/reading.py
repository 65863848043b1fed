"""What the scenario shows outside the months in force, with the reason the model gives for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kanmon.indicators.prices import EXPORTER, FOCUS, THIRD
from kanmon.indicators.sourcing import DOMESTIC, FROM_STOCK, NOT_IMPORTED
from kanmon.pages.numbers import change, days, percent, tonnes
from kanmon.pages.sections.cover import cover_table
from kanmon.pages.sections.supply import supply_table
from kanmon.pages.subject import MOVES, Subject
from kanmon.scenario.schema import EVERY

NOTABLE = 0.05
"""A quantity this far from its baseline is worth a sentence [1]."""


@dataclass(frozen=True)
class Finding:
    """A regularity seen in the tables, its numbers, and its reason."""

    title: str
    seen: Sequence[str]
    reason: str


def reading(subject: Subject) -> list[Finding]:
    """Findings that the tables show; those they do not show are left out."""
    if subject.unchanged:
        return []
    found = [_front(subject), _stock(subject), _elsewhere(subject), _domestic(subject), *_afterwards(subject), _refill(subject)]
    return [finding for finding in found if finding is not None]


def _finding(subject: Subject, key: str, seen: list[str], reason: str = "reason") -> Finding | None:
    return Finding(subject.say(f"reading.{key}.title"), seen, subject.say(f"reading.{key}.{reason}", focus=subject.focus, exporter=subject.exporter)) if seen else None


def _by_belief(subject: Subject) -> str:
    """Which reason holds: that of a known end, or that of a belief about it."""
    return "believed" if subject.run.scenario.belief.rolls else "reason"


def _front(subject: Subject) -> Finding | None:
    """Imports and price between announcement and effect."""
    say, table = subject.say, supply_table(subject)
    months = [month for month in subject.view.months if subject.view.announced and subject.view.effective and subject.view.announced <= month < subject.view.effective]
    seen = []
    for good in subject.restricted if months else []:
        part = table[(table["good"] == good) & (table["period"] == "announced") & ~table["origin"].isin(NOT_IMPORTED)]
        path = subject.path(good, FOCUS).set_index("month")["multiple"]
        base = part["baseline"].sum()
        if base <= 0 or months[-1] not in path.index:
            continue
        ratio = part["value"].sum() / base
        if abs(ratio - 1) >= NOTABLE or abs(path[months[-1]] - 1) >= NOTABLE:
            seen.append(say("reading.front.seen", good=subject.names.good(good), ratio=say.multiple(ratio), price=say.multiple(path[months[-1]]), focus=subject.focus, month=say.month(months[-1])))
    return _finding(subject, "front", seen, _by_belief(subject))


def _stock(subject: Subject) -> Finding | None:
    """Cover in the first and last month in force."""
    say, table, force = subject.say, cover_table(subject), subject.view.in_force
    seen = []
    for good in subject.restricted:
        path = table[table["good"] == good].set_index("month")
        if subject.view.end is None or force[-1] not in path.index:
            continue
        normal, most, last = path["baseline"].iloc[0], path["value"].idxmax(), path["value"][force[-1]]
        if normal > 0 and abs(last / normal - 1) >= NOTABLE:
            seen.append(say("reading.stock.seen", good=subject.names.good(good), normal=days(normal), most=days(path["value"][most]), month=say.month(most), last=days(last), final=say.month(force[-1])))
    return _finding(subject, "stock", seen, _by_belief(subject))


def _elsewhere(subject: Subject) -> Finding | None:
    """The exporter's own price falls, third countries pay more."""
    say, force = subject.say, subject.months_in_force
    seen = []
    for good in subject.restricted:
        means = {group: path.loc[path["month"].isin(force), "multiple"].mean() for group in (EXPORTER, THIRD) if len(path := subject.path(good, group))}
        if len(means) == 2 and max(abs(value - 1) for value in means.values()) >= MOVES:
            seen.append(say("reading.elsewhere.seen", good=subject.names.good(good), exporter=subject.exporter, there=change(100 * (means[EXPORTER] - 1)), third=change(100 * (means[THIRD] - 1))))
    if any(EVERY in measure.destinations for measure in subject.run.scenario.measures):
        return _finding(subject, "elsewhere", seen, "every")
    found = _finding(subject, "elsewhere", seen)
    passing_on = say("reading.elsewhere.capped" if subject.capped else "reading.elsewhere.free", exporter=subject.exporter)
    return found and replace(found, reason=say.sentences(found.reason, passing_on))


def _domestic(subject: Subject) -> Finding | None:
    """Domestic output that falls although the price rises: recycling lives on the scrap that use leaves behind."""
    table = supply_table(subject)
    seen = []
    for good in subject.restricted:
        part = table[(table["good"] == good) & (table["period"] == "in force") & (table["origin"] == DOMESTIC)]
        base = part["baseline"].sum()
        if base > 0 and part["value"].sum() / base < 1 - MOVES:
            seen.append(subject.say("reading.domestic.seen", good=subject.names.good(good), base=tonnes(base), now=tonnes(part["value"].sum()), change=change(100 * (part["value"].sum() / base - 1))))
    return _finding(subject, "domestic", seen)


def _afterwards(subject: Subject) -> list[Finding | None]:
    """Prices after the end: still above the baseline, or below it."""
    say = subject.say
    above, below = [], []
    for good in subject.restricted:
        path = subject.path(good, FOCUS)
        after = path[path["month"].isin(subject.view.afterwards)].set_index("month")["multiple"]
        if after.empty:
            continue
        name = subject.names.good(good)
        first, low = after.index[0], after.idxmin()
        if after[first] > 1 + MOVES:
            above.append(say("reading.above.seen", good=name, first=say.multiple(after[first]), month=say.month(first)))
        if after[low] < 1 - MOVES:
            below.append(say("reading.below.seen", good=name, low=say.multiple(after[low]), month=say.month(low)))
    return [_finding(subject, "above", above), _finding(subject, "below", below)]


def _refill(subject: Subject) -> Finding | None:
    """Imports above the baseline after the end."""
    table = supply_table(subject)
    seen = []
    for good in subject.restricted:
        part = table[(table["good"] == good) & (table["period"] == "afterwards")]
        imports = part[~part["origin"].isin(NOT_IMPORTED)]
        stock, base = -part.loc[part["origin"] == FROM_STOCK, "value"].sum(), imports["baseline"].sum()
        if base > 0 and stock > MOVES * base:
            seen.append(subject.say("reading.refill.seen", good=subject.names.good(good), imports=change(100 * (imports["value"].sum() / base - 1)), stock=percent(100 * stock / base)))
    return _finding(subject, "refill", seen)
