"""What a run was also solved with: the headline price under other beliefs and without each mechanism, what moves it most first."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kanmon.indicators.contributions import Variant
from kanmon.indicators.prices import FOCUS
from kanmon.pages.blocks import Table
from kanmon.pages.numbers import MINUS
from kanmon.pages.sections.beliefs import belief_name
from kanmon.pages.sections.contributions import LEAST, contributions_table
from kanmon.pages.subject import Subject
from kanmon.scenario.schema import Remaining

BEHIND: dict[str, str] = {Variant.NO_STOCKS: "days", Variant.NO_SCRAP_LOOP: "ratio"}
"""Quantity of the data pack that a mechanism rests on; others rest on what the scenario states."""


@dataclass(frozen=True)
class Alternative:
    """A change and the mean price with it.

    Attributes:
        key: the variant, or the name of the belief.
        name: the change in words.
        multiple: mean price in the focus region while in force [multiples of baseline].
    """

    key: str
    name: str
    multiple: float


def asked_price(subject: Subject, good: str) -> float:
    """Mean price of a good in the focus region while the measure is in force [multiples of baseline]."""
    path = subject.path(good, FOCUS)
    return float(path.loc[path["month"].isin(subject.months_in_force), "multiple"].mean())


def alternatives(subject: Subject, good: str) -> list[Alternative]:
    """Every change that moves the price of a good by :data:`LEAST` or more, the strongest first."""
    found = _mechanisms(subject, good)
    known = any(item.key == Variant.END_KNOWN for item in found)
    found += [item for item in _beliefs(subject, good) if not (known and item.key == Remaining.TRUE)]
    asked = asked_price(subject, good)
    return sorted((item for item in found if abs(item.multiple - asked) >= LEAST), key=lambda item: -abs(item.multiple - asked))


def _mechanisms(subject: Subject, good: str) -> list[Alternative]:
    say = subject.say
    if subject.table("contributions").empty:
        return []
    table = contributions_table(subject)
    rows = table[(table["good"] == good) & (table["variant"] != Variant.AS_ASKED)].to_dict("records")
    return [Alternative(row["variant"], say("changes.without", mechanism=say.or_else(f"contributions.mechanism.{row['variant']}", row["variant"])), row["multiple"]) for row in rows]


def _beliefs(subject: Subject, good: str) -> list[Alternative]:
    table, scenario, found = subject.table("beliefs"), subject.run.scenario, []
    for belief in scenario.beside if len(table) else ():
        path = table[(table["good"] == good) & (table["belief"] == belief.name) & table["month"].isin(subject.months_in_force)]
        if len(path):
            key = Remaining.TRUE.value if belief.kind == Remaining.TRUE else belief.name
            found.append(Alternative(key, subject.say("changes.belief", belief=belief_name(subject, belief)), float(pd.to_numeric(path["multiple"]).mean())))
    return found


def alternatives_table(subject: Subject, good: str, found: list[Alternative]) -> Table:
    """The price with each change, and by how much it differs."""
    say, asked = subject.say, asked_price(subject, good)
    rows = [[item.name, say.multiple(item.multiple), f"{MINUS if item.multiple < asked else '+'}{say.multiple(abs(item.multiple - asked))}"] for item in found]
    columns = [say("column.change_made"), say("column.price_then"), say("column.against_asked", asked=say.multiple(asked))]
    return Table(say("changes.table", good=subject.names.good_in_text(good), focus=subject.focus), columns, rows, file="contributions" if len(subject.table("contributions")) else "beliefs")
