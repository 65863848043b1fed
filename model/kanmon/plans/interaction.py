"""Whether levers of a plan help or hinder each other: what the plan avoids against what its levers avoid one by one."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from kanmon.plans.costs import MILLION
from kanmon.plans.evaluate import Evaluation
from kanmon.plans.schema import Plan

COLUMNS = ["plan", "future", "unit", "together", "one_by_one", "interaction", "reading_key", "reading"]

SMALL = 0.02
"""Differences within this share of the larger figure say nothing [1]."""

APART, LESS, MORE = "apart", "less", "more"
READINGS = {
    APART: "levers neither help nor hinder each other",
    LESS: "worth less together: each lever leaves the others less of the loss to avoid",
    MORE: "worth more together: one lever lets another work, or what two would each bid up is bought once",
}
"""What the difference says, by its key in the catalogues of the pages."""


def singles(plans: Mapping[str, Plan]) -> dict[str, Plan]:
    """Every lever of plans with two or more as a plan of its own, by a name that says plan and lever."""
    found = {}
    for name, plan in plans.items():
        if len(plan.pulled) > 1:
            found.update({f"{name}: {step.name}": plan.model_copy(update={"title": step.name, "levers": (step,)}) for step in plan.pulled})
    return found


def interaction(evaluation: Evaluation, alone: Evaluation) -> pd.DataFrame:
    """Loss avoided by each plan with two or more levers, and by its levers one by one.

    Args:
        evaluation: the plans.
        alone: their levers (:func:`singles`), evaluated in the same futures.

    Returns:
        columns plan, future, unit (million USD), together, one_by_one, interaction (the difference), reading_key, reading.
    """
    avoided, parts = evaluation.avoided(), alone.avoided()
    rows = []
    for name in dict.fromkeys(str(single).split(": ")[0] for single in parts.index):
        sums = parts[[str(single).startswith(f"{name}: ") for single in parts.index]].sum(skipna=False)
        for future in avoided.columns:
            together, apart = float(avoided.loc[name, future]), float(sums[future])
            key = reading(together, apart)
            rows.append((name, future, MILLION, together, apart, together - apart, key, READINGS[key]))
    return pd.DataFrame(rows, columns=COLUMNS)


def reading(together: float, apart: float) -> str:
    """Key of what the difference says."""
    size = max(abs(together), abs(apart))
    if size == 0 or abs(together - apart) <= SMALL * size:
        return APART
    return LESS if together < apart else MORE
