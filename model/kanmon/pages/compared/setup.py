"""What the scenarios assume differently, and the certificate of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kanmon.pages.blocks import Table
from kanmon.pages.compared.scenarios import Compared, Comparison
from kanmon.pages.numbers import residual
from kanmon.pages.sections.assumptions import changes
from kanmon.pages.sections.timeline import timeline


@dataclass(frozen=True)
class Own:
    """A scenario and what only it, or not every scenario, assumes."""

    scenario: Compared
    lines: Sequence[str]


@dataclass(frozen=True)
class Setup:
    """What is common to all, and each scenario's own."""

    common: Sequence[str]
    own: Sequence[Own]


def setup(comparison: Comparison) -> Setup:
    """Measures, months and switches, divided into what all share and what they do not."""
    lines = [_lines(item) for item in comparison.scenarios]
    common = {key: line for key, line in lines[0].items() if all(key in other for other in lines)}
    own = [Own(item, [line for key, line in found.items() if key not in common] or [comparison.say("comparison.nothing_own")]) for item, found in zip(comparison.scenarios, lines, strict=True)]
    return Setup(list(common.values()), own)


def _lines(item: Compared) -> dict[str, str]:
    """A scenario in sentences, by keys that are the same where what is assumed is the same, in every language."""
    subject, scenario = item.subject, item.subject.run.scenario
    say, months = subject.say, subject.view.months
    lines = {measure.model_dump_json(exclude={"name"}): say.sentences(bar.what, bar.dates) for measure, bar in zip(scenario.measures, timeline(subject).bars, strict=True)} or {"no measure": say("timeline.none")}
    lines |= changes(subject)
    if subject.view.focus:
        lines[f"focus {subject.view.focus}"] = say("comparison.about", focus=subject.focus)
    return lines | {f"months {months[0]} {months[-1]}": say("comparison.months_shown", first=say.month(months[0]), last=say.month(months[-1]))}


def certificates(comparison: Comparison) -> Table:
    """One row per scenario."""
    say, rows = comparison.say, []
    for item in comparison.scenarios:
        manifest = item.subject.run.manifest
        found = manifest["certificate"]
        rows.append([item.label, say("comparison.passed" if found["passed"] else "comparison.failed"), residual(found["worst"]), residual(found["tolerance"]), manifest["created"], manifest["reproduce"]])
    columns = [say("column.scenario"), say("comparison.certificate"), say("column.residual"), say("comparison.tolerance"), say("made.created"), say("certificate.reproduce")]
    return Table(say("comparison.certificates"), columns, rows, frozenset({0, 1, 4, 5}))


def failures(comparison: Comparison) -> str:
    """A warning that names the scenarios whose certificate failed; empty if there is none."""
    failed = [comparison.say("comparison.quoted", name=item.title) for item in comparison.scenarios if not item.subject.run.manifest["certificate"]["passed"]]
    return comparison.say("comparison.not_certified", names=comparison.say.series(failed)) if failed else ""
