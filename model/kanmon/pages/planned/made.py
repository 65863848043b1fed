"""What a comparison rests on: levers with their facts and sources, futures with their probabilities, certificate, versions, how to repeat it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kanmon.asked import plans_command
from kanmon.pages.blocks import Table
from kanmon.pages.numbers import residual
from kanmon.pages.planned.subject import Choice, probability
from kanmon.pages.sections.assumptions import Assumption, Group, fact_of


@dataclass(frozen=True)
class Basis:
    """Futures, and the facts of every lever."""

    futures: Table
    rates: Group
    levers: Sequence[Group]
    count: int


@dataclass(frozen=True)
class Made:
    """Certificate, versions and commands."""

    sentence: str
    made_with: Sequence[tuple[str, str]]
    commands: Sequence[str]


def basis(choice: Choice) -> Basis:
    """From the tables of futures and of facts."""
    facts = choice.tables["facts"]
    ours = facts[facts["table"].isin(["levers", "lever_effects"])]
    levers = []
    for row in choice.tables["lever_names"].to_dict("records"):
        mine = ours[ours["keys"].astype(str).str.split(", ").str[0] == row["lever"]]
        why = choice.say("plans.lever_why", **{key: choice.text_of(row, key) for key in ("level", "payer", "note")})
        levers.append(Group(choice.lever(str(row["lever"])), why, [_named(choice, fact) for fact in mine.to_dict("records")]))
    rates = Group(choice.say("plans.rates"), "", [_named(choice, fact) for fact in facts[facts["table"] == "parameters"].to_dict("records")])
    return Basis(_futures(choice), rates, levers, len(ours))


def _named(choice: Choice, row: dict) -> Assumption:
    """A fact under the name of its quantity, and the region or good that it acts on."""
    quantity = choice.say.or_else(f"quantity.{row['quantity']}.name", str(row["quantity"]).replace("_", " "))
    keys = str(row["keys"]).split(", ")[2:] if row["table"] == "lever_effects" else []
    about = [choice.names.any(key) for key in keys if key not in ("all", row["quantity"])]
    fact = fact_of(choice.say, choice.names, choice.money, row)
    return Assumption(choice.say("ensemble.fact", quantity=quantity, about=choice.say("keys.joiner").join(about)) if about else quantity, fact.value, fact.span, fact.quality, fact.quality_key, fact.title, fact.url, fact.place, fact.note)


def _futures(choice: Choice) -> Table:
    say = choice.say
    rows = []
    for row in choice.tables["futures"].to_dict("records"):
        span = say("plans.second.range", low=probability(float(row["low"])), high=probability(float(row["high"])))
        rows.append([choice.future(str(row["future"])), probability(float(row["probability"])), span, choice.text_of(row, "title"), choice.text_of(row, "reason")])
    columns = [say(f"plans.column.{key}") for key in ("future", "stated", "likely", "scenario", "judgement")]
    return Table(say("plans.futures_table"), columns, rows, frozenset({0, 3, 4}), "futures")


def made(choice: Choice) -> Made:
    """From the record of the comparison."""
    say, manifest = choice.say, choice.manifest
    found = manifest["certificate"]
    sentence = say("plans.certified" if found["worst"] <= found["tolerance"] else "plans.not_certified", worst=residual(float(found["worst"])), tolerance=residual(float(found["tolerance"])), runs=str(len(choice.tables["runs"])))
    made_with = [
        (say("made.data"), f"{manifest['data']['name']} · sha256 {manifest['data']['sha256']}"),
        (say("plans.futures_hash"), ", ".join(f"{name} {future['sha256'][:12]}" for name, future in manifest["futures"].items())),
        (say("made.versions"), ", ".join(f"{name} {version}" for name, version in manifest["versions"].items())),
        (say("made.created"), str(manifest["created"])),
        (say("plans.seconds"), f"{float(manifest['seconds']):,.0f} s"),
    ]
    return Made(sentence, made_with, [plans_command(manifest, "interaction" in choice.tables)])
