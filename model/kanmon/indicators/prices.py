"""Price paths as multiples of the baseline: the focus region, the exporter, third countries."""

from __future__ import annotations

import pandas as pd

from kanmon.indicators.view import View
from kanmon.parts import is_shown
from kanmon.solution.tables import Tables

SHEDS = 1e-6
"""Share of its baseline use from which an industry counts as using, or as shedding [1]."""

FOCUS, EXPORTER, THIRD = "focus", "exporter", "third countries"


def price_paths(tables: Tables, view: View) -> pd.DataFrame:
    """Monthly prices by good and group of regions.

    Third countries are the mean of all other regions that use or process the good, each weighted by its baseline dispatch and
    use (as baseline stocks and uses stand in the tables).

    Returns:
        columns good, group, region (empty for third countries), month, unit, value, baseline, multiple, at_choke. ``at_choke``
        is True where an industry of the region is rationed, part of its need met and part shed: the price is then its assumed
        choke, not a market fact. (Where it has stopped altogether, others set the price above its choke.)
    """
    prices = tables["prices"]
    prices = prices[prices["traded"] & prices["good"].map(is_shown)].copy()
    trace = SHEDS * tables["uses"]["baseline"].to_numpy()
    shedding = tables["shed"][(tables["shed"]["value"] > trace) & (tables["uses"]["value"].to_numpy() > trace)]
    choked = set(zip(shedding["region"], shedding["good"], shedding["month"], strict=True))
    prices["at_choke"] = [key in choked for key in zip(prices["region"], prices["good"], prices["month"], strict=True)]
    prices["multiple"] = prices["value"] / prices["baseline"]
    parts = []
    for group, region in ((FOCUS, view.focus), (EXPORTER, view.exporter)):
        if region is not None:
            parts.append(prices[prices["region"] == region].assign(group=group))
    weight = tables["uses"].groupby(["region", "good", "month"])["baseline"].sum()
    others = prices[~prices["region"].isin([view.focus, view.exporter])].join(weight.rename("weight"), on=["region", "good", "month"])
    others = others.dropna(subset=["weight"])
    if len(others):
        others = others.assign(weighted=others["multiple"] * others["weight"], weighted_base=others["baseline"] * others["weight"])
        mean = others.groupby(["good", "month"]).agg(weighted=("weighted", "sum"), weighted_base=("weighted_base", "sum"), weight=("weight", "sum"), at_choke=("at_choke", "any"), unit=("unit", "first")).reset_index()
        mean["multiple"] = mean["weighted"] / mean["weight"]
        mean["baseline"] = mean["weighted_base"] / mean["weight"]
        mean["value"] = mean["multiple"] * mean["baseline"]
        parts.append(mean.assign(group=THIRD, region=""))
    columns = ["good", "group", "region", "month", "unit", "value", "baseline", "multiple", "at_choke"]
    if not parts:
        return pd.DataFrame(columns=columns)
    return pd.concat(parts)[columns].reset_index(drop=True)


def mean_multiples(paths: pd.DataFrame, view: View) -> pd.Series:
    """Mean price of the focus region over the months in force, as a multiple of baseline, by good.

    Args:
        paths: of :func:`price_paths`.
        view: angle of the report.
    """
    part = paths[(paths["group"] == FOCUS) & paths["month"].isin(view.in_force)]
    return part.groupby("good", sort=False)["multiple"].mean()
