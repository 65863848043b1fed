"""Plans in futures: every plan solved on its own path and in every future, and set against doing nothing.

With plan p and future s, what the focus region gains over doing nothing is

.. math:: G(p, s) = \\underbrace{L(0, s) - L(p, s)}_{\\text{loss avoided}} - \\underbrace{\\big(O(p) - [W(p) - W(0)]\\big)}_{\\text{cost}} \\qquad [\\mathrm{USD}]

L: surplus lost in the crisis against the plan's own path; W: surplus on the path, from the month of the first decision to the end of the
futures; O: what the plan costs beside (:mod:`kanmon.plans.costs`). Everything is discounted to one month at the rate of public projects,
while the market goes on discounting at its own. What a stockpile pays and gets is in W and L, its closing stock with it. A plan without
levers is doing nothing, and avoids exactly nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from os import cpu_count
from types import MappingProxyType

import joblib
import pandas as pd

from kanmon.errors import KanmonError
from kanmon.pack.load import Pack
from kanmon.plans.costs import MILLION, monthly_factor
from kanmon.plans.levers import Lever
from kanmon.plans.outcome import COLUMNS, NOWHERE, Outcome, discounted, outcome_of
from kanmon.plans.reading import Futures, demand_fit
from kanmon.plans.schema import Plan
from kanmon.runs.rolling import Progress
from kanmon.runs.starts import Starts
from kanmon.scenario.months import month_name

PATH_GAIN_COLUMNS = ["plan", "region", "account", "unit", "value"]


@dataclass(frozen=True)
class Evaluation:
    """Plans evaluated in futures; money in million USD, discounted to ``futures.counted_from`` unless a table says otherwise.

    Attributes:
        plans: by name, in the order asked for; failed ones among them.
        futures: what they were evaluated in.
        losses: plan, future, region, account, unit, value: surplus lost against the plan's own path.
        path: plan, region, account, unit, value: surplus on the path more than without a plan.
        costs: plan, lever, item, unit, value: what is paid beside the market.
        value_added: plan, future, account, rule, quantity, unit, value: value added lost, undiscounted, at central values.
        prices, timing, exporter: plan, future and headlines.
        runs: plan, future, worst_residual, seconds, error.
        reference: outcome of doing nothing, to evaluate more plans against.
        errors: why nothing came of a plan, by name.
        starts: what the same plans on a like pack may start from, by plan and future; doing nothing by "".
    """

    plans: dict[str, Plan]
    futures: Futures
    losses: pd.DataFrame
    path: pd.DataFrame
    costs: pd.DataFrame
    value_added: pd.DataFrame
    prices: pd.DataFrame
    timing: pd.DataFrame
    exporter: pd.DataFrame
    runs: pd.DataFrame
    reference: Outcome
    errors: dict[str, str]
    starts: Mapping[str, Mapping[str, Starts]] = field(default_factory=dict)

    @property
    def focus(self) -> str:
        """Region whose plans are judged."""
        return self.futures.focus

    @property
    def failed(self) -> set[tuple[str, str]]:
        """Plans and futures that have no numbers."""
        failed = self.runs[self.runs["error"] != ""]
        return set(zip(failed["plan"], failed["future"], strict=True)) | {(plan, future) for plan in self.errors for future in self.futures.scenarios}

    def loss(self) -> pd.DataFrame:
        """Surplus that the focus region loses, plan x future [million USD]; without a number where a run failed."""
        table = _by_future(self.losses[self.losses["region"] == self.focus], self)
        for plan, future in self.failed:
            table.loc[plan, future] = float("nan")
        return table

    def cost(self) -> pd.Series:
        """What a plan costs the focus region, whatever comes: outside costs less what is gained on the path, by plan [million USD]."""
        outside = self.costs.groupby("plan")["value"].sum()
        gained = self.path[self.path["region"] == self.focus].groupby("plan")["value"].sum()
        cost = outside.reindex(list(self.plans), fill_value=0.0) - gained.reindex(list(self.plans), fill_value=0.0)
        return cost.astype(float).where([name not in self.errors for name in self.plans]).rename("cost")

    def avoided(self) -> pd.DataFrame:
        """Loss that a plan avoids, plan x future [million USD]."""
        table = self.loss()
        nothing = self.reference.losses[self.reference.losses["region"] == self.focus].groupby("future")["value"].sum()
        return nothing.reindex(table.columns, fill_value=0.0) - table

    def net(self) -> pd.DataFrame:
        """Net benefit: loss avoided less cost, plan x future [million USD]."""
        return self.avoided().sub(self.cost(), axis=0)


def evaluate(plans: Mapping[str, Plan], futures: Futures, pack: Pack, workers: int | None = None, reference: Outcome | None = None, downstream: bool = True, progress: Progress = lambda stage: None, near: Mapping[str, Mapping[str, Starts]] = MappingProxyType({})) -> Evaluation:
    """Evaluate plans in futures, each in a process of its own; those that do the same are evaluated once.

    Args:
        plans: by name.
        futures: what may come.
        pack: a validated data pack.
        workers: processes; as many as there are processors if left out, 1 for none beside this one.
        reference: outcome of doing nothing, of an evaluation in the same futures on the same pack; found anew if left out.
        downstream: whether value added is asked for.
        progress: called with what is under way.
        near: ``starts`` of an evaluation of the same plans, from which they start in place of doing nothing; all is the same to the tolerance of the solver.

    Raises:
        InputError: plans, futures and pack do not fit together.
        KanmonError: doing nothing cannot be evaluated, so that nothing can be compared with it. Other plans that fail keep their reason.
    """
    levers = demand_fit(plans, futures, pack)
    if reference is None:
        progress("doing nothing")
        reference = doing_nothing(futures, pack, levers, downstream, near.get("", NOWHERE))
    done = {name: (plan.decided, plan.pulled) for name, plan in plans.items() if plan.pulled}
    first = {what: name for name, what in reversed(done.items())}
    progress(f"{len(done)} plans in {len(futures.scenarios)} futures")
    jobs = min(cpu_count() or 1 if workers is None else workers, max(len(first), 1))
    found = joblib.Parallel(n_jobs=jobs)(joblib.delayed(outcome_of)(plans[name], futures, pack, levers, reference, downstream, near.get(name, reference.starts)) for name in first.values())
    outcomes = dict(zip(first, found, strict=True))
    return gathered(plans, futures, pack, {name: outcomes[done[name]] if name in done else reference for name in plans}, reference)


def doing_nothing(futures: Futures, pack: Pack, levers: Mapping[str, Lever], downstream: bool = True, near: Mapping[str, Starts] = NOWHERE) -> Outcome:
    """Outcome of a plan without levers, started from ``near``.

    Raises:
        KanmonError: it cannot be evaluated.
    """
    nothing = Plan.model_validate({"title": "nothing", "decided": month_name(futures.counted_from)})
    outcome = outcome_of(nothing, futures, pack, levers, None, downstream, near)
    reasons = [outcome.error, *outcome.runs["error"]]
    if any(reasons):
        raise KanmonError("doing nothing cannot be evaluated: " + "; ".join(reason for reason in reasons if reason))
    return outcome


def gathered(plans: Mapping[str, Plan], futures: Futures, pack: Pack, outcomes: Mapping[str, Outcome], reference: Outcome) -> Evaluation:
    """Outcomes of plans as one evaluation."""
    factor = monthly_factor(pack)
    tables = {key: _stacked({name: getattr(outcome, key) for name, outcome in outcomes.items()}, columns) for key, columns in COLUMNS.items()}
    costs = _stacked({name: outcome.costs for name, outcome in outcomes.items()}, list(reference.costs.columns))
    path = pd.concat([path_gain(outcome, reference, futures.counted_from, factor).assign(plan=name) for name, outcome in outcomes.items() if not outcome.error])
    errors = {name: outcome.error for name, outcome in outcomes.items() if outcome.error}
    starts = {"": reference.starts, **{name: outcome.starts for name, outcome in outcomes.items() if outcome is not reference}}
    return Evaluation(dict(plans), futures, starts=starts, path=path[PATH_GAIN_COLUMNS].reset_index(drop=True), costs=costs, reference=reference, errors=errors, **tables)


def path_gain(outcome: Outcome, reference: Outcome, first: int, factor: float) -> pd.DataFrame:
    """Surplus on the path of a plan more than on that of doing nothing, by region and account, discounted.

    Returns:
        columns region, account, unit (million USD), value.
    """
    keys = ["month", "region", "account"]
    mine, other = (item.path.groupby(keys, sort=False)["value"].sum() for item in (outcome, reference))
    change = mine.sub(other, fill_value=0.0).reset_index()
    change = change[change["month"] >= month_name(first)]  # before, there is one path
    change = change.assign(value=discounted(change["month"], change["value"], first, factor) / 1e6)
    return change.groupby(["region", "account"], sort=False)["value"].sum().reset_index().assign(unit=MILLION)


def _stacked(tables: Mapping[str, pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    """Tables of plans one under the other, with the plan in front."""
    filled = [table.assign(plan=name) for name, table in tables.items() if len(table)]
    return pd.concat(filled, ignore_index=True)[["plan", *columns]] if filled else pd.DataFrame(columns=["plan", *columns])


def _by_future(table: pd.DataFrame, evaluation: Evaluation) -> pd.DataFrame:
    """Sums by plan and future; nothing where nothing happens."""
    sums = table.groupby(["plan", "future"])["value"].sum().unstack("future")
    return sums.reindex(index=list(evaluation.plans), columns=list(evaluation.futures.scenarios)).fillna(0.0).astype(float)
