"""From what a user asks to an ensemble: the scenario, the design and the folder, or the folder of one that is to be carried on."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from pydantic import ValidationError

from kanmon.ensembles.beside import names_and_facts
from kanmon.ensembles.correlation import Causes, causes_of
from kanmon.ensembles.design import Plan, Sampler
from kanmon.ensembles.ensemble import Progress, Where, nobody, run_ensemble
from kanmon.ensembles.likelihood import names_and_reasons
from kanmon.ensembles.manifest import MANIFEST, Asked, read_manifest
from kanmon.ensembles.marginals import Marginal
from kanmon.ensembles.plan_study import PlanStudy, plan_study
from kanmon.ensembles.study import ScenarioStudy, scenario_study
from kanmon.errors import InputError, Problem
from kanmon.highs import require_hipo
from kanmon.indicators.view import view_of
from kanmon.pack.load import Pack
from kanmon.plans.reading import foreseen, load_futures, plan_paths, read_plans, shipped_futures
from kanmon.scenario.belief import with_foresight
from kanmon.scenario.schema import Scenario
from kanmon.solution.layout import Tables


def here(workers: int | None, scheduler: str | None) -> Where:
    """Where to compute: on a cluster, or on as many processes of this machine as are asked for, all cores if nothing is said.

    Raises:
        InputError: both are asked for, or no worker at all.
    """
    if scheduler is not None and workers is not None:
        raise InputError([Problem("--workers", "a cluster has its own workers", "leave out --workers or --scheduler")])
    if workers is not None and workers < 1:
        raise InputError([Problem("--workers", f"{workers} workers do nothing", "give 1 or more, or leave it out for all cores")])
    return Where(workers or os.cpu_count() or 1, scheduler)


def begin(name: str, scenario: Scenario | None, pack: Pack, plan: Plan, folder: Path, where: Where, chunk: int = 10, plans: Sequence[str] = (), futures: Path | None = None, switching: int = 0, progress: Progress = nobody, foresight: bool = False) -> dict:
    """Run an ensemble of a scenario, or of plans in their futures, in a folder; what is there of the same one is kept; ``foresight``: as if
    everybody knew how long a measure lasts. Returns its record.

    Raises:
        InputError: the question and the data do not fit, nothing has a range, or the folder holds another ensemble.
    """
    require_hipo()
    _require_size(plan, chunk)
    scenario = with_foresight(scenario) if foresight and scenario is not None else scenario
    study = _study(name, scenario, pack, plans, futures, foresight)
    question = {"scenario": None if scenario is None else json.loads(scenario.model_dump_json()), "focus": focus_of(study), "plans": list(plans), "titles": titles_of(study), "futures": None if futures is None else str(futures), "switching": switching, "foresight": foresight, "data": pack.name}
    causes = causes_of(study.pack, study.factors)
    return run_ensemble(study, Asked(name, plan, chunk, switching), causes, question, folder, where, progress, beside_of(study, causes))


def beside_of(study: ScenarioStudy | PlanStudy, causes: Causes) -> Tables:
    """Names and facts for the page, each with the cause that it shares with others; of plans also those of their futures."""
    likely = study.likely if isinstance(study, PlanStudy) else ()
    tables = names_and_facts(study.pack, study.factors[: len(study.factors) - len(likely)])
    if isinstance(study, PlanStudy):
        more = names_and_reasons(study.futures, likely)
        tables = {name: pd.concat([table, more[name]], ignore_index=True) for name, table in tables.items()}
    shared = {factor.name: causes.names[cause] for factor, cause in zip(study.factors, causes.cause, strict=True) if cause >= 0}
    return {**tables, "facts": tables["facts"].assign(together=[shared.get(name, "") for name in tables["facts"]["factor"]])}


def titles_of(study: ScenarioStudy | PlanStudy) -> dict[str, dict[str, str]]:
    """Titles of plans by language; none where a scenario is asked about."""
    plans = study.plans if isinstance(study, PlanStudy) else {}
    return {name: {"en": plan.title, **{language: words.title for language, words in plan.words.items() if words.title}} for name, plan in plans.items()}


def focus_of(study: ScenarioStudy | PlanStudy) -> str | None:
    """Region that is asked about."""
    return study.futures.focus if isinstance(study, PlanStudy) else view_of(study.scenario).focus


def carry_on(folder: Path, pack: Pack, where: Where, progress: Progress = nobody) -> dict:
    """Carry on the ensemble in a folder, asked as its record says. Returns the record.

    Raises:
        InputError: there is no ensemble, or data or engine have changed since it began.
    """
    record = read_manifest(folder)
    if record is None:
        raise InputError([Problem(str(folder), "holds no ensemble", "give the folder that --out named, or ask anew")])
    try:
        identity, question = record["identity"], record["question"]
        plan = Plan(Sampler(identity["sampler"]), int(identity["size"]), int(identity["seed"]), Marginal(identity["marginal"]))
        scenario = None if question["scenario"] is None else Scenario.model_validate(question["scenario"])
        return begin(str(record["name"]), scenario, pack, plan, folder, where, int(identity["chunk"]), [str(item) for item in question["plans"]], None if question["futures"] is None else Path(question["futures"]), int(question["switching"]), progress, bool(question["foresight"]))
    except (KeyError, TypeError, ValueError, ValidationError) as error:
        raise InputError([Problem(str(folder / MANIFEST), f"cannot be carried on ({type(error).__name__})", "ask anew in a new folder")]) from None


def _study(name: str, scenario: Scenario | None, pack: Pack, plans: Sequence[str], futures: Path | None, foresight: bool) -> ScenarioStudy | PlanStudy:
    """What is run in a draw: the scenario, or plans in their futures."""
    if scenario is not None:
        return scenario_study(scenario, pack, name)
    ahead = load_futures(futures or shipped_futures())
    return plan_study(read_plans(plan_paths(plans)), foreseen(ahead) if foresight else ahead, pack)


def _require_size(plan: Plan, chunk: int) -> None:
    problems = []
    if plan.size < 2:
        problems.append(Problem("--draws", f"{plan.size} draws say nothing", "give 2 or more"))
    if plan.seed < 0:
        problems.append(Problem("--seed", f"{plan.seed} is negative", "give a whole number from 0"))
    if plan.sampler in (Sampler.SOBOL, Sampler.SALTELLI) and plan.size & (plan.size - 1):
        problems.append(Problem("--draws", f"a Sobol sequence of {plan.size} points is not balanced", f"give a power of two, such as {1 << plan.size.bit_length()}"))
    if chunk < 1:
        problems.append(Problem("--chunk", f"{chunk} draws a file", "give 1 or more"))
    if problems:
        raise InputError(problems)
