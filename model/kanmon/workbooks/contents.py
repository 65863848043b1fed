"""What the workbook of each kind of results holds: a first sheet that says what they are and were made with, and their tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kanmon.asked import plans_command
from kanmon.ensembles.saved import SavedEnsemble
from kanmon.errors import InputError, Problem
from kanmon.plans.optimise.saved import SavedAnswers
from kanmon.plans.saved import SavedPlans
from kanmon.runs.compared import SavedComparison
from kanmon.runs.page_tables import page_tables
from kanmon.runs.saved import SavedRun
from kanmon.solution.layout import Tables

Rows = list[tuple[str, str]]

SHEETS = "One sheet a table; the sheets are the files of the folder tables/ of these results, with the unit of each number beside it."
MONEY = "Money is in the constant dollars of the data pack."
AS_TEXT = "A text that starts like a formula is kept as text."
BASELINE = "Baseline: the same months without the measures."
WINDOWS = "The tables of single windows (flows, prices, stocks and so on, as planned each month) are long and stay in the folder of the run as CSV files."
BY_RUN = "One sheet a table; the first column says of which run a row is."
VALUE_ADDED = "Value added is another account of the same events and is never added to market surplus."
DRAWS = "Every single draw is in the folder draws/ of the ensemble, as Parquet files."


@dataclass(frozen=True)
class Contents:
    """What is written as a workbook.

    Attributes:
        title: of the results.
        created: when they were made, as an ISO date and time.
        about: rows of the first sheet.
        tables: by name; one without columns has no sheet.
    """

    title: str
    created: str
    about: Rows
    tables: Tables


Saved = SavedRun | SavedComparison | SavedEnsemble | SavedPlans | SavedAnswers
"""Results that a folder may hold."""


def contents_of(results: Saved) -> Contents:
    """Title, first sheet and tables of any results."""
    match results:
        case SavedRun():
            return Contents(results.scenario.title, results.manifest["created"], _of_run(results), results.reports)
        case SavedComparison():
            return _of_comparison(results)
        case SavedEnsemble():
            return _of_ensemble(results)
        case SavedPlans():
            return _of_plans(results)
        case SavedAnswers():
            return _of_answers(results)


def _of_run(run: SavedRun) -> Rows:
    manifest = run.manifest
    return [
        ("title", run.scenario.title),
        ("question", run.scenario.question),
        ("run", run.name),
        ("repeat it", str(manifest.get("reproduce", ""))),
        ("scenario, sha256", manifest["scenario_sha256"]),
        *_made(manifest, _verdict(manifest["certificate"])),
        *_notes(SHEETS, WINDOWS, BASELINE, MONEY, AS_TEXT),
    ]


def _of_comparison(comparison: SavedComparison) -> Contents:
    """Tables of all runs one below the other."""
    names = [f"{place}: {run.name}" if comparison.manifest["runs"].count(run.name) > 1 else run.name for place, run in enumerate(comparison.runs, 1)]
    kept = dict.fromkeys(name for run in comparison.runs for name, frame in run.reports.items() if len(frame.columns))
    tables = {name: _joined({mine: run.reports[name] for mine, run in zip(names, comparison.runs, strict=True) if name in run.reports}) for name in kept}
    about = [("title", "Scenarios side by side")]
    for mine, run in zip(names, comparison.runs, strict=True):
        about += [("run", mine), *((key, text) for key, text in _of_run(run) if key in ("title", "question", "repeat it", "scenario, sha256", "certificate"))]
    return Contents("Scenarios side by side", comparison.manifest["created"], [*about, *_made(comparison.manifest), *_notes(BY_RUN, BASELINE, MONEY, AS_TEXT)], tables)


def _joined(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Tables of several runs with a column that says whose a row is; what a run has not got stands empty."""
    parts = [frame.astype(object).assign(run=name) for name, frame in tables.items() if len(frame.columns)]
    whole = pd.concat(parts, ignore_index=True)
    return whole[["run", *(column for column in whole.columns if column != "run")]]


