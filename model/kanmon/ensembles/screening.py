"""What groups of facts decide, from designs made for it: Morris screening, and the variance-based indices of Sobol. Facts are independent here."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from SALib.analyze import morris as morris_analysis
from SALib.analyze import sobol as sobol_analysis

from kanmon.ensembles.correlation import independent
from kanmon.ensembles.design import LEVELS, Plan, Sampler, block, problem_of, shares
from kanmon.ensembles.factors import Factor
from kanmon.ensembles.outcomes import KEYS

COLUMNS = [*KEYS, "group", "measure", "value", "half_width", "blocks", "left_out"]


def screened(plan: Plan, factors: Sequence[Factor], numbers: pd.DataFrame) -> pd.DataFrame:
    """Measures of every group for every number.

    Args:
        plan: a design of Morris or Saltelli.
        factors: what is drawn.
        numbers: one row a run that has a solution, one column a number.

    Returns:
        :data:`KEYS`, group, measure, value, half_width (of the 95 % interval), blocks (trajectories or base points that count) and left_out (those
        with a run that failed). Measures are ``mean effect`` (Morris mu*: absolute change of the number from one level to the next, averaged),
        ``first order`` and ``total`` (Sobol S1 and ST).
    """
    size = block(plan, factors)
    design = shares(plan, factors, independent(factors))
    parts = [_measured(plan, factors, design, numbers[key].reindex(range(len(design))), key, size) for key in numbers.columns]
    parts = [part for part in parts if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)


def _measured(plan: Plan, factors: Sequence[Factor], design: np.ndarray, outcome: pd.Series, key: tuple[str, ...], size: int) -> pd.DataFrame:
    """Measures of one number, over the blocks all of whose runs have a solution."""
    values = outcome.to_numpy().reshape(-1, size)
    whole = np.isfinite(values).all(axis=1)
    if whole.sum() < 2 or not np.ptp(values[whole]) > 0:
        return pd.DataFrame(columns=COLUMNS)
    runs, problem = values[whole].ravel(), problem_of(factors)
    found = _morris(problem, design[np.repeat(whole, size)], runs, plan.seed) if plan.sampler == Sampler.MORRIS else _sobol(problem, runs, plan.seed)
    return found.assign(**dict(zip(KEYS, key, strict=True)), blocks=int(whole.sum()), left_out=int((~whole).sum()))[COLUMNS]


def _morris(problem: dict, design: np.ndarray, values: np.ndarray, seed: int) -> pd.DataFrame:
    result = morris_analysis.analyze(problem, design, values, num_levels=LEVELS, seed=seed)
    return pd.DataFrame({"group": result["names"], "measure": "mean effect", "value": np.asarray(result["mu_star"], float), "half_width": np.asarray(result["mu_star_conf"], float)})


def _sobol(problem: dict, values: np.ndarray, seed: int) -> pd.DataFrame:
    result = sobol_analysis.analyze(problem, values, calc_second_order=False, seed=seed)
    names = list(dict.fromkeys(problem["groups"]))
    parts = [pd.DataFrame({"group": names, "measure": name, "value": result[column], "half_width": result[f"{column}_conf"]}) for name, column in (("first order", "S1"), ("total", "ST"))]
    return pd.concat(parts, ignore_index=True)
