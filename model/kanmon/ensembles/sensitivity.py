r"""Which facts decide a number, read from the draws as they are: no further run is needed.

*Tornado.* Mean of the number over the fifth of the draws in which a fact is lowest and over that in which it is highest, the other facts
free. Its standard error is that of a difference of two means.

*First-order index.* Share of the variance of the number that knowing the one fact would remove, by the analysis of variance over K classes
of equal size of that fact, less what chance gives:

.. math::
    \hat S_i = \frac{B_i - (K-1) W_i}{B_i + (n-K) W_i + W_i}, \qquad
    B_i = \sum_k n_k (\bar y_{ik} - \bar y)^2, \quad W_i = \frac{1}{n-K}\sum_k \sum_{j\in k} (y_j - \bar y_{ik})^2

It is without bias where the fact does not matter and misses :math:`1/K^2` of a straight line's share. Its interval is a bootstrap over
draws. For correlated facts it holds what a fact says about the others too.

*Noise floor.* Where a fact does not matter, :math:`B_i / ((K-1) W_i)` follows an F distribution. The floor is the index that the largest of
all the facts that do not matter stays below with 95 % probability; an index below it is no finding (a fact that acts only together with others may pass it by a little). It falls with the number of draws: about
0.03 for 500 facts and 1,000 draws.

Source: Hays (1963), omega squared; Saltelli et al. (2008), Global Sensitivity Analysis, section 1.2.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy.sparse as sparse
from scipy.stats import f as fisher
from scipy.stats import norm

from kanmon.ensembles.outcomes import KEYS

FIFTH = 0.2
"""Share of the draws at each end of a tornado [1]."""

CONFIDENCE = 0.95
"""Of intervals and floors [1]."""

RESAMPLES = 100
"""Resamples of the bootstrap."""

FEWEST = 20
"""Draws below which nothing is said about what decides a number."""

LARGEST_CLASSES = 20

ROUNDING = 1e-9
"""Share of the largest number of its kind below which differences are rounding [1]."""


def classes_for(draws: int) -> int:
    """Number of classes of a fact: more see a curve better, fewer are less noisy."""
    return int(np.clip(np.sqrt(draws) / 2.0, 2, LARGEST_CLASSES))


def noise_floor(draws: int, factors: int, classes: int) -> float:
    """Index that the largest of so many facts that do not matter stays below with 95 % probability [1]."""
    excess = (classes - 1) * (fisher.ppf(1.0 - (1.0 - CONFIDENCE) / factors, classes - 1, draws - classes) - 1.0)
    return float(excess / (excess + draws))


def first_order(inputs: np.ndarray, outcome: np.ndarray, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """First-order index of every factor and half the width of its 95 % interval.

    Args:
        inputs: draw x factor.
        outcome: of each draw.
        seed: of the bootstrap.

    Returns:
        index and half-width, by factor [1]; nil where the outcome never changes.
    """
    draws, classes = len(outcome), classes_for(len(outcome))
    member = _membership(inputs, classes)
    index = _omega_squared(member, outcome[:, None], np.ones((draws, 1)), classes)[:, 0]
    picked = np.random.default_rng(seed).multinomial(draws, np.full(draws, 1.0 / draws), size=RESAMPLES).T.astype(float)
    spread = _omega_squared(member, np.repeat(outcome[:, None], RESAMPLES, axis=1), picked, classes).std(axis=1, ddof=1)
    return index, norm.ppf(0.5 + CONFIDENCE / 2.0) * spread


def _membership(inputs: np.ndarray, classes: int) -> sparse.csr_array:
    """Which draws are in which class of which factor, (factor, class) x draw."""
    draws, factors = inputs.shape
    order = np.argsort(inputs, axis=0, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(draws)[:, None], axis=0)
    rows = (rank * classes // draws) + classes * np.arange(factors)[None, :]
    return sparse.csr_array((np.ones(rows.size), (rows.T.ravel(), np.tile(np.arange(draws), factors))), shape=(factors * classes, draws))


def _omega_squared(member: sparse.csr_array, outcome: np.ndarray, weight: np.ndarray, classes: int) -> np.ndarray:
    """Index by factor and resample; outcome and weight (how often a draw counts) are draw x resample."""
    draws = weight.sum(axis=0)
    centred = outcome - (weight * outcome).sum(axis=0) / draws
    total = (weight * centred**2).sum(axis=0)
    size, sums = member @ weight, member @ (weight * centred)
    between = np.divide(sums**2, size, out=np.zeros_like(sums), where=size > 0).reshape(-1, classes, sums.shape[1]).sum(axis=1)
    within = np.maximum(total - between, 0.0) / np.maximum(draws - classes, 1.0)
    return np.divide(between - (classes - 1) * within, total + within, out=np.zeros_like(between), where=np.broadcast_to(total > 0, between.shape))


def tornado_of(inputs: np.ndarray, outcome: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Mean outcome at the low and at the high end of every factor, and the standard error of their difference."""
    size = max(int(FIFTH * len(outcome)), 1)
    order = np.argsort(inputs, axis=0, kind="stable")
    low, high = outcome[order[:size]].mean(axis=0), outcome[order[-size:]].mean(axis=0)
    return low, high, float(outcome.std(ddof=1) * np.sqrt(2.0 / size))


