"""Comparisons of plans, answers of the optimiser and ensembles with made-up numbers on real plans, futures and facts: pages are drawn from tables, so nothing is solved."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd

from kanmon.ensembles.asking import beside_of
from kanmon.ensembles.correlation import causes_of
from kanmon.ensembles.design import Plan as Design
from kanmon.ensembles.design import Sampler, draws
from kanmon.ensembles.ensemble import Where, drawn_up, run_ensemble
from kanmon.ensembles.factors import central
from kanmon.ensembles.manifest import Asked, identity_of, new_manifest
from kanmon.ensembles.outcomes import COLUMNS, HEADLINE, PATH, PLAN, SURPLUS, VALUE_ADDED, failure
from kanmon.ensembles.plan_study import PlanStudy, plan_study
from kanmon.ensembles.saved import SavedEnsemble, read_ensemble
from kanmon.ensembles.study import scenario_study
from kanmon.ensembles.summary import RANKED
from kanmon.indicators.headlines import MEAN_PRICE, PEAK_PRICE
from kanmon.indicators.view import view_of
from kanmon.pack.load import Pack
from kanmon.plans.evaluate import Evaluation
from kanmon.plans.interaction import COLUMNS as INTERACTION
from kanmon.plans.interaction import READINGS
from kanmon.plans.levers import levers_of
from kanmon.plans.optimise.answer import answer
from kanmon.plans.optimise.gap import COLUMNS as GAP_COLUMNS
from kanmon.plans.optimise.gap import Gap
from kanmon.plans.optimise.objective import Objective
from kanmon.plans.optimise.outcomes import Outcome as Judged
from kanmon.plans.optimise.outcomes import Record
from kanmon.plans.optimise.question import load_question, shipped_question
from kanmon.plans.optimise.run import Optimised, choices_of
from kanmon.plans.optimise.run import manifest_of as optimise_manifest
from kanmon.plans.optimise.saved import SavedAnswers
from kanmon.plans.outcome import FIRST_SHORTAGE, RECOVERY, Outcome
from kanmon.plans.saved import SavedPlans
from kanmon.plans.study import Study, manifest_of, read_study
from kanmon.plans.study import tables_of as plan_tables
from kanmon.runs.page_tables import filled
from kanmon.runs.saved import SavedRun

MILLION = "million USD"
CRISIS = {"consumers": 40.0, "producers": -12.0, "stockholders": -5.0, "traders": 3.0, "tax revenue": 0.5}
"""Loss of the focus region by account in a ban of weight one."""

WEIGHT = {"short-ban": 0.3, "both-ban": 1.0, "long-ban": 2.1, "gallium-ban": 0.25, "wide-ban": 1.4}
ABROAD = {"CHN": -20.0, "USA": 6.0, "KOR": 4.0, "ROW": 2.0}
PLANS = ("none", "stock-60-days", "stock-180-days", "allied-gallium", "announced-package", "us-japan-joint", "everything")


def _share(name: str) -> float:
    """A number between 0 and 1 that belongs to a name."""
    return zlib.crc32(name.encode()) / 2**32


def plans_compared(names: tuple[str, ...] = PLANS) -> SavedPlans:
    """A comparison: each plan avoids a share of every loss and costs something."""
    plans, futures, pack = read_study(names)
    tables: dict[str, list] = {key: [] for key in ("losses", "path", "costs", "value_added", "prices", "timing", "exporter", "runs")}
    nothing = []
    for plan, content in plans.items():
        kept = 1.0 - (0.75 * _share(plan) if content.pulled else 0.0)
        for region in ("JPN", *ABROAD) if content.pulled else ():
            tables["path"] += [(plan, region, account, MILLION, value * _share(plan + region)) for account, value in (("consumers", 2.4), ("producers", -1.3), ("national stockpile", -3.0))]
        tables["costs"] += [(plan, step.name, "capital", MILLION, 4.0 * _share(step.name)) for step in content.pulled]
        for future in futures.scenarios:
            weight = WEIGHT.get(future, 0.0)
            tables["runs"].append((plan, future, 1e-9, 2.0, ""))
            if not weight:
                continue
            mine = [(future, "JPN", account, MILLION, weight * value * kept) for account, value in CRISIS.items()] + [(future, region, "consumers", MILLION, weight * value * (0.5 + 0.5 * kept)) for region, value in ABROAD.items()]
            tables["losses"] += [(plan, *row) for row in mine]
            nothing += mine if plan == "none" else []
            tables["value_added"].append((plan, future, "value added lost", "", "", MILLION, 90 * weight * (0.4 + 0.6 * kept)))
            tables["prices"] += [(plan, future, good, headline, "x baseline", 1 + rise * kept * weight**0.5) for good, rise in (("gallium", 0.8), ("spherical", 0.5), ("flake", 0.1)) for headline in (MEAN_PRICE, PEAK_PRICE)]
            tables["timing"] += [(plan, future, FIRST_SHORTAGE, "days", 30.0 + 60 * (1 - kept), "gallium_wafers, gallium"), (plan, future, RECOVERY, "months", 10 * kept * weight, "gallium")]
            tables["exporter"].append((plan, future, "CHN", "change of export revenue", MILLION, -30 * weight * (0.6 + 0.4 * kept)))
    keys = {"losses": ["plan", "future", "region", "account", "unit", "value"], "path": ["plan", "region", "account", "unit", "value"], "costs": ["plan", "lever", "item", "unit", "value"], "value_added": ["plan", "future", "account", "rule", "quantity", "unit", "value"], "prices": ["plan", "future", "good", "headline", "unit", "value"], "timing": ["plan", "future", "quantity", "unit", "value", "note"], "exporter": ["plan", "future", "region", "quantity", "unit", "value"], "runs": ["plan", "future", "worst_residual", "seconds", "error"]}  # fmt: skip
    frames = {name: pd.DataFrame(rows, columns=keys[name]) for name, rows in tables.items()}
    reference = Outcome(losses=pd.DataFrame(nothing, columns=keys["losses"][1:]), value_added=frames["value_added"].query("plan == 'none'").drop(columns="plan"))
    evaluation = Evaluation(dict(plans), futures, reference=reference, errors={}, **frames)
    done = Study(evaluation, pack, plan_tables(evaluation, pack), 12.0)
    acting = [name for name, content in plans.items() if len(content.pulled) > 1]
    done.tables["interaction"] = pd.DataFrame([(name, future, MILLION, 8.0, 8.0 + rise, -rise, key, READINGS[key]) for future in futures.scenarios for name, (rise, key) in zip(acting, [(3.0, "less"), (-2.0, "more"), (0.0, "apart")] * 3, strict=False)], columns=INTERACTION)
    return SavedPlans(None, manifest_of(done), {name: filled(table) for name, table in done.tables.items()})


@dataclass(frozen=True)
class Engine:
    """Levels to cost and losses: every lever costs its share of a budget, and halves what is lost of its mineral at a level of its own."""

    largest: dict[str, float]
    weights: tuple[float, ...]

    def __call__(self, levels: dict[str, float]) -> Judged:
        cost, lost = 0.0, {"gallium": 40e6, "graphite": 25e6}
        for name, level in levels.items():
            part = level / self.largest[name]
            cost += 90e6 * _share(name) * part
            mineral = "gallium" if "gallium" in name else "graphite"
            lost[mineral] *= math.exp(-2.0 * part)
        return Judged(cost, tuple(weight * sum(lost.values()) for weight in self.weights))


def answers_found() -> SavedAnswers:
    """The shipped question answered by the search itself, asking a made-up engine; the world's optimum beside it is made up too."""
    _, futures, pack = read_study(["none"])
    question = load_question(shipped_question())
    choices = choices_of(question, levers_of(pack))
    groups = [tuple(choice for choice in choices if ("gallium" in choice.name) == found) for found in (True, False)]
    engine = Engine({choice.name: choice.largest for choice in choices}, tuple(WEIGHT.get(name, 0.0) for name in futures.scenarios))
    objective = Objective(np.array(list(futures.probability.values())), question.tail_weight, futures.tail, question.counts_cost)
    answers = answer(question, groups, Record(engine, len(futures.scenarios), None, 1), objective, lambda stage: None)
    rows = [
        (f"budget {budget:g}", plan, region, f"{figure}, {how}", MILLION, budget * _share(plan + region + figure + how))
        for budget in question.budgets for plan in ("best for the focus region", "best for all regions") for region in (futures.focus, "all regions")
        for figure in ("cost", "expected loss", "tail loss", "cost and expected loss") for how in ("as believed", "with foresight")
    ]  # fmt: skip
    rows += [(f"budget {budget:g}", plan, "", f"level: {choice.name}", "level", choice.largest * _share(plan + choice.name)) for budget in question.budgets for plan in ("best for the focus region", "best for all regions") for choice in choices]
    optimum = SimpleNamespace(levels={}, budget_price=0.4, residual=1e-9, worst=1e-9)
    gaps = (Gap(optimum, {}, pd.DataFrame(rows, columns=GAP_COLUMNS)),)
    result = Optimised(question, futures, pack, answers, gaps, {"search": 12.0}, 40)
    return SavedAnswers(None, optimise_manifest(result), {name: filled(table) for name, table in result.tables.items()})


