"""What things usually cost: prices on the path without any plan, which stockpiles buy and sell by and closing stocks are valued at."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from kanmon.runs.baseline import Baseline
from kanmon.world.world import Floats


@dataclass(frozen=True)
class UsualPrices:
    """Prices of the path without a plan.

    Attributes:
        first: first month.
        price: by (region, good), month after month [USD/t].
    """

    first: int
    price: dict[tuple[str, str], Floats]

    def at(self, market: tuple[str, str], month: int) -> float | None:
        """Price of a market in a month, after the last one as in it; None for a market that the path does not have."""
        path = self.price.get(market)
        return None if path is None else float(path[min(month - self.first, path.size - 1)])

    def highest(self, market: tuple[str, str], first: int, last: int) -> float | None:
        """Highest price from one month to another, both counted."""
        path = self.price.get(market)
        return None if path is None else float(path[first - self.first : last - self.first + 1].max())


def usual_prices(baseline: Baseline) -> UsualPrices:
    """Prices of a path, of each window those of the months until the next.

    Args:
        baseline: on a path.
    """
    windows = baseline.path
    ends = [following.market.first for _, following in pairwise(windows)] + [windows[-1].market.first + windows[-1].market.months]
    parts = [window.price[:, : end - window.market.first] for window, end in zip(windows, ends, strict=True)]
    whole = np.concatenate(parts, axis=1)
    return UsualPrices(windows[0].market.first, {key: whole[place] for place, key in enumerate(windows[0].market.world.nodes.keys)})
