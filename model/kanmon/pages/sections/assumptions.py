"""Assumptions with their sources: those that matter most in view, the others folded away."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from kanmon.pages.blocks import Table
from kanmon.pages.money import Money, is_money
from kanmon.pages.names import Names
from kanmon.pages.numbers import number, percent, significant
from kanmon.pages.sections.facts import anchor
from kanmon.pages.subject import Subject
from kanmon.pages.wording import Wording

FIRST = ("price", "theta", "elasticity_short_run", "sigma_short_run", "choke_multiple", "days", "ratio")
"""Quantities in view: prices of the base year, friction of switching, answer of use to the price, choke, stocks, scrap."""

LONG = 200
"""Letters of a note that are shown before the rest is folded away."""

QUALITIES = ("reported", "derived", "estimated", "assumed")
SAME = ("value", "unit", "currency_year", "low", "high", "quality", "source_title", "place", "note")
"""What facts must have in common to be listed as one."""

SHOWN_ADJUSTMENTS = 10
MOVED = 1e-4
"""Adjustments of base-year facts below this share are rounding [1]."""


@dataclass(frozen=True)
class Assumption:
    """One fact, or several that agree in everything but their keys; their places on the page, and the sources that place and note name."""

    about: str
    value: str
    span: str
    quality: str
    quality_key: str
    title: str
    url: str
    place: str
    note: str
    anchors: tuple[str, ...] = ()
    named: tuple[Source, ...] = ()

    @property
    def parts(self) -> tuple[str, str]:
        """The note as shown and as folded away: long ones are cut at the end of a sentence or of a word."""
        if len(self.note) <= LONG:
            return self.note, ""
        end = max(self.note.rfind(". ", 60, LONG) + 1, self.note.rfind("; ", 60, LONG) + 1) or self.note.rfind(" ", 0, LONG)
        return self.note[:end], self.note[end:].strip()


@dataclass(frozen=True)
class Group:
    """Facts about one quantity: its name, and why it matters."""

    name: str
    why: str
    facts: Sequence[Assumption]


@dataclass(frozen=True)
class Source:
    """A source as listed: its key, which places and notes use, what it is, and its address."""

    key: str
    title: str
    by: str
    url: str


@dataclass(frozen=True)
class Assumptions:
    """Groups in view and folded away; how the facts divide by quality."""

    first: Sequence[Group]
    others: Sequence[Group]
    tally: Sequence[tuple[str, str, int]]
    count: int
    changed: Sequence[str]
    adjusted: str
    adjustments: Table | None
    all_adjustments: Table | None
    projects: Table | None
    project_count: int
    sources: Sequence[Source]


def assumptions(subject: Subject) -> Assumptions:
    """Everything a reader needs to follow a headline to its sources."""
    table = subject.table("assumptions")
    quantities = list(dict.fromkeys(table["quantity"])) if len(table) else []
    aside = table.apply(lambda row: _aside(subject, row), axis=1) if len(table) else table
    shown = {quantity: table[(table["quantity"] == quantity) & ~aside] for quantity in quantities if quantity in FIRST}
    folded = {quantity: table[(table["quantity"] == quantity) & (aside if quantity in FIRST else True)] for quantity in quantities}
    tally = [(key, subject.say.or_else(f"quality.{key}", key), int((table["quality"] == key).sum())) for key in (*QUALITIES, *sorted(set(table["quality"]) - set(QUALITIES)))] if len(table) else []
    sentence, largest, every = _adjustments(subject)
    projects, count = _projects(subject)
    sources = _sources(subject, table)
    first = [_group(subject, quantity, shown[quantity], sources) for quantity in FIRST if quantity in shown and len(shown[quantity])]
    others = [_group(subject, quantity, rows, sources) for quantity, rows in folded.items() if len(rows)]
    return Assumptions(first, others, [item for item in tally if item[2]], len(table), changed(subject), sentence, largest, every, projects, count, sources)


def _aside(subject: Subject, row: pd.Series) -> bool:
    """A fact of less weight: about a good that does not move, or a price of a region other than the focus and the exporter."""
    keys = set(str(row["keys"]).split(", "))
    elsewhere = row["quantity"] == "price" and not keys & {subject.view.focus, subject.view.exporter}
    return elsewhere or bool(keys & set(subject.still))


def changed(subject: Subject) -> list[str]:
    """What the scenario assumes differently from the data pack."""
    return list(changes(subject).values())


def changes(subject: Subject) -> dict[str, str]:
    """The same by a key that does not depend on the language."""
    say, lines = subject.say, {}
    for item in subject.run.scenario.assumptions:
        how = say("changed.value", value=significant(item.value)) if item.value is not None else say("changed.multiply", value=significant(item.multiply)) if item.multiply is not None else say(f"changed.{item.take}")
        where = say("keys.joiner").join(subject.names.any(key) for key in item.where.values())
        lines[item.model_dump_json()] = say("changed.line", quantity=say.or_else(f"quantity.{item.quantity}.name", item.quantity), where=where or say("changed.everywhere"), how=how)
    options = subject.run.scenario.market
    switches = (("no_scrap_loop", not options.scrap_loop), ("no_private_stocks", not options.private_stocks), ("qualification", options.qualification), ("investment", options.investment))
    lines |= {name: say(f"changed.{name}") for name, on in switches if on}
    return lines | {f"variant {name}": say("changed.variant", name=name) for name in options.variants}


def _group(subject: Subject, quantity: str, rows: pd.DataFrame, sources: Sequence[Source]) -> Group:
    say, known = subject.say, {source.key: source for source in sources}
    merged: dict[tuple, Assumption] = {}
    for row in rows.to_dict("records"):
        fact = replace(fact_of(subject.say, subject.names, subject.money, row), anchors=(anchor(row),), named=tuple(known[key] for key in _names(f"{row['place']} {row['note']}") if key in known))
        same = tuple(str(row[key]) for key in SAME)
        merged[same] = replace(merged[same], about=f"{merged[same].about}; {fact.about}", anchors=(*merged[same].anchors, *fact.anchors)) if same in merged else fact
    return Group(say.or_else(f"quantity.{quantity}.name", quantity.replace("_", " ")), say.or_else(f"quantity.{quantity}.why", ""), list(merged.values()))


def fact_of(say: Wording, names: Names, money: Money, row: dict) -> Assumption:
    """One fact, from its row of the table of assumptions."""
    keys = [key for key in str(row["keys"]).split(", ") if key not in ("all", row["quantity"])]
    about = say("keys.joiner").join(names.any(key) for key in keys) or say("keys.all")
    value, span = _figures(say, money, row)
    return Assumption(
        about, value, span, say.or_else(f"quality.{row['quality']}", str(row["quality"])), str(row["quality"]),
        str(row["source_title"]), _address(row["source_url"]), str(row["place"]), str(row["note"]),
    )  # fmt: skip


def _figures(say: Wording, money: Money, row: dict) -> tuple[str, str]:
    """Value of a fact with its unit, and its range; money in the currency of the page, with the year of its prices."""
    unit = str(row["unit"])
    stated = [item for key in ("value", "low", "high") if (item := number(row[key])) is not None]
    if is_money(unit) and stated:
        figures, unit = money.stated(stated, unit)
    else:
        figures, unit = [significant(item) for item in stated], "" if unit == "1" else say.or_else(f"unit.{unit}", unit)
    shown = dict(zip([key for key in ("value", "low", "high") if number(row[key]) is not None], figures, strict=True))
    span = f"{shown['low']} – {shown['high']}" if {"low", "high"} <= set(shown) else ""
    year = str(row["currency_year"]).removesuffix(".0")
    of_year = say("keys.money_of", year=year) if year and year != "nan" else ""
    return " ".join(part for part in (shown.get("value", "–"), unit, of_year) if part), span


def _address(url: object) -> str:
    """An address that a page may link to; empty for anything else."""
    return str(url) if str(url).startswith(("https://", "http://")) else ""


def _names(text: str) -> list[str]:
    """Words of a text that may be keys of sources, each once."""
    return list(dict.fromkeys(re.findall(r"[\w.-]+[\w]", text)))


def _sources(subject: Subject, facts: pd.DataFrame) -> list[Source]:
    """Sources that the facts point to, or that their places and notes name by key."""
    if facts.empty:
        return []
    text = " ".join(facts[["source", "place", "note"]].astype(str).to_numpy().ravel())
    named = set(_names(text))
    return [
        Source(str(row["source"]), str(row["title"]), ", ".join(part for part in (str(row["publisher"]), str(row["year"])) if part), _address(row["url"]))
        for row in subject.table("sources").to_dict("records")
        if row["source"] in named
    ]


def _adjustments(subject: Subject) -> tuple[str, Table | None, Table | None]:
    """What the reconciliation of the base year moved: a sentence, the largest, all that moved."""
    say, table = subject.say, subject.table("adjustments").copy()
    if table.empty:
        return say("adjustments.none"), None, None
    for column in ("reported", "reconciled", "relative"):
        table[column] = pd.to_numeric(table[column]).fillna(0.0)
    size = table["relative"].abs()
    moved = table[size > MOVED].assign(size=size).sort_values("size", ascending=False)
    if moved.empty:
        return say("adjustments.tiny", count=str(len(table)), share=percent(100 * MOVED) if MOVED >= 5e-4 else f"{100 * MOVED:g} %"), None, None
    sentence = say("adjustments.sentence", moved=str(len(moved)), count=str(len(table)), largest=percent(100 * moved["size"].iloc[0]))
    rows = [
        [say.or_else(f"table.{row['table']}", str(row["table"])), say("keys.joiner").join(subject.names.any(key) for key in str(row["keys"]).split(", ")), significant(row["reported"]), significant(row["reconciled"]), percent(100 * row["relative"]), say.or_else(f"quality.{row['quality']}", str(row["quality"]))]
        for row in moved.to_dict("records")
    ]
    columns = [say("column.table"), say("column.about"), say("column.reported"), say("column.reconciled"), say("column.change"), say("column.quality")]
    words = frozenset({0, 1, 5})
    largest = Table(say("adjustments.largest"), columns, rows[:SHOWN_ADJUSTMENTS], words, "adjustments")
    return sentence, largest, Table(say("adjustments.all"), columns, rows[SHOWN_ADJUSTMENTS:], words, "adjustments") if len(rows) > SHOWN_ADJUSTMENTS else None


def _projects(subject: Subject) -> tuple[Table | None, int]:
    """Dated projects that the stationary path leaves out, one a row."""
    say, table = subject.say, subject.table("projects")
    if table.empty:
        return None, 0
    rows = []
    for (project, region, activity), part in table.groupby(["project", "region", "activity"], sort=False):
        facts = dict(zip(part["quantity"], pd.to_numeric(part["value"]), strict=False))
        units = dict(zip(part["quantity"], part["unit"], strict=False))
        capacity = f"{significant(facts['capacity'])} {say.or_else('unit.' + units['capacity'], units['capacity'])}" if "capacity" in facts else "–"
        rows.append([str(project).replace("_", " "), subject.names.region(str(region)), subject.names.activity(str(activity)), capacity, *(str(int(facts[key])) if key in facts else "–" for key in ("first_output", "full_output")), percent(100 * facts["probability"]) if "probability" in facts else "–"])
    columns = [say("column.project"), say("column.region"), say("column.activity"), say("column.capacity"), say("column.first_output"), say("column.full_output"), say("column.probability")]
    return Table(say("projects.table"), columns, rows, frozenset({0, 1, 2}), "projects"), len(rows)