def ensemble_of(run: SavedRun, pack: Pack, size: int = 120) -> SavedEnsemble:
    """An ensemble of the question of a run: its numbers, moved by three facts and some noise; one draw fails."""
    study = scenario_study(run.scenario, pack, run.name)
    asked, causes = Asked(run.name, Design(Sampler.LATIN, size, 1)), causes_of(study.pack, study.factors)
    values = draws(asked.plan, study.factors, causes)
    spread = (values - central(study.factors)) / np.ptp(values, axis=0)
    strong = [next(place for place, factor in enumerate(study.factors) if factor.quantity == quantity) for quantity in ("theta", "days", "elasticity_short_run")]
    moved = 1.0 + spread[:, strong] @ np.array([0.8, -0.5, -0.3]) + np.random.default_rng(1).normal(0, 0.02, size)
    parts = [_outcomes(run, 1.0).assign(draw=-1), *(_outcomes(run, factor).assign(draw=place) for place, factor in enumerate(moved[1:], 1)), failure(ValueError("the margin must be positive")).assign(draw=0)]
    outcomes = pd.concat(parts, ignore_index=True)
    inputs = pd.DataFrame(values, columns=[factor.name for factor in study.factors])
    tables = {**drawn_up(outcomes, inputs, study, asked), **beside_of(study, causes)}
    question = {"scenario": run.manifest["scenario"], "plans": []}
    manifest = new_manifest(asked, identity_of(asked, study, causes), study.factors, size, question) | {"failed": 1, "certificate": {"worst": 1e-9}}
    return SavedEnsemble(Path("ensembles") / run.name, manifest, run.scenario, {name: filled(table) for name, table in tables.items()})


