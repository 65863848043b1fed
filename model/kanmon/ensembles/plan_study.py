"""Plans compared in every draw: all of them, and doing nothing, under the same figures (common random numbers)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256

import numpy as np
import pandas as pd

from kanmon.ensembles.factors import Factor, Facts, factors_of, pack_of, with_partners
from kanmon.ensembles.likelihood import TABLE as OF_FUTURES
from kanmon.ensembles.likelihood import likelihoods, weighed
from kanmon.ensembles.outcomes import CERTIFICATE, COLUMNS, FAILURE, PLAN
from kanmon.ensembles.summary import RANKED
from kanmon.pack.load import Pack
from kanmon.plans.costs import MILLION
from kanmon.plans.evaluate import Evaluation, evaluate
from kanmon.plans.reading import Futures, demand_fit
from kanmon.plans.schema import Plan
from kanmon.proof.record import engine_digest
from kanmon.runs.starts import Starts

OF_LEVERS: Facts = {
    "levers": ("lead_time", "ramp", "capital_cost", "operating_cost", "subsidy", "programme_cost", "programme_time"),
    "lever_effects": ("chance", "slip", "theta_share", "elasticity_gain"),
}
"""What is uncertain of a lever. Its size is decided, not drawn, and the range of a plant's cost is its curve."""

OF_PLANS: Facts = {"parameters": ("plan_discount_rate",)}
"""What is uncertain of how plans are judged."""


@dataclass(frozen=True)
class PlanStudy:
    """Plans in futures on a pack whose facts are drawn, and with them how likely the futures are.

    Attributes:
        plans: by name.
        futures: what may come, with the probabilities of the file.
        pack: that the factors were found in.
        factors: what is drawn: facts of the pack, then probabilities.
    """

    plans: dict[str, Plan]
    futures: Futures
    pack: Pack
    factors: tuple[Factor, ...]

    def identity(self) -> dict[str, str]:
        plans = "".join(name + plan.model_dump_json(exclude={"words"}) for name, plan in self.plans.items())
        futures = "".join(f"{name} {self.futures.probability[name]}" + item.model_dump_json(exclude={"words"}) for name, item in self.futures.scenarios.items())
        return {"plans": sha256(plans.encode()).hexdigest(), "scenario": sha256(f"{futures} {self.futures.counted_from} {self.futures.tail}".encode()).hexdigest(), "data": self.pack.digest, "engine": engine_digest()}

    def evaluate(self, values: np.ndarray) -> pd.DataFrame:
        """What every plan is worth at these figures.

        Raises:
            KanmonError: the figures cannot be, or doing nothing cannot be evaluated.
        """
        facts = len(self.factors) - len(self.likely)
        found = self._evaluated(values[:facts])
        return plan_outcomes(replace(found, futures=weighed(self.futures, self.likely, values[facts:])))

    @property
    def likely(self) -> tuple[Factor, ...]:
        """The factors that are probabilities of futures, the last ones."""
        return tuple(factor for factor in self.factors if factor.table == OF_FUTURES)

    @cached_property
    def central(self) -> Mapping[str, Mapping[str, Starts]]:
        """Where every draw starts from: the plans at the central figures, solved once in a process. No draw depends on another one."""
        return evaluate(self.plans, self.futures, self.pack, workers=1, downstream=False).starts

    @cached_property
    def _last(self) -> dict[bytes, Evaluation]:
        """What was evaluated last in this process: draws that differ in probabilities alone need not solve it again."""
        return {}

    def _evaluated(self, values: np.ndarray) -> Evaluation:
        """The plans at these figures of the pack."""
        key = values.tobytes()
        if key not in self._last:
            pack = pack_of(self.pack, self.factors[: values.size], values)
            found = evaluate(self.plans, self.futures, pack, workers=1, downstream=False, near=self.central)
            self._last.clear()
            self._last[key] = found
        return self._last[key]

    def __getstate__(self) -> dict:
        return {key: value for key, value in self.__dict__.items() if key not in ("central", "_last")}


def plan_study(plans: Mapping[str, Plan], futures: Futures, pack: Pack) -> PlanStudy:
    """Plans with the facts of a pack that bear on any of their futures, those of the levers that they pull, and the probabilities of the futures.

    Raises:
        InputError: plans, futures and pack do not fit together.
    """
    demand_fit(plans, futures, pack)
    pulled = {step.name for plan in plans.values() for step in plan.pulled}
    known: dict[tuple[str, int], Factor] = {}
    scenarios: dict = {}
    for name, scenario in futures.scenarios.items():
        assumed, scenarios[name], factors = factors_of(pack, scenario, OF_LEVERS | OF_PLANS)
        known |= {(factor.table, factor.place): replace(factor, beside=-1) for factor in factors if factor.table not in OF_LEVERS or factor.keys[0] in pulled}
    return PlanStudy(dict(plans), replace(futures, scenarios=scenarios), assumed, (*with_partners(known.values()), *likelihoods(futures)))


def plan_outcomes(evaluation: Evaluation) -> pd.DataFrame:
    """Cost, loss avoided and net benefit of every plan, in expectation and by future; the reason of what could not be evaluated."""
    weight = pd.Series(evaluation.futures.probability)
    avoided, net, cost = evaluation.avoided(), evaluation.net(), evaluation.cost()
    each = {RANKED: (net * weight).sum(axis=1, skipna=False), "loss avoided, expected": (avoided * weight).sum(axis=1, skipna=False), "cost": cost}
    each |= {f"net benefit, {future}": net[future] for future in net.columns}
    rows = [(PLAN, quantity, plan, "", MILLION, float(value), "") for quantity, values in each.items() for plan, value in values.items() if np.isfinite(value)]
    failed = evaluation.runs[evaluation.runs["error"] != ""]
    rows += [(FAILURE, "PlanNotEvaluated", str(row.plan), "", "", float("nan"), f"in {row.future}: {row.error}"[:2000]) for row in failed.itertuples()]
    rows += [(FAILURE, "PlanNotEvaluated", plan, "", "", float("nan"), reason[:2000]) for plan, reason in evaluation.errors.items()]
    worst = evaluation.runs["worst_residual"].astype(float).max()
    return pd.DataFrame([*rows, (CERTIFICATE, "largest residual", "", "", "1", float(worst), "")], columns=COLUMNS)
