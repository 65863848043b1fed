"""Tables of industries: changes over the months in force with their range and what moves it most, and shares by destination."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kanmon.competitiveness.facts import CENTRAL, DRAWS, LONG, MEDIUM, RANGE_DRAWS, Industries
from kanmon.competitiveness.industries import Result
from kanmon.competitiveness.market import MarketMonths

COST, SHORTAGE, BOTH = "cost", "shortage", "both"
SHORT = "short run"
HORIZONS = {SHORT: DRAWS.index(CENTRAL), MEDIUM: DRAWS.index(MEDIUM), LONG: DRAWS.index(LONG)}

INDUSTRY_COLUMNS = ["region", "industry", "variable", "channel", "rival", "unit", "low", "central", "high", "driver"]
SHARE_COLUMNS = ["industry", "origin", "destination", "horizon", "unit", "baseline", "value", "change", "unit_sales", "sales"]


def industry_table(facts: Industries, market: MarketMonths, result: Result, months: Sequence[str]) -> pd.DataFrame:
    """Changes by region and industry over some months.

    Args:
        facts, market, result: what :func:`kanmon.competitiveness.industries.follow` took and gave.
        months: months in force.

    Returns:
        columns region, industry, variable, channel, rival, unit, low, central, high, driver. Range: the ends that single ranged facts
        reach, one at a time; ``driver`` is the fact and end that moves the figure most, empty where nothing does. Value added is
        summed over the months, everything else their mean.
    """
    kept = [place for place, month in enumerate(market.months) if month in set(months)]
    if not kept:
        return pd.DataFrame(columns=INDUSTRY_COLUMNS)
    rows: list[tuple] = []
    measured = _measured(facts, market, result, kept)
    for r, region in enumerate(facts.regions):
        for i, industry in enumerate(facts.industries):
            if facts.output[0, i, r] <= 0:
                continue
            for (variable, channel, unit), values in measured.items():
                if variable == "value_added_per_tonne" and not facts.base_use[i, r].any():
                    continue
                rows.append((region, industry, variable, channel, "", unit, *_range(values[:, i, r])))
            for o, rival in enumerate(facts.regions):
                if o != r and facts.output[0, i, o] > 0:
                    gap = measured["cost_change", BOTH, "%"][:, i, r] - measured["cost_change", BOTH, "%"][:, i, o]
                    rows.append((region, industry, "cost_gap", COST, rival, "% of unit cost", *_range(gap)))
    return pd.DataFrame(rows, columns=INDUSTRY_COLUMNS)


def _measured(facts: Industries, market: MarketMonths, result: Result, kept: list[int]) -> dict[tuple[str, str, str], np.ndarray]:
    """(variable, channel, unit) -> [e, i, r]."""
    base = result.base_output[:, kept]

    def weighted(hat: np.ndarray) -> np.ndarray:
        return 100 * (_over((base * hat[:, kept]).sum(axis=1), base.sum(axis=1)) - 1.0)

    trade, before = result.trade[:, kept].sum(axis=1), result.base_trade[:, kept].sum(axis=1)
    abroad = 1.0 - np.eye(len(facts.regions))
    markets, markets_before = trade.sum(axis=-2, keepdims=True), before.sum(axis=-2, keepdims=True)
    share = _over((trade * abroad).sum(axis=-1), (markets * abroad).sum(axis=-1))
    share_before = _over((before * abroad).sum(axis=-1), (markets_before * abroad).sum(axis=-1))
    use = (market.base[kept].sum(axis=(0, 3)) + 1e-300)[None]
    return {
        ("cost_share", COST, "% of unit cost"): 100 * result.cost_weight[:, kept].mean(axis=1),
        ("cost_change", BOTH, "%"): 100 * (result.cost[:, kept].mean(axis=1) - 1.0),
        ("price_change", COST, "%"): 100 * (result.price[:, kept].mean(axis=1) - 1.0),
        ("output_change", COST, "%"): weighted(result.wanted),
        ("output_change", SHORTAGE, "%"): weighted(1.0 + result.output - result.wanted),
        ("output_change", BOTH, "%"): weighted(result.output),
        ("export_change", BOTH, "%"): 100 * (_over((trade * abroad).sum(axis=-1), (before * abroad).sum(axis=-1)) - 1.0),
        ("share_change", BOTH, "points of markets abroad"): 100 * (share - share_before),
        ("value_added_change", COST, "million USD"): -(result.margin_lost + result.sales_lost)[:, kept].sum(axis=1) / 1e6,
        ("value_added_change", SHORTAGE, "million USD"): -result.idled[:, kept].sum(axis=1) / 1e6,
        ("value_added_change", BOTH, "million USD"): -(result.margin_lost + result.sales_lost + result.idled)[:, kept].sum(axis=1) / 1e6,
        ("value_added", BOTH, "million USD"): (base * result.value_added_share[:, None]).sum(axis=1) / 1e6,
        ("value_added_per_tonne", SHORTAGE, "USD/t"): (base * result.value_added_share[:, None]).sum(axis=1) * facts.dependent_share / use,
    }


def _over(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """A ratio; 1 where there is nothing to compare."""
    return np.divide(part, whole, out=np.ones(np.broadcast_shapes(part.shape, whole.shape)), where=whole > 0)


def _range(values: np.ndarray) -> tuple[float, float, float, str]:
    """Low, central, high over the draws that range, and the draw farthest from the middle."""
    drawn = values[RANGE_DRAWS]
    central = float(values[0])
    names = [name for name, ranged in zip(DRAWS, RANGE_DRAWS, strict=True) if ranged]
    away = np.abs(drawn - central)
    return float(drawn.min()), central, float(drawn.max()), names[int(away.argmax())] if away.max() > 1e-12 * max(abs(central), 1.0) else ""


def share_table(facts: Industries, market: MarketMonths, result: Result, months: Sequence[str]) -> pd.DataFrame:
    """Share of every origin in what each destination buys, over some months, with the elasticities of three runs.

    Returns:
        columns industry, origin, destination, horizon, unit (%), baseline, value, change, unit_sales, sales: those of the baseline.
    """
    kept = [place for place, month in enumerate(market.months) if month in set(months)]
    rows = []
    for horizon, e in HORIZONS.items() if kept else ():
        now, before = result.trade[e, kept].sum(axis=0), result.base_trade[e, kept].sum(axis=0)
        share, base = (100 * np.divide(flow, total, out=np.zeros_like(flow), where=total > 0) for flow, total in ((flow, flow.sum(axis=1, keepdims=True)) for flow in (now, before)))
        for i, o, d in zip(*np.nonzero(before > 0), strict=True):
            rows.append((facts.industries[i], facts.regions[o], facts.regions[d], horizon, "%", base[i, o, d], share[i, o, d], share[i, o, d] - base[i, o, d], "million USD", before[i, o, d] / 1e6))
    return pd.DataFrame(rows, columns=SHARE_COLUMNS)
