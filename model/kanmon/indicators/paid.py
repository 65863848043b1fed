"""What buyers pay on average where only a part of what they buy reprices each month: spot and contract."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kanmon.indicators.prices import FOCUS
from kanmon.indicators.view import UNRESTRICTED_MARK

COLUMNS = ["good", "month", "unit", "repricing_share", "spot", "paid", "paid_baseline", "multiple"]


def average_paid(spot: NDArray[np.float64], repricing_share: float, before: float) -> NDArray[np.float64]:
    r"""Average price paid: each month a share of purchases takes the price of that month, the rest keeps what it paid before.

    .. math::
        p_{gt} = \chi_g\, \lambda_{gt} + (1 - \chi_g)\, p_{g,t-1}, \qquad p_{g,-1} = \bar\lambda_{g0}
        \qquad [\mathrm{USD/t}]

    The shares stand for a mixture of spot purchases and contracts of all ages, in which every contract is equally likely to come up
    for repricing; the mean age of a price paid is :math:`(1 - \chi)/\chi` months. It is bookkeeping beside the market and changes
    nothing in it: what one tonne more or less costs is the spot price, and use, stocks and trade answer that.

    Args:
        spot: market price by month [USD/t].
        repricing_share: share of purchases that reprices each month [1].
        before: price paid in the month before the first [USD/t].

    Returns:
        average price paid by month [USD/t].
    """
    paid = np.empty(len(spot))
    last = before
    for month, price in enumerate(spot):
        last = repricing_share * price + (1.0 - repricing_share) * last
        paid[month] = last
    return paid


def prices_paid(paths: pd.DataFrame, repricing_shares: Mapping[str, float]) -> pd.DataFrame:
    """Spot price of the focus region and the average price paid there, with and without the measures.

    Args:
        paths: price paths (:func:`kanmon.indicators.prices.price_paths`).
        repricing_shares: good -> share of purchases that reprices each month [1]; a good without one is left out.

    Returns:
        columns :data:`COLUMNS`: ``spot``, ``paid`` and ``paid_baseline`` (the same rule on the baseline prices) in USD/t, ``multiple``
        their ratio [1].
    """
    parts = []
    focus = paths[paths["group"] == FOCUS]
    for good, path in focus.groupby("good", sort=False):
        share = repricing_shares.get(str(good).removesuffix(UNRESTRICTED_MARK))
        if share is None:
            continue
        path = path.sort_values("month")
        spot, baseline = path["value"].to_numpy(dtype=float), path["baseline"].to_numpy(dtype=float)
        paid, usual = average_paid(spot, share, baseline[0]), average_paid(baseline, share, baseline[0])
        parts.append(path[["good", "month", "unit"]].assign(repricing_share=share, spot=spot, paid=paid, paid_baseline=usual, multiple=paid / usual))
    return pd.concat(parts, ignore_index=True)[COLUMNS] if parts else pd.DataFrame(columns=COLUMNS)
