"""What the market's tables say to industries, month by month: price ratios, use, shed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kanmon.competitiveness.facts import Industries

SMALLEST = 1e-6
"""Least ratio of prices: a price net of scrap may not vanish [1]."""


@dataclass(frozen=True)
class MarketMonths:
    """Axes: month t, industry i, region r, good g.

    Attributes:
        months: names.
        price_ratio: price over baseline, net of what scrap earns [t, i, r, g] [1].
        base_price: baseline price, net of scrap [t, i, r, g] [USD/t].
        use, shed, base: use met, use shed, and use of the baseline [t, i, r, g] [t/month].
    """

    months: tuple[str, ...]
    price_ratio: np.ndarray
    base_price: np.ndarray
    use: np.ndarray
    shed: np.ndarray
    base: np.ndarray

    @property
    def shed_share(self) -> np.ndarray:
        r"""Share of an industry's need that is shed, its goods weighted by their baseline value.

        .. math:: \phi_{tir} = \frac{\sum_g p^0_{g} h_{g}}{\sum_g p^0_{g} q^0_{g}} \qquad [1]
        """
        return share_of_need(self.shed, self.base, self.base_price)


def share_of_need(lacking: np.ndarray, base: np.ndarray, price: np.ndarray) -> np.ndarray:
    """Quantities lacking as a share of baseline use, goods (last axis) weighted by baseline value; nil without use [1]."""
    need = (price * base).sum(axis=-1)
    return np.divide((price * lacking).sum(axis=-1), need, out=np.zeros(np.broadcast_shapes(lacking.shape[:-1], need.shape)), where=need > 0)


def months_of(tables: dict[str, pd.DataFrame], facts: Industries) -> MarketMonths:
    """The months of a run.

    Args:
        tables: realised tables prices, uses and shed, with value and baseline.
        facts: industries, regions and goods asked for.
    """
    months = tuple(sorted(tables["prices"]["month"].unique()))
    paid = tables["uses"].merge(tables["prices"][["region", "good", "month", "value", "baseline"]], on=["region", "good", "month"], suffixes=("", "_price"))
    paid = paid.assign(spent=paid["value_price"] * paid["baseline"], spent_before=paid["baseline_price"] * paid["baseline"])
    use, base, spent, spent_before = (_uses(paid, column, months, facts) for column in ("value", "baseline", "spent", "spent_before"))
    shed = _uses(tables["shed"], "value", months, facts)
    used = base > 0
    scrap, scrap_before = (_array(tables["prices"], column, months, facts.regions, facts.goods) for column in ("value", "baseline"))

    def net(spending: np.ndarray, scrap_price: np.ndarray) -> np.ndarray:
        earned = np.where(facts.scrap_good >= 0, facts.scrap_ratio * scrap_price[:, np.arange(len(facts.regions))[None, :, None], facts.scrap_good], 0.0)
        return np.divide(spending, base, out=np.zeros_like(base), where=used) - np.where(used, earned, 0.0)

    before, now = net(spent_before, scrap_before), net(spent, scrap)
    ratio = np.ones_like(base)
    np.divide(now, before, out=ratio, where=used & (before > 0))
    return MarketMonths(months, np.maximum(ratio, SMALLEST), np.maximum(before, 0.0), use, shed, base)


def _array(frame: pd.DataFrame, column: str, months: tuple[str, ...], regions: tuple[str, ...], goods: tuple[str, ...]) -> np.ndarray:
    """Month x region x good; nil where a market does not exist."""
    index = pd.MultiIndex.from_frame(frame[["month", "region", "good"]])
    wanted = pd.MultiIndex.from_product([months, regions, goods])
    return pd.Series(frame[column].to_numpy(dtype=float), index=index).reindex(wanted, fill_value=0.0).to_numpy().reshape(len(months), len(regions), len(goods))


def _uses(frame: pd.DataFrame, column: str, months: tuple[str, ...], facts: Industries) -> np.ndarray:
    """Month x industry x region x good; parts of a use that a measure singles out are added up."""
    keys = ["month", "industry", "region", "good"]
    parts = frame[[*keys, column]].copy()
    for key in ("industry", "good"):
        parts[key] = parts[key].str.partition(" (")[0]
    total = parts.groupby(keys)[column].sum()
    shape = len(months), len(facts.industries), len(facts.regions), len(facts.goods)
    return total.reindex(pd.MultiIndex.from_product([months, facts.industries, facts.regions, facts.goods]), fill_value=0.0).to_numpy(dtype=float).reshape(shape)
