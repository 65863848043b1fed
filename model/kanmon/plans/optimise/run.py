"""From a question to a folder of answers: levers grouped, the engine asked, tables and plans written."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from os import cpu_count
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

from kanmon.errors import InputError, Problem
from kanmon.pack.load import Pack
from kanmon.plans.beside import names_and_facts
from kanmon.plans.evaluate import doing_nothing
from kanmon.plans.levers import levers_of
from kanmon.plans.optimise.answer import Answers, answer
from kanmon.plans.optimise.axes import Lever
from kanmon.plans.optimise.gap import COLUMNS, Gap, world_gaps
from kanmon.plans.optimise.groups import connected_goods, grouped
from kanmon.plans.optimise.judge import Judge, goods_of
from kanmon.plans.optimise.objective import Objective
from kanmon.plans.optimise.outcomes import Record
from kanmon.plans.optimise.question import Question
from kanmon.plans.optimise.saved import SavedAnswers
from kanmon.plans.optimise.tables import name_of, tables_of
from kanmon.plans.reading import Futures, demand_fit, foreseen
from kanmon.runs.folder import SOLVER_PACKAGES, drawn, write_with_page
from kanmon.runs.page_tables import filled
from kanmon.scenario.months import month_name
from kanmon.world.calibrate import calibrate


@dataclass(frozen=True)
class Optimised:
    """A question answered.

    Attributes:
        question, futures, pack: what was asked, in what, of which data.
        answers: the plans.
        gaps: the world's optimum beside them; empty where it was not asked for or no lever is linear.
        seconds: by stage.
        runs: plans that the engine evaluated for this, and not before.
    """

    question: Question
    futures: Futures
    pack: Pack
    answers: Answers
    gaps: tuple[Gap, ...]
    seconds: dict[str, float]
    runs: int

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables that are written."""
        gaps = [gap.table for gap in self.gaps]
        found = tables_of(self.answers, list(self.futures.scenarios))
        return found | names_and_facts(self.pack, (lever.name for lever in self.answers.space.levers)) | {"world": pd.concat(gaps, ignore_index=True) if gaps else pd.DataFrame(columns=COLUMNS)}


def optimise(question: Question, futures: Futures, pack: Pack, cache: Path | None = None, workers: int | None = None, world: bool = True, progress: Callable[[str], None] = lambda stage: None) -> Optimised:
    """Answer a question.

    Args:
        question: levers, budgets, how finely to look.
        futures: what may come.
        pack: a validated data pack.
        cache: folder in which outcomes of the engine are kept, so that a search that was killed goes on; None to keep none.
        workers: processes; as many as there are processors if left out.
        world: whether the world's optimum is asked for.
        progress: called with what is being done.

    Raises:
        InputError: question, futures and pack do not fit together, or no plan meets what is asked.
        KanmonError: doing nothing cannot be evaluated.
    """
    clock, seconds = perf_counter(), {}
    known = levers_of(pack)
    choices = choices_of(question, known)
    demand_fit({}, futures, pack)
    futures = foreseen(futures) if question.foresight else futures
    progress("doing nothing")
    nothing = doing_nothing(futures, pack, known, downstream=False)
    judge = Judge(futures, pack, known, nothing, question.decided)
    parts = connected_goods(calibrate(pack, *futures.quiet.calibration).world, futures.scenarios.values())
    names = grouped({choice.name: goods_of(known[choice.name], pack) for choice in choices}, parts)
    groups = [tuple(choice for choice in choices if choice.name in group) for group in names]
    jobs = (cpu_count() or 1) if workers is None else workers
    record = Record(judge, len(futures.scenarios), None if cache is None else cache / f"outcomes-{judge.digest}.jsonl", jobs)
    objective = Objective(np.array([futures.probability[name] for name in futures.scenarios]), question.tail_weight, futures.tail, question.counts_cost)
    seconds["nothing"] = perf_counter() - clock
    clock = perf_counter()
    answers = answer(question, groups, record, objective, progress)
    seconds["search"] = perf_counter() - clock
    clock = perf_counter()
    if world:
        progress("the world's optimum")
    gaps = tuple(world_gaps(judge, answers, jobs)) if world else ()
    seconds["world"] = perf_counter() - clock
    return Optimised(question, futures, pack, answers, gaps, seconds, record.runs)