@dataclass(frozen=True)
class Worths(PlanStudy):
    """Plans whose worth is a share of a budget, moved by two facts that most of them feel differently."""

    def evaluate(self, values: np.ndarray) -> pd.DataFrame:
        moved = [(value - factor.value) / (factor.high - factor.low) for factor, value in zip(self.factors, values, strict=True) if factor.quantity in ("theta", "days")]
        worth = {name: 6.0 * _share(name) + sum(20.0 * (_share(f"{name} {place % 2}") - 0.5) * by for place, by in enumerate(moved[:4])) for name in self.plans}
        return pd.DataFrame([(PLAN, RANKED, name, "", MILLION, value, "") for name, value in worth.items()], columns=COLUMNS)


def ensemble_of_plans(folder: Path, size: int = 120) -> SavedEnsemble:
    """A real ensemble of shipped plans in a folder, of a made-up engine."""
    real = plan_study(*read_study(PLANS))
    study = Worths(real.plans, real.futures, real.pack, real.factors)
    question = {"scenario": None, "focus": study.futures.focus, "plans": list(PLANS), "futures": None, "switching": 3}
    asked = Asked("plans", Design(Sampler.LATIN, size, 1), 60, switching=3)
    causes = causes_of(study.pack, study.factors)
    run_ensemble(study, asked, causes, question, folder, Where(1), beside=beside_of(study, causes))
    return read_ensemble(folder)


def _outcomes(run: SavedRun, factor: float) -> pd.DataFrame:
    """Numbers of a run whose departures from the baseline are multiplied by a factor."""
    view, reports = view_of(run.scenario), run.reports
    headlines = reports["headlines"].rename(columns={"headline": "quantity", "good": "subject"}).assign(kind=HEADLINE, month="")
    paths = reports["price_paths"].rename(columns={"group": "quantity", "good": "subject"}).assign(kind=PATH, unit="x baseline", note="")
    for frame, column, middle in ((headlines, "value", pd.to_numeric(headlines["baseline"])), (paths, "multiple", 1.0)):
        frame["value"] = middle + (pd.to_numeric(frame[column]) - middle) * factor
    rows = [(SURPLUS, "all accounts", view.focus, "", MILLION, -30 * factor, ""), (VALUE_ADDED, "value added lost", view.focus, "", MILLION, 60 * factor**2, "")]
    return pd.concat([headlines[COLUMNS], paths[COLUMNS], pd.DataFrame(rows, columns=COLUMNS)], ignore_index=True).astype({"value": float})