def _of_plans(plans: SavedPlans) -> Contents:
    manifest = plans.manifest
    title = f"Plans compared, {manifest['focus']}"
    certificate = manifest["certificate"]
    about = [
        ("title", title),
        ("objective", str(manifest.get("objective", ""))),
        ("counted from, discounted to", manifest["counted_from"]),
        ("tail", f"the worst {manifest['tail']:g} of probability"),
        *((f"plan {name}", str(plan["title"])) for name, plan in manifest["plans"].items()),
        *((f"future {name}", f"probability {future['probability']:g}") for name, future in manifest["futures"].items()),
        *((f"failed: {name}", str(reason)) for name, reason in manifest["failed"].items()),
        ("repeat it", plans_command(manifest, "interaction" in plans.tables)),
        *_made(manifest, _verdict({**certificate, "passed": certificate["worst"] <= certificate["tolerance"]})),
        *_notes(SHEETS, VALUE_ADDED, MONEY, AS_TEXT),
    ]
    return Contents(title, manifest["created"], about, _all_tables(plans.folder, plans.tables))


def _of_answers(answers: SavedAnswers) -> Contents:
    manifest, question = answers.manifest, answers.manifest["question"]
    about = [
        ("title", str(question["title"])),
        ("why these levers", str(question.get("note", ""))),
        ("minimised", str(manifest["objective"])),
        *((f"future {name}", f"probability {probability:g}") for name, probability in manifest["futures"].items()),
        ("plans put to the engine", f"{manifest['plans_known']}, of which failed: {manifest['failed']}"),
        *_made(manifest),
        *_notes("A global optimum is proved on the grid only.", SHEETS, MONEY, AS_TEXT),
    ]
    return Contents(str(question["title"]), manifest["created"], about, _all_tables(answers.folder, answers.tables))


def _of_ensemble(ensemble: SavedEnsemble) -> Contents:
    manifest, scenario = ensemble.manifest, ensemble.scenario
    title = f"Ensemble: {scenario.title if scenario else ', '.join(map(str, manifest['question']['plans']))}"
    identity = manifest["identity"]
    about = [
        ("title", title),
        *([("question", scenario.question)] if scenario else []),
        ("draws", f"{manifest['runs']}, of which failed: {manifest.get('failed', 0)}"),
        *((name, str(identity[name])) for name in ("sampler", "size", "seed", "marginal") if name in identity),
        ("facts drawn", str(manifest["factors"])),
        *_made({**manifest, "data": {"sha256": identity["data"]}}),
        *_notes(SHEETS, DRAWS, MONEY, AS_TEXT),
    ]
    return Contents(title, manifest["created"], about, _all_tables(ensemble.folder, ensemble.tables))


def _all_tables(folder: Path | None, known: Tables) -> Tables:
    """The tables that a page reads, and all others of the folder."""
    others = [] if folder is None else sorted(path.stem for path in (folder / "tables").glob("*.csv") if path.stem not in known)
    problems: list[Problem] = []
    read = page_tables(folder, others, {}, "make the results again", problems) if folder is not None else {}
    if problems:
        raise InputError(problems)
    return {**known, **read}


def _verdict(found: Mapping) -> Rows:
    """The certificate in words."""
    return [("certificate", f"{'passed' if found['passed'] else 'NOT PASSED'}: worst relative residual {found['worst']:.1e}, accepted up to {found['tolerance']:.0e}")]


def _made(manifest: Mapping, certificate: Sequence[tuple[str, str]] = ()) -> Rows:
    """When and with what."""
    data = manifest["data"]
    named = [("data pack", str(data["name"]))] if "name" in data else []
    return [("made", manifest["created"]), *named, ("data pack, sha256", data["sha256"]), *certificate, *((f"version of {name}", version) for name, version in manifest["versions"].items())]


def _notes(*texts: str) -> Rows:
    return [("note", text) for text in texts]
