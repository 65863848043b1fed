"""The certificate, the versions and hashes behind a run, and how to repeat it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from kanmon.pages.blocks import Table
from kanmon.pages.numbers import residual, significant
from kanmon.pages.sections.backtests import Backtests, backtests
from kanmon.pages.subject import Subject


@dataclass(frozen=True)
class Certificate:
    """Conditions with their worst residuals, and what the run was made with."""

    sentence: str
    conditions: Table
    known: str
    known_table: Table
    backtests: Backtests | None
    made_with: Sequence[tuple[str, str]]
    seconds: Table
    commands: Sequence[str]


def certificate(subject: Subject) -> Certificate:
    """From the table of the certificate and the manifest."""
    say, manifest = subject.say, subject.run.manifest
    table = subject.table("certificate").copy()
    table["residual"] = pd.to_numeric(table["residual"])
    worst = table.loc[table.groupby("condition", sort=False)["residual"].idxmax()]
    names = [say.or_else(f"condition.{str(row['condition']).replace(' ', '_')}.name", str(row["condition"])) for row in worst.to_dict("records")]
    meanings = [say.or_else(f"condition.{str(row['condition']).replace(' ', '_')}.meaning", str(row["meaning"])) for row in worst.to_dict("records")]
    rows = [[name, meaning, residual(float(row["residual"])), _place(subject, str(row["where"])), say.month(row["month"])] for name, meaning, row in zip(names, meanings, worst.to_dict("records"), strict=True)]
    columns = [say("column.condition"), say("column.meaning"), say("column.residual"), say("column.where"), say("column.month")]
    found = manifest["certificate"]
    key = "certificate.passed" if found["passed"] else "certificate.failed"
    sentence = say(key, worst=residual(found["worst"]), tolerance=residual(found["tolerance"]), windows=str(table["window"].nunique()))
    conditions = Table(say("certificate.table"), columns, rows, frozenset({0, 1, 3, 4}), "certificate")
    return Certificate(sentence, conditions, *_known_equilibria(subject), backtests(subject), _made_with(subject), _seconds(subject), [manifest["reproduce"], "kanmon verify"])


def _known_equilibria(subject: Subject) -> tuple[str, Table]:
    """What the record of the known equilibria says, and its cases."""
    say, record = subject.say, subject.run.manifest["known_equilibria"]
    cases = record["cases"]
    figures, met = sum(case["figures"] for case in cases), sum(case["met"] for case in cases)
    worst = max((case["worst"] for case in cases if case["worst"] is not None), default=0.0)
    key = "known_stale" if not record["current"] else "known_passed" if met == figures else "known_failed"
    text = say(f"certificate.{key}", figures=str(figures), missed=str(figures - met), cases=str(len(cases)), worst=residual(worst))
    rows = [[case["title"], case["source"], f"{case['met']} / {case['figures']}", "" if case["worst"] is None else residual(case["worst"])] for case in cases]
    return text, Table(say("certificate.known_table"), [say("column.equilibrium"), say("column.source"), say("column.figures"), say("column.worst")], rows, frozenset({0, 1}))


def _place(subject: Subject, where: str) -> str:
    """Where a residual is worst, with names instead of keys: those of the scenario, of the pack, and words between them."""
    say, names = subject.say, subject.names
    own, _, rest = where.rpartition(": ")
    words = [(word.rstrip(","), word[len(word.rstrip(",")) :]) for word in rest.split(" ")]
    text = " ".join(say.or_else(f"where.{word}", names.any(word)) + comma for word, comma in words)
    return f"{names.own(own)}: {text}" if own else names.own(where) if names.own(where) != where else text


def _made_with(subject: Subject) -> list[tuple[str, str]]:
    say, manifest = subject.say, subject.run.manifest
    size = manifest["size"]
    windows = manifest["solver"]["windows"]
    return [
        (say("made.scenario"), f"{manifest['name']} · sha256 {manifest['scenario_sha256']}"),
        (say("made.data"), f"{manifest['data']['name']} · sha256 {manifest['data']['sha256']}"),
        (say("made.solver"), say("made.effort", program=say.or_else(f"made.program.{manifest['solver']['program']}", manifest["solver"]["program"]), iterations=str(sum(window["iterations"] for window in windows)), steps=str(sum(window["steps"] for window in windows)))),
        (say("made.size"), say("made.size_text", months=str(size["months"]), markets=str(size["markets"]), lanes=str(size["lanes"]), uses=str(size["uses"]), activities=str(size["activities"]))),
        (say("made.versions"), ", ".join(f"{name} {version}" for name, version in manifest["versions"].items()) + f", Python {manifest['python']}"),
        (say("made.created"), manifest["created"]),
    ]


def _seconds(subject: Subject) -> Table:
    say, seconds = subject.say, {stage: value for stage, value in subject.run.manifest["seconds"].items() if value > 0}
    rows = [[say.or_else(f"stage.{stage.replace(': ', '_').replace(' ', '_').lower()}", stage), significant(value, 2)] for stage, value in seconds.items()]
    rows.append([say("stage.total"), significant(sum(seconds.values()), 2)])
    return Table(say("certificate.seconds"), [say("column.stage"), say("column.seconds")], rows)
