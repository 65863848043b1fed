"""Levels of levers to cost and losses of the focus region, by the engine: what the search asks, as one thing that can go to another process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import joblib

from kanmon.errors import KanmonError
from kanmon.pack.load import Pack
from kanmon.pack.schema import ANY
from kanmon.plans.costs import monthly_factor
from kanmon.plans.evaluate import gathered
from kanmon.plans.levers import Effect, Kind, Lever
from kanmon.plans.optimise.outcomes import Levels, Outcome, point_of
from kanmon.plans.outcome import Outcome as Found
from kanmon.plans.outcome import outcome_of
from kanmon.plans.reading import Futures
from kanmon.plans.schema import Plan
from kanmon.plans.usual import UsualPrices
from kanmon.proof.record import engine_digest
from kanmon.scenario.months import month_name

MILLION = 1e6


def plan_of(levels: Levels, decided: int, title: str = "A plan of the optimiser", note: str = "") -> Plan:
    """A plan that pulls these levers, in the schema of the shipped ones."""
    steps = [{"name": name, "level": level} for name, level in point_of(levels)]
    return Plan.model_validate({"title": title, "note": note, "decided": month_name(decided), "levers": steps})


@dataclass(frozen=True)
class Judge:
    """The engine as the search sees it.

    Attributes:
        futures: what may come.
        pack: data.
        levers: of the pack.
        nothing: what comes of doing nothing.
        decided: month of the decision.
    """

    futures: Futures
    pack: Pack
    levers: Mapping[str, Lever]
    nothing: Found
    decided: int

    def __call__(self, levels: Levels) -> Outcome:
        """Cost and losses of the focus region, discounted [USD].

        Raises:
            KanmonError: the path of the plan or one of its futures has no equilibrium.
        """
        plan = plan_of(levels, self.decided)
        found = outcome_of(plan, self.futures, self.pack, self.levers, self.nothing, downstream=False, near=self.nothing.starts) if plan.pulled else self.nothing
        evaluation = gathered({"plan": plan}, self.futures, self.pack, {"plan": found}, self.nothing)
        reasons = [reason for reason in (*evaluation.errors.values(), *evaluation.runs["error"]) if reason]
        if reasons:
            raise KanmonError("; ".join(reasons))
        return Outcome(MILLION * float(evaluation.cost()["plan"]), tuple((MILLION * evaluation.loss().loc["plan"]).tolist()))

    @property
    def usual(self) -> UsualPrices:
        """Prices on the path of doing nothing."""
        assert self.nothing.usual is not None, "doing nothing has been evaluated"
        return self.nothing.usual

    @property
    def digest(self) -> str:
        """What the outcomes depend on, in short: outcomes of another question, or of another engine, are not taken for those of this one."""
        future = {name: scenario.model_dump_json(exclude={"words"}) for name, scenario in self.futures.scenarios.items()}
        return str(joblib.hash((engine_digest(), self.pack.digest, future, self.futures.counted_from, self.decided, monthly_factor(self.pack))))[:16]


def goods_of(lever: Lever, pack: Pack) -> set[str]:
    """Goods that a lever bears on: all of them where an effect is not bound to one."""
    return set().union(*(_goods_of_effect(effect, pack) for effect in lever.effects)) if lever.effects else set()


def _goods_of_effect(effect: Effect, pack: Pack) -> set[str]:
    if effect.item == ANY:
        return set(pack.labels["goods"])
    if effect.kind in (Kind.PLANT, Kind.FLOOR_PRICE):
        return {str(pack.labels["processes"][effect.item]["output"])}
    if effect.kind == Kind.ASSURANCE:
        plants = {row.keys[2] for row in pack.facts("projects", "capacity") if row.keys[0] == effect.item}
        return {str(pack.labels["processes"][plant]["output"]) for plant in plants}
    return {effect.item}
