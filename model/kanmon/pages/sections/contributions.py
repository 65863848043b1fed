"""What each mechanism adds to the price: the scenario again with one switched off at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from kanmon.indicators.contributions import Variant
from kanmon.pages.blocks import Chart, Table
from kanmon.pages.numbers import MINUS
from kanmon.pages.palette import FOCUS
from kanmon.pages.signed_bars import SignedBar, signed_figure
from kanmon.pages.subject import Subject

LEAST = 0.005
"""A mechanism that moves no price by this much does nothing worth a chart [multiples of baseline]."""


@dataclass(frozen=True)
class Contributions:
    """Sentences, a chart for each restricted good, and the goods that no mechanism moves."""

    sentences: Sequence[str]
    charts: Sequence[Chart]
    still: str


def contributions(subject: Subject) -> Contributions:
    """From the table of contributions; a hint where the run was not asked for it."""
    say, scenario = subject.say, subject.run.scenario
    if not scenario.measures:
        return Contributions([say("contributions.no_measure")], [], "")
    table = contributions_table(subject)
    if table.empty:
        return Contributions([say("contributions.not_asked", name=subject.run.name)], [], "")
    added = table[table["variant"] != Variant.AS_ASKED]
    added = added[added["good"].isin(subject.restricted)]
    moved = set(added.loc[added["difference"].abs() >= LEAST, "good"])
    goods = [good for good in subject.restricted if good in moved]
    still = [subject.names.good_in_text(good) for good in subject.restricted if good not in moved]
    if not goods:
        return Contributions([say("contributions.nothing")], [], "")
    bars = {good: _bars(subject, good, table) for good in goods}
    beside = [bar for those in bars.values() for bar in those]
    sentences = _largest(subject, goods, table) + _recycling(subject, goods, table)
    return Contributions(sentences, [_chart(subject, good, table, bars[good], beside) for good in goods], say("contributions.still", goods=say.series(still)) if still else "")


def contributions_table(subject: Subject) -> pd.DataFrame:
    """The table with numbers as numbers."""
    table = subject.table("contributions").copy()
    for column in ("multiple", "difference"):
        table[column] = pd.to_numeric(table[column])
    return table


def _asked_and_added(good: str, table: pd.DataFrame) -> tuple[float, pd.DataFrame]:
    """The price as asked, and the variants without a mechanism, those that add or take most first."""
    part = table[table["good"] == good]
    added = part[part["variant"] != Variant.AS_ASKED]
    return float(part.loc[part["variant"] == Variant.AS_ASKED, "multiple"].iloc[0]), added.reindex(added["difference"].abs().sort_values(ascending=False, kind="stable").index)


def _mechanism(subject: Subject, variant: str) -> str:
    return subject.say.or_else(f"contributions.mechanism.{variant}", variant)


def _signed_multiple(subject: Subject, value: float) -> str:
    text = subject.say.multiple(abs(value))
    return text if text == subject.say.multiple(0.0) else f"{MINUS if value < 0 else '+'}{text}"


def _largest(subject: Subject, goods: Sequence[str], table: pd.DataFrame) -> list[str]:
    """The mechanism that adds or takes most, goods of one mechanism in one sentence."""
    say = subject.say
    found: dict[tuple[str, str], list[str]] = {}
    for good in goods:
        asked, added = _asked_and_added(good, table)
        largest = added.to_dict("records")[0]
        key = "most_raises" if largest["difference"] > 0 else "most_lowers", largest["variant"]
        found.setdefault(key, []).append(say("contributions.good", good=subject.names.good_in_text(good), asked=say.multiple(asked), off=say.multiple(largest["multiple"])))
    return [say(f"contributions.{which}", mechanism=_mechanism(subject, variant), goods=say.series(parts)) for (which, variant), parts in found.items()]


def _recycling(subject: Subject, goods: Sequence[str], table: pd.DataFrame) -> list[str]:
    """The multiplier of the scrap loop on each restricted good that it moves."""
    say, parts = subject.say, []
    off = table[table["variant"] == Variant.NO_SCRAP_LOOP].set_index("good")
    if off.empty:
        return []
    for good in goods:
        if good in off.index and abs(off.loc[good, "difference"]) >= LEAST:
            without, asked = float(off.loc[good, "multiple"]), _asked_and_added(good, table)[0]
            parts.append(say("contributions.multiplier", good=subject.names.good_in_text(good), factor=f"{asked / without:.2f}", asked=say.multiple(asked), off=say.multiple(without)))
    return [say("contributions.recycling", parts=say.series(parts))] if parts else [say("contributions.no_recycling")]


def _bars(subject: Subject, good: str, table: pd.DataFrame) -> list[SignedBar]:
    """A bar for each mechanism that moves the price of a good."""
    asked, added = _asked_and_added(good, table)
    bars = []
    for row in added[added["difference"].abs() >= LEAST].to_dict("records"):
        mechanism, number = _mechanism(subject, row["variant"]), _signed_multiple(subject, row["difference"])
        label = mechanism[0].upper() + mechanism[1:]
        bars.append(SignedBar(label, row["difference"], number, subject.say("contributions.hover", mechanism=label, number=number, asked=subject.say.multiple(asked), off=subject.say.multiple(row["multiple"]))))
    return bars


def _chart(subject: Subject, good: str, table: pd.DataFrame, bars: Sequence[SignedBar], beside: Sequence[SignedBar]) -> Chart:
    say, name = subject.say, subject.names.good_in_text(good)
    asked, added = _asked_and_added(good, table)
    figure, height = signed_figure(bars, beside, FOCUS, say("number.times"))
    alt = say("contributions.alt", good=name, focus=subject.focus, parts=say.series([f"{bar.name} {bar.number}" for bar in bars]))
    rows = [[_mechanism(subject, row["variant"]), say.multiple(asked), say.multiple(row["multiple"]), _signed_multiple(subject, row["difference"])] for row in added.to_dict("records")]
    columns = [say("column.mechanism"), say("column.with"), say("column.without"), say("column.adds")]
    idle = [_mechanism(subject, variant) for variant in added.loc[added["difference"].abs() < LEAST, "variant"]]
    note = say.sentences(say("contributions.note", value=say.multiple(asked)), say("contributions.no_effect", mechanisms=say.series(idle)) if idle else "")
    return Chart(f"contributions-{good}", subject.names.good(good), figure, height, alt, Table(say("contributions.table", good=name), columns, rows, frozenset({0}), "contributions"), note)
