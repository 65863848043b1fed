"""A comparison of plans from names to a folder: the steps that the command takes, as functions."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

from kanmon.carried import data_folder
from kanmon.certify.certificate import PASS
from kanmon.errors import InputError, Problem
from kanmon.highs import require_hipo
from kanmon.pack.load import Pack, load_pack
from kanmon.plans.beside import names_and_facts
from kanmon.plans.comparison import compared
from kanmon.plans.evaluate import Evaluation, evaluate
from kanmon.plans.interaction import interaction, singles
from kanmon.plans.reading import Futures, demand_fit, load_futures, plan_paths, read_plans, shipped_futures
from kanmon.plans.saved import SavedPlans
from kanmon.plans.schema import Plan
from kanmon.runs.folder import SOLVER_PACKAGES, drawn, write_with_page
from kanmon.runs.page_tables import filled
from kanmon.runs.rolling import Progress
from kanmon.runs.saved import scenario_digest
from kanmon.scenario.months import month_name
from kanmon.solution.layout import Tables


@dataclass(frozen=True)
class Study:
    """Plans compared.

    Attributes:
        evaluation: plans in futures.
        pack: the data.
        tables: what a page and a script read (:func:`kanmon.plans.comparison.compared`), and ``interaction`` where it was asked for.
        seconds: in all.
    """

    evaluation: Evaluation
    pack: Pack
    tables: Tables
    seconds: float


def read_study(names: Sequence[str], futures: Path | None = None, data: Path | None = None) -> tuple[dict[str, Plan], Futures, Pack]:
    """Plans by name or path (all shipped ones if none is named), futures and data pack, once all of them are in order.

    Raises:
        InputError: every problem of all of them.
    """
    problems: list[Problem] = []
    found: list = []
    for read in (lambda: read_plans(plan_paths(names)), lambda: load_futures(futures or shipped_futures()), lambda: load_pack(data or data_folder())):
        try:
            found.append(read())
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    plans, ahead, pack = found
    demand_fit(plans, ahead, pack)
    return plans, ahead, pack


def study(plans: Mapping[str, Plan], futures: Futures, pack: Pack, workers: int | None = None, one_by_one: bool = False, progress: Progress = lambda stage: None) -> Study:
    """Evaluate plans and compare them.

    Args:
        plans: by name.
        futures: what may come.
        pack: a validated data pack.
        workers: processes; as many as there are processors if left out.
        one_by_one: also evaluate every lever by itself, and say how levers interact.
        progress: called with what is under way.

    Raises:
        InputError: they do not fit together.
    """
    require_hipo()
    clock = perf_counter()
    evaluation = evaluate(plans, futures, pack, workers, progress=progress)
    tables = tables_of(evaluation, pack)
    alone = singles(plans)
    if one_by_one and alone:
        progress(f"{len(alone)} levers one by one")
        tables["interaction"] = interaction(evaluation, evaluate(alone, futures, pack, workers, evaluation.reference, downstream=False))
    return Study(evaluation, pack, tables, perf_counter() - clock)


def tables_of(evaluation: Evaluation, pack: Pack) -> Tables:
    """Everything that a page and a script read of a comparison."""
    return {**compared(evaluation, pack), **names_and_facts(pack, (step.name for plan in evaluation.plans.values() for step in plan.pulled))}


def write_study(done: Study, out: Path, render: Callable[[SavedPlans], str], name: str = "plans") -> Path:
    """Write the tables, the page and the manifest of a comparison as a new folder under ``out``, whole or not at all; returns the folder.

    Args:
        done: plans compared.
        out: folder that gets the new folder; made if it is not there.
        render: draws the page.
        name: beginning of the name of the folder.

    Raises:
        InputError: the folder cannot be written.
        NotDrawn: the page could not be drawn; everything else is written.
    """
    manifest = manifest_of(done)
    page = drawn(lambda: render(SavedPlans(None, manifest, {key: filled(frame) for key, frame in done.tables.items()})))

    def fill(folder: Path) -> None:
        (folder / "tables").mkdir()
        for key, frame in done.tables.items():
            frame.to_csv(folder / "tables" / f"{key}.csv", index=False, float_format="%.17g")
        (folder / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    return write_with_page(out, f"{name}-{datetime.now(UTC).strftime('%Y%m%d-%H%M%S')}", fill, page)


def manifest_of(done: Study) -> dict:
    """What was compared, on which data, with which versions, how sure, and how long it took."""
    evaluation, futures = done.evaluation, done.evaluation.futures
    return {
        "kanmon": "plans",
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "focus": evaluation.focus,
        "objective": "market surplus of the focus region: loss avoided in the crisis less cost; value added beside it, never added",
        "counted_from": month_name(futures.counted_from),
        "tail": futures.tail,
        "plans": {name: json.loads(plan.model_dump_json()) for name, plan in evaluation.plans.items()},
        "futures": {name: {"probability": futures.probability[name], "sha256": scenario_digest(scenario)} for name, scenario in futures.scenarios.items()},
        "data": {"name": done.pack.name, "sha256": done.pack.digest},
        "versions": {name: version(name) for name in SOLVER_PACKAGES},
        "certificate": {"worst": float(evaluation.runs["worst_residual"].max()), "tolerance": PASS},
        "failed": {**evaluation.errors, **{f"{row.plan} in {row.future}": row.error for row in evaluation.runs.itertuples() if row.error}},
        "seconds": round(done.seconds, 2),
    }
