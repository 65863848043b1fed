"""What each mechanism adds to a price: the price as asked, less the price without it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import pandas as pd

COLUMNS = ["good", "variant", "unit", "multiple", "difference"]


class Variant(StrEnum):
    """A scenario as asked, and with one of its mechanisms switched off."""

    AS_ASKED = "as asked"
    END_KNOWN = "the end known to all"
    NO_NOTICE = "no notice"
    NO_STOCKS = "no private stocks"
    NO_QUALIFICATION = "suppliers need no qualification"
    NOTHING_BUILT = "nothing is built"
    NO_SCRAP_LOOP = "no scrap loop"
    THIRD_COUNTRIES_FREE = "sales to third countries free"
    NO_REACH = "no reach to what is made of it"
    PASSING_ON_FREE = "passing on free"
    NO_SURGE_LIMIT = "no limit on the rush"
    NO_STOCKPILE = "no national stockpile"
    NO_CONTRACT = "no take-or-pay contract"
    PRICE_TAKERS = "exporters take prices"


def contributions(means: Mapping[str, pd.Series]) -> pd.DataFrame:
    r"""Mean price of the focus region while in force under each variant, by good.

    .. math:: \Delta_{gv} = \pi_g - \pi_{gv} \qquad [\text{multiples of the baseline price}]

    with :math:`\pi_g` the mean as asked and :math:`\pi_{gv}` the mean with mechanism v off. The differences need not add up to the
    whole rise: each mechanism is switched off with all others on.

    Args:
        means: by variant, the one as asked among them, the mean multiple by good (:func:`kanmon.indicators.prices.mean_multiples`).

    Returns:
        columns :data:`COLUMNS`: ``multiple`` of the baseline, ``difference`` as asked less without.
    """
    asked = means[Variant.AS_ASKED]
    rows = [(good, str(variant), "x baseline", float(found[good]), float(price - found[good])) for good, price in asked.items() for variant, found in means.items() if good in found]
    return pd.DataFrame(rows, columns=COLUMNS)