def choices_of(question: Question, known: dict) -> list[Lever]:
    """Levers with the largest level that is looked at.

    Raises:
        InputError: the pack has no such lever, or no largest level for it.
    """
    problems, choices = [], []
    for place, chosen in enumerate(question.levers):
        here = f"levers[{place}]"
        lever = known.get(chosen.name)
        if lever is None:
            problems.append(Problem(f"{here}.name", f"{chosen.name!r} is no lever of the data pack", f"use one of {', '.join(known) or '(the pack has none)'}"))
            continue
        largest = lever.largest if chosen.largest is None else chosen.largest
        if not np.isfinite(largest) or largest > lever.largest:
            problems.append(Problem(f"{here}.largest", f"{largest:g} is above the largest level of {chosen.name}, {lever.largest:g}, or there is none", "state one that the data pack allows"))
        choices.append(Lever(chosen.name, largest, chosen.whole))
    if problems:
        raise InputError(problems)
    return choices


def write_optimised(result: Optimised, out: Path, render: Callable[[SavedAnswers], str]) -> Path:
    """Write tables, plans, the page and the manifest as a new folder; returns it.

    Args:
        result: what was found.
        out: folder that gets the new folder; made if it is not there.
        render: draws the page.

    Raises:
        InputError: the folder cannot be written.
        NotDrawn: the page could not be drawn; everything else is written.
    """
    manifest = manifest_of(result)
    page = drawn(lambda: render(SavedAnswers(None, manifest, {name: filled(table) for name, table in result.tables.items()})))

    def fill(folder: Path) -> None:
        (folder / "tables").mkdir()
        (folder / "plans").mkdir()
        for name, table in result.tables.items():
            table.to_csv(folder / "tables" / f"{name}.csv", index=False, float_format="%.10g")
        for name, text in plan_files(result).items():
            (folder / "plans" / f"{name}.toml").write_text(text, encoding="utf-8")
        (folder / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    return write_with_page(out, f"optimise-{datetime.now(UTC).strftime('%Y%m%d-%H%M%S')}", fill, page)


def plan_files(result: Optimised) -> dict[str, str]:
    """The best plans as files in the schema of plans, by name."""
    files = {}
    for item in result.answers.answers:
        best, kind = item.best, name_of(item)
        lines = [
            "# Found by kanmon plans optimise; the question is in the manifest of its folder.",
            f'title = "The best plan found, {kind} million USD"',
            f'note = "Levers {", ".join(lever.name for lever in result.answers.space.levers)}. A global optimum is proved on the grid only."',
            f'decided = "{month_name(result.question.decided)}"',
        ]
        for name, level in best.levels.items():
            if level > 0:
                lines += ["", "[[levers]]", f'name = "{name}"', f"level = {level:.10g}"]
        files[f"optimal-{kind.replace(' ', '-')}"] = "\n".join(lines) + "\n"
    return files


def manifest_of(result: Optimised) -> dict:
    """What was asked, of what, and what it took."""
    return {
        "kanmon": "optimise",
        "focus": result.futures.focus,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "question": json.loads(result.question.model_dump_json()),
        "objective": f"expected loss of {result.futures.focus} and {result.question.tail_weight:g} times its mean loss in the worst {result.futures.tail:g} of probability",
        "futures": {name: result.futures.probability[name] for name in result.futures.scenarios},
        "groups": [[lever.name for lever in group] for group in result.answers.space.groups],
        "data": {"name": result.pack.name, "sha256": result.pack.digest},
        "versions": {name: version(name) for name in SOLVER_PACKAGES},
        "plans_evaluated": result.runs,
        "plans_known": len(result.answers.space.record.known),
        "failed": len(result.answers.space.record.failures),
        "additivity": result.answers.additivity,
        "world": [{"levels": gap.optimum.levels, "budget_price": gap.optimum.budget_price, "residual": gap.optimum.residual, "certificate": gap.optimum.worst} for gap in result.gaps],
        "seconds": {stage: round(value, 2) for stage, value in result.seconds.items()},
    }
