"""What the draws say together: percentiles of every number and path, which plan comes first how often, and which draws failed and why."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kanmon.ensembles.outcomes import FAILURE, KEYS, PLAN

CENTRAL_DRAW = -1
"""Number of the run at the central figures, which is not a draw."""

PERCENTILES = {"p5": 0.05, "p25": 0.25, "p50": 0.50, "p75": 0.75, "p95": 0.95}

RANKED = "net benefit, expected"
"""The outcome of plans by which they are ranked."""


def bands(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Percentiles of every outcome over the draws.

    Args:
        outcomes: draws and the run at the central figures (:func:`kanmon.ensembles.chunks.read_draws`), without failures.

    Returns:
        columns of :data:`KEYS`, central (NaN where that run has no such outcome), p5, p25, p50, p75, p95, mean, deviation (standard), draws (that have
        the outcome) and noted (share of these with something to be said of the number, such as a price at an assumed choke).
    """
    drawn = outcomes[outcomes["draw"] != CENTRAL_DRAW]
    if drawn.empty:
        return pd.DataFrame(columns=[*KEYS, "central", *PERCENTILES, "mean", "deviation", "draws", "noted"])
    groups = drawn.groupby(KEYS, observed=True, sort=False)
    values = groups["value"]
    table = values.quantile(list(PERCENTILES.values())).unstack()
    table.columns = list(PERCENTILES)
    table["mean"], table["deviation"], table["draws"] = values.mean(), values.std(ddof=1), values.count()
    table["noted"] = (drawn["note"].astype(str) != "").groupby([drawn[key] for key in KEYS], observed=True, sort=False).mean()
    middle = outcomes[outcomes["draw"] == CENTRAL_DRAW].drop_duplicates(KEYS).set_index(KEYS)["value"].rename("central")
    table = table.reset_index().astype(dict.fromkeys(KEYS, str))
    middle.index = pd.MultiIndex.from_frame(middle.index.to_frame(index=False).astype(str))
    table = table.join(middle, on=KEYS)
    return table[[*KEYS, "central", *PERCENTILES, "mean", "deviation", "draws", "noted"]]


def worths(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Net benefit in expectation, draw x plan [million USD]."""
    drawn = outcomes[(outcomes["kind"] == PLAN) & (outcomes["quantity"] == RANKED)].astype({"subject": str})
    return drawn.pivot_table(index="draw", columns="subject", values="value", sort=False)


def rank_first(outcomes: pd.DataFrame) -> pd.DataFrame:
    """How often each plan has the largest net benefit, all plans of a draw judged under the same figures. Draws in which a plan has no number are
    left out: it cannot be said who would have come first.

    Returns:
        columns plan, draws, first (a draw shared between plans that tie counts in parts), share, error (standard, of the share), mean_rank.
    """
    worth = worths(outcomes[outcomes["draw"] != CENTRAL_DRAW]).dropna()
    if worth.empty:
        return pd.DataFrame(columns=["plan", "draws", "first", "share", "error", "mean_rank"])
    best = worth.eq(worth.max(axis=1), axis=0)
    first = best.div(best.sum(axis=1), axis=0).sum()
    share = first / len(worth)
    table = pd.DataFrame({"draws": len(worth), "first": first, "share": share, "error": np.sqrt(share * (1 - share) / len(worth)), "mean_rank": worth.rank(axis=1, ascending=False).mean()})
    return table.rename_axis("plan").reset_index().sort_values("share", ascending=False, kind="stable", ignore_index=True)


def failures(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Draws without a solution, or plans without one in a draw: draw, subject (the plan, or empty), error, message. Their inputs stand in
    inputs.parquet with those of all others."""
    failed = outcomes[outcomes["kind"] == FAILURE].rename(columns={"quantity": "error", "note": "message"})
    return failed[["draw", "subject", "error", "message"]].astype({"subject": str, "error": str, "message": str}).sort_values("draw", kind="stable", ignore_index=True)


def failed_inputs(failed: pd.DataFrame, inputs: pd.DataFrame) -> pd.DataFrame:
    """Inputs of the draws in which something failed, one a row: draw, factor, value."""
    rows = inputs.loc[[draw for draw in failed["draw"].unique() if draw in inputs.index]]
    return rows.rename_axis("draw").reset_index().melt("draw", var_name="factor", value_name="value").sort_values(["draw"], kind="stable", ignore_index=True)


def numbers(outcomes: pd.DataFrame, kinds: Sequence[str]) -> pd.DataFrame:
    """Outcomes that are one number a run, wide: one row a draw, one column each (:data:`KEYS` as its name)."""
    drawn = outcomes[outcomes["kind"].isin(list(kinds)) & (outcomes["draw"] != CENTRAL_DRAW)]
    wide = drawn.astype(dict.fromkeys(KEYS, str)).pivot_table(index="draw", columns=KEYS, values="value", sort=False)
    return wide
