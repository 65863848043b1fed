"""What would change the conclusion of a run: bands behind its headlines and the facts that decide them, from an ensemble of the same question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from kanmon.pages.blocks import Table
from kanmon.pages.ensembled.answer import bands_table, strongest
from kanmon.pages.ensembled.drivers import Driven, drivers
from kanmon.pages.ensembled.subject import Drawn
from kanmon.pages.sections.alternatives import BEHIND, alternatives, alternatives_table, asked_price
from kanmon.pages.sections.assumptions import fact_of
from kanmon.pages.sections.beliefs import belief_name
from kanmon.pages.sections.facts import anchor, fact_behind
from kanmon.pages.subject import Subject
from kanmon.scenario.schema import Belief

TEXTS = ("kind", "quantity", "subject", "month", "unit", "factor", "above_noise", "keys", "table", "quality", "source", "source_title", "source_url", "place", "note", "currency_year", "line", "together")
"""Columns that are not numbers."""

DRIVEN = 3
"""Numbers whose drivers are shown; the page of the ensemble has all."""


@dataclass(frozen=True)
class Solved:
    """What the run was also solved with: a sentence, the prices, and the fact of the pack behind what moves them most."""

    sentence: str
    table: Table
    fact: str
    place: str


@dataclass(frozen=True)
class Changes:
    """What the run was also solved with; what is said of an ensemble, bands, drivers, and where more stands; or how to make one."""

    solved: Solved | None
    lead: str
    sentences: Sequence[str]
    bands: Table | None
    drivers: Sequence[Driven]
    source: str
    commands: Sequence[str]


def changes(subject: Subject, good: str | None) -> Changes:
    """What moves the price of a good: from what the run holds, and from the tables of an ensemble in its folder, or how to get them there."""
    say, name = subject.say, subject.run.name
    record, solved = subject.table("ensemble"), also_solved(subject, good)
    if record.empty:
        made = f"ensembles/{name}-lhs-100-1"
        return Changes(solved, say("changes.none"), [], None, [], "", [f"kanmon ensemble {name} --draws 100", f"kanmon report RUN --ensemble {made}"])
    row, drawn = record.to_dict("records")[0], drawn_of(subject)
    lead = say("changes.lead", draws=str(row["runs"]), failed=str(row["failed"]), seed=str(row["seed"]))
    own, believed = subject.run.scenario.belief, drawn_belief(subject)
    other = [] if believed == own else [say("changes.other_belief", drawn=belief_name(subject, believed), own=belief_name(subject, own))]
    source = say("changes.folder", name=str(row["name"]), seed=str(row["seed"]), sampler=say.or_else(f"ensemble.sampler.{row['sampler']}", str(row["sampler"])))
    found = drawn.decided[:DRIVEN]
    return Changes(solved, lead, other + [strongest(drawn, number) for number in found], bands_table(drawn), drivers(drawn, DRIVEN), source, [])


def also_solved(subject: Subject, good: str | None) -> Solved | None:
    """Beliefs and mechanisms of the run, what moves the price of a good most first; None where it was solved with nothing else."""
    found = alternatives(subject, good) if good is not None else []
    if good is None or not found:
        return None
    say, first, asked = subject.say, found[0], asked_price(subject, good)
    sentence = say("changes.most", good=subject.names.good_in_text(good), focus=subject.focus, change=first.name, there=say.multiple(first.multiple), asked=say.multiple(asked))
    row = fact_behind(subject, BEHIND.get(first.key, ""), good)
    if row is None:
        return Solved(sentence, alternatives_table(subject, good, found), "", "")
    fact = fact_of(say, subject.names, subject.money, row)
    text = say("changes.fact", quantity=say.or_else(f"quantity.{row['quantity']}.name", str(row["quantity"])), value=fact.value, span=fact.span or "–", quality=fact.quality)
    return Solved(sentence, alternatives_table(subject, good, found), text, anchor(row))


def drawn_belief(subject: Subject) -> Belief:
    """What the market believes about the end in the draws that the run's folder holds."""
    return Belief.model_validate_json(str(subject.table("ensemble")["belief"].iloc[0]))


def drawn_of(subject: Subject) -> Drawn:
    """The draws that the run's folder holds."""
    tables = {name: _numbers(subject.table(f"ensemble_{name}")) for name in ("bands", "tornado", "indices", "facts")}
    return Drawn(tables, subject.view, subject.names, subject.say, subject.money)


def _numbers(table: pd.DataFrame) -> pd.DataFrame:
    """A table with numbers as numbers and truth values as truth values."""
    frame = table.copy()
    for column in frame:
        if column not in TEXTS:
            frame[column] = pd.to_numeric(frame[column], errors="coerce")
    if "above_noise" in frame:
        frame["above_noise"] = frame["above_noise"].map(lambda value: str(value) == "True").astype(bool)
    return frame
