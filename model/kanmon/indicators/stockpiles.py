"""National stockpiles over time: what is in store, for how many days it would last, and what is sold from it."""

from __future__ import annotations

import pandas as pd

from kanmon.indicators.use import normal_need
from kanmon.pack.units import DAYS_PER_MONTH
from kanmon.solution.tables import Tables

COLUMNS = ["stockpile", "region", "good", "month", "unit", "stock", "baseline", "sold", "unit_days", "days", "baseline_days"]


def stockpile_paths(tables: Tables, inputs: pd.DataFrame) -> pd.DataFrame:
    """Each stockpile, month by month.

    Args:
        tables: realised tables.
        inputs: columns region, activity, good, ratio: recipes, t per t of output.

    Returns:
        columns :data:`COLUMNS`: closing stock and its baseline [t], what is sold in the month, negative if bought [t], and days of the
        region's baseline use and processing that the stock would last. Nothing is counted as sold in the first month.
    """
    piles = tables["stockpiles"]
    parts = []
    for (name, region, good), path in piles.groupby(["stockpile", "region", "good"], sort=False):
        path = path.sort_values("month")
        need = normal_need(tables, inputs, str(region)).reindex(pd.MultiIndex.from_product([[good], path["month"]])).to_numpy()
        stock, baseline = path["value"].to_numpy(), path["baseline"].to_numpy()
        frame = pd.DataFrame({"month": path["month"].to_numpy(), "stock": stock, "baseline": baseline})
        frame["sold"] = frame["stock"].shift(fill_value=stock[0]) - frame["stock"]
        frame["days"], frame["baseline_days"] = stock / need * DAYS_PER_MONTH, baseline / need * DAYS_PER_MONTH
        parts.append(frame.assign(stockpile=name, region=region, good=good, unit="t", unit_days="days"))
    return pd.concat(parts, ignore_index=True)[COLUMNS] if parts else pd.DataFrame(columns=COLUMNS)
