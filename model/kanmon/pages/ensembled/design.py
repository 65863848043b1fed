"""How an ensemble was made: what was drawn, what failed and why, groups of facts told apart, seed and versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kanmon.asked import ensemble_command
from kanmon.pages.blocks import Table
from kanmon.pages.ensembled.drivers import span_of
from kanmon.pages.ensembled.subject import Drawn
from kanmon.pages.numbers import residual, significant

REASON = 160
"""Letters of a reason that are shown."""

GROUPS = 15
"""Groups of facts in view, by number and measure."""


@dataclass(frozen=True)
class Failures:
    """What is said of the draws that failed, and their reasons."""

    sentence: str
    table: Table | None


@dataclass(frozen=True)
class Design:
    """What was drawn, and what it was made with."""

    sentence: str
    groups: Table
    facts: Table
    made_with: Sequence[tuple[str, str]]
    commands: Sequence[str]


def failures(drawn: Drawn, manifest: dict) -> Failures:
    """Draws without a solution, counted with their reasons and never dropped in silence."""
    say, table = drawn.say, drawn.tables["failures"]
    runs = str(manifest["runs"])
    if table.empty:
        return Failures(say("ensemble.none_failed", runs=runs), None)
    reasons = table.assign(message=table["message"].str.slice(0, REASON)).groupby(["error", "message"], sort=False)["draw"].agg(["size", "first"]).reset_index()
    rows = [[str(row["error"]), str(row["message"]), str(row["size"]), str(row["first"])] for row in reasons.sort_values("size", ascending=False, kind="stable").to_dict("records")]
    columns = [say("ensemble.column.error"), say("ensemble.column.reason"), say("ensemble.column.draws"), say("ensemble.column.example")]
    return Failures(say("ensemble.failed", failed=str(table["draw"].nunique()), runs=runs), Table(say("ensemble.failures"), columns, rows, frozenset({0, 1}), "failures"))


def screening(drawn: Drawn) -> Sequence[Table]:
    """Groups of facts by what they decide, one table a number; none where the design does not tell groups apart."""
    say, table = drawn.say, drawn.tables["screening"]
    tables = []
    for number in drawn.decided if len(table) else []:
        kind, quantity, subject = number.key
        part = table[(table["kind"] == kind) & (table["quantity"] == quantity) & (table["subject"] == subject)]
        if len(part):
            strongest = part.sort_values("value", ascending=False, kind="stable").head(GROUPS)
            rows = [[_group(drawn, str(row["group"])), say.or_else(f"ensemble.measure.{row['measure']}", str(row["measure"])), significant(row["value"]), f"±{significant(row['half_width'])}"] for row in strongest.to_dict("records")]
            tables.append(Table(number.name, [say("ensemble.column.group"), say("ensemble.column.measure"), say("column.value"), say("ensemble.column.interval")], rows, frozenset({0, 1}), "screening"))
    return tables


def _group(drawn: Drawn, group: str) -> str:
    quantity = group.split(": ")[-1]
    return drawn.say.or_else(f"quantity.{quantity}.name", quantity.replace("_", " "))


def design(drawn: Drawn, manifest: dict) -> Design:
    """From the facts and the record of the ensemble."""
    say, facts, identity = drawn.say, drawn.tables["facts"], manifest["identity"]
    facts = facts[facts["factor"] != ""]
    spread = say.or_else(f"ensemble.marginal.{identity['marginal']}", str(identity["marginal"]))
    sampler = say.or_else(f"ensemble.sampler.{identity['sampler']}", str(identity["sampler"]))
    sentence = say("ensemble.design", count=str(len(facts)), spread=spread, sampler=sampler, runs=str(manifest["runs"]), seed=str(identity["seed"]))
    return Design(sentence, _groups(drawn), _facts(drawn), _made_with(drawn, manifest), [ensemble_command(manifest)])


def _groups(drawn: Drawn) -> Table:
    """Facts by quantity: how many, and how well they are known."""
    say, facts = drawn.say, drawn.tables["facts"]
    rows = []
    for quantity, part in facts[facts["factor"] != ""].groupby("quantity", sort=False):
        known = [f"{count} {say.or_else(f'quality.{quality}', str(quality))}" for quality, count in part["quality"].value_counts(sort=False).items()]
        rows.append([_group(drawn, str(quantity)), str(len(part)), say.series(known)])
    return Table(say("ensemble.groups"), [say("ensemble.column.group"), say("ensemble.column.facts"), say("ensemble.column.known")], rows, frozenset({0, 2}), "facts")


def _facts(drawn: Drawn) -> Table:
    """Every fact with its range, its quality and its source."""
    say = drawn.say
    rows = [[drawn.fact(name), span_of(drawn, name), say.or_else(f"quality.{row['quality']}", str(row["quality"])), str(row["source_title"])] for name, row in drawn.facts.items()]
    return Table(say("ensemble.facts"), [say("ensemble.column.fact"), say("ensemble.column.range"), say("column.quality"), say("column.source")], rows, frozenset({0, 1, 2, 3}), "facts")


def _made_with(drawn: Drawn, manifest: dict) -> list[tuple[str, str]]:
    say, identity = drawn.say, manifest["identity"]
    made = [
        (say("made.scenario"), f"{manifest['name']} · sha256 {identity.get('scenario', '–')}"),
        (say("made.data"), f"sha256 {identity.get('data', '–')}"),
        (say("ensemble.engine"), f"sha256 {identity.get('engine', '–')}"),
        (say("ensemble.seed"), f"{identity['seed']} · {identity['sampler']} · {identity['marginal']}"),
        (say("made.versions"), ", ".join(f"{name} {version}" for name, version in manifest["versions"].items()) + f", Python {manifest['python']}"),
        (say("made.created"), str(manifest["created"])),
    ]
    worst = manifest.get("certificate", {}).get("worst")
    return [*made, (say("ensemble.worst"), residual(float(worst)))] if worst is not None else made
