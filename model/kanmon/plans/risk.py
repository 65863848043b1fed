"""Figures by which plans are ranked over futures: expectation, tail, regret, dominance. Functions of tables plan x future."""

from __future__ import annotations

import numpy as np
import pandas as pd

SAME = 1e-9
"""Losses and costs that differ by less, in million USD, are the same: the tolerance of the solver."""


def expected(table: pd.DataFrame, probability: dict[str, float]) -> pd.Series:
    """Mean over futures, by plan."""
    return table @ pd.Series(probability).reindex(table.columns)


def tail_mean(table: pd.DataFrame, probability: dict[str, float], tail: float) -> pd.Series:
    r"""Mean of the worst futures that together have the probability of the tail, by plan: the conditional value at risk of a loss.

    .. math:: \mathrm{CVaR}(p) = \frac{1}{\alpha} \sum_s \pi'_s L(p, s), \qquad \pi'_s \le \pi_s,\ \sum_s \pi'_s = \alpha,\ \text{the largest losses first}

    Where a future straddles the end of the tail, the part of its probability that lies in the tail counts.
    Source: Rockafellar and Uryasev (2000).
    """
    return table.apply(lambda losses: _tail_mean(losses.to_numpy(dtype=float), np.array([probability[future] for future in table.columns]), tail), axis=1)


def _tail_mean(loss: np.ndarray, probability: np.ndarray, tail: float) -> float:
    if np.isnan(loss).any():
        return float("nan")
    order = np.argsort(-loss, kind="stable")
    gone = np.concatenate([[0.0], np.cumsum(probability[order])])
    counted = np.clip(tail - gone[:-1], 0.0, probability[order])
    return float(counted @ loss[order] / tail)


def regret(net: pd.DataFrame) -> pd.DataFrame:
    """What a plan gains less than the best one of each future, plan x future."""
    return net.max(axis=0) - net


def dominated_by(loss: pd.DataFrame, cost: pd.Series) -> dict[str, str]:
    """Plans to which another one is preferable whatever comes, and that other one: it costs no more, loses no more in any future, and less
    somewhere. The cheapest such one is named."""
    whole = loss.assign(cost=cost).dropna()
    found = {}
    for plan, mine in whole.iterrows():
        better = (whole <= mine + SAME).all(axis=1) & (whole < mine - SAME).any(axis=1)
        if better.any():
            found[str(plan)] = str(whole.loc[better, "cost"].idxmin())
    return found


def near_equal(value: pd.Series, tolerance: float) -> dict[str, list[str]]:
    """Plans whose value differs from a plan's by no more than a share of the range over all plans, by plan."""
    span = float(value.max() - value.min())
    return {str(plan): [str(other) for other in value.index if other != plan and abs(value[other] - value[plan]) <= tolerance * span] for plan in value.index}