def sensitivities(inputs: pd.DataFrame, numbers: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tornado and first-order indices of every number.

    Args:
        inputs: one row a draw, one column a factor.
        numbers: one row a draw that has a solution, one column a number (:func:`kanmon.ensembles.summary.numbers`).

    Returns:
        tornado: :data:`KEYS`, factor, low, high (mean at each end), difference, error, draws, above_noise;
        indices: :data:`KEYS`, factor, index, half_width, floor, draws, above_noise. Strongest first within a number.
    """
    swings, shares, size = [], [], _sizes(numbers)
    for place, key in enumerate(numbers.columns):
        known = numbers[key].dropna()
        if len(known) < FEWEST or np.ptp(known.to_numpy()) <= ROUNDING * size[key]:
            continue
        drawn, outcome = inputs.loc[known.index].to_numpy(), known.to_numpy()
        names = dict(zip(KEYS, key, strict=True)) | {"draws": len(known)}
        low, high, error = tornado_of(drawn, outcome)
        least = norm.ppf(0.5 + CONFIDENCE ** (1.0 / drawn.shape[1]) / 2.0) * error
        swing = pd.DataFrame({"factor": inputs.columns, "low": low, "high": high, "difference": high - low, "error": error, "above_noise": np.abs(high - low) > least})
        swings.append(swing.sort_values("difference", key=np.abs, ascending=False, kind="stable").assign(**names))
        index, half = first_order(drawn, outcome, place)
        floor = noise_floor(len(known), drawn.shape[1], classes_for(len(known)))
        share = pd.DataFrame({"factor": inputs.columns, "index": index, "half_width": half, "floor": floor, "above_noise": index > floor})
        shares.append(share.sort_values("index", ascending=False, kind="stable").assign(**names))
    return _joined(swings, ["factor", "low", "high", "difference", "error", "draws", "above_noise"]), _joined(shares, ["factor", "index", "half_width", "floor", "draws", "above_noise"])


def _sizes(numbers: pd.DataFrame) -> dict[tuple, float]:
    """Largest figure among the numbers of the kind and unit of each: what differs by less than rounding of it does not differ."""
    largest = numbers.abs().max()
    alike = [(key[KEYS.index("kind")], key[KEYS.index("unit")]) for key in numbers.columns]
    return {key: max(value for other, value in zip(alike, largest, strict=True) if other == mine) for key, mine in zip(numbers.columns, alike, strict=True)}


def _joined(parts: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    return pd.concat(parts, ignore_index=True)[[*KEYS, *columns]] if parts else pd.DataFrame(columns=[*KEYS, *columns])
