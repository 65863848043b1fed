"""Who goes without when there is not enough: rules that share one quantity out, none of which is more than a convention.

Axes: month t, use s (an industry of a region), good g. A rule never hands a use more than its need.
"""

from __future__ import annotations

import numpy as np

LEAST_VALUE, PRIORITY, MARKET, PRO_RATA = "least value", "priority list", "market", "pro rata"
RULES = (LEAST_VALUE, PRIORITY, MARKET, PRO_RATA)
"""Rules: who goes without is chosen so that the economy loses least (a linear program, :mod:`kanmon.economy.rationing`); by a list, the
industry whose tonne carries the least value added of its own first; as in the market; everyone alike. The market's is the headline's,
fixed in advance."""

SHED, UNMET = "shed", "unmet"
QUANTITIES = (SHED, UNMET)
"""What is shared out: what the market sheds at the choke; or all that is used less than in the baseline, as if nothing could be saved."""


def share_out(lacking: np.ndarray, need: np.ndarray, value: np.ndarray, rule: str) -> np.ndarray:
    r"""Quantity that each use goes without.

    .. math::
        \text{market: } h_{tsg};\qquad
        \text{pro rata: } q^0_{tsg}\, \frac{\sum_s h_{tsg}}{\sum_s q^0_{tsg}};\qquad
        \text{priority list: the uses of least value go without first} \qquad [\mathrm{t/month}]

    Args:
        lacking: quantity that each use goes without in the market [t, s, g].
        need: use of the baseline [t, s, g].
        value: value added that a tonne carries [s]; uses of unknown value come with nil and go without first.
        rule: one of :data:`RULES` but the first, which shares nothing out beforehand.

    Raises:
        ValueError: there is no such rule.
    """
    if rule == MARKET:
        return lacking
    total = lacking.sum(axis=1, keepdims=True)
    if rule in (PRO_RATA, PRIORITY) and (total < 0).any():  # more of it is used than before, in place of another good: nothing to share out
        short = np.where(total > 0, lacking, 0.0)
        return share_out(short, need, value, rule) + np.where(total > 0, 0.0, lacking)
    if rule == PRO_RATA:
        needed = need.sum(axis=1, keepdims=True)
        return need * np.divide(total, needed, out=np.zeros_like(total), where=needed > 0)
    if rule == PRIORITY:
        return in_order(total[:, 0], need, np.argsort(value, kind="stable"))
    raise ValueError(f"no rule of allocation is called {rule!r}")


def in_order(total: np.ndarray, need: np.ndarray, order: np.ndarray) -> np.ndarray:
    """A priority list: the uses named first go without first, each up to its need.

    Args:
        total: quantity lacking [t, g].
        need: use of the baseline [t, s, g].
        order: places of the uses, the one that goes without first in front.
    """
    ranked = need[:, order]
    before = np.cumsum(ranked, axis=1) - ranked
    without = np.clip(total[:, None] - before, 0.0, ranked)
    out = np.empty_like(without)
    out[:, order] = without
    return out
