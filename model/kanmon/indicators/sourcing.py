"""Who supplies the focus region, before, during and after a measure."""

from __future__ import annotations

import pandas as pd

from kanmon.indicators.view import View, plain_good
from kanmon.solution.tables import Tables

DOMESTIC, FROM_STOCK, FROM_STOCKPILE = "domestic", "from stock", "from stockpile"
NOT_IMPORTED = (DOMESTIC, FROM_STOCK, FROM_STOCKPILE)
"""What stands beside the origins of imports."""

PERIODS = ("before", "announced", "in force", "afterwards")


def periods(view: View) -> dict[str, tuple[str, ...]]:
    """Months of each period; those without months are left out."""
    split = {
        "before": tuple(month for month in view.months if view.announced is None or month < view.announced),
        "announced": tuple(month for month in view.months if view.announced is not None and view.effective is not None and view.announced <= month < view.effective),
        "in force": view.in_force,
        "afterwards": view.afterwards,
    }
    return {name: months for name, months in split.items() if months}


def suppliers(tables: Tables, outputs_good: dict[str, str], view: View) -> pd.DataFrame:
    """Supply of each good to the focus region by origin and period, at annual rates.

    Dispatches are counted in the month in which they leave. Domestic output and what is drawn from stock (negative: added)
    stand beside the origins.

    Args:
        tables: realised tables.
        outputs_good: good that each activity makes.
        view: angle of the report.

    Returns:
        columns good, origin, period, unit (t/year), value, baseline.
    """
    if view.focus is None:
        return pd.DataFrame(columns=["good", "origin", "period", "unit", "value", "baseline"])
    flows = tables["flows"]
    flows = flows[(flows["destination"] == view.focus) & (flows["origin"] != view.focus)][["good", "origin", "month", "value", "baseline"]]
    made = tables["outputs"][tables["outputs"]["region"] == view.focus].copy()
    made["good"] = made["activity"].str.removesuffix(" (idle)").map(outputs_good)
    made = made.assign(origin=DOMESTIC)[["good", "origin", "month", "value", "baseline"]]
    supply = pd.concat([flows, made, _drawn(tables["stocks"], view.focus, FROM_STOCK), _drawn(tables["stockpiles"], view.focus, FROM_STOCKPILE)])
    parts = []
    for period, months in periods(view).items():
        part = supply[supply["month"].isin(months)].groupby(["good", "origin"], as_index=False)[["value", "baseline"]].sum()
        part[["value", "baseline"]] *= 12 / len(months)
        parts.append(part.assign(period=period, unit="t/year"))
    out = pd.concat(parts) if parts else pd.DataFrame(columns=["good", "origin", "period", "unit", "value", "baseline"])
    return out[["good", "origin", "period", "unit", "value", "baseline"]].reset_index(drop=True)


def _drawn(stocks: pd.DataFrame, region: str, origin: str) -> pd.DataFrame:
    """What is drawn from the stocks of a region month by month, negative if added; in the first month against the baseline."""
    stocks = stocks[stocks["region"] == region].sort_values("month")
    stocks = stocks.assign(good=stocks["good"].map(plain_good)).groupby(["good", "month"], as_index=False)[["value", "baseline"]].sum()
    opening = stocks.groupby("good")["value"].shift()
    drawn = (opening.fillna(stocks["baseline"]) - stocks["value"]).rename("value")
    return stocks.assign(value=drawn, baseline=0.0, origin=origin)[["good", "origin", "month", "value", "baseline"]]


def import_shares(table: pd.DataFrame) -> pd.DataFrame:
    """Share of each origin in imports and their concentration (Herfindahl index), by good and period [1]."""
    imports = table[~table["origin"].isin(NOT_IMPORTED)]
    total = imports.groupby(["good", "period"])["value"].transform("sum")
    shares = imports.assign(share=(imports["value"] / total.where(total > 0)).fillna(0.0))
    concentration = shares.assign(square=shares["share"] ** 2).groupby(["good", "period"])["square"].sum().rename("concentration")
    return shares[["good", "period", "origin", "share"]].join(concentration, on=["good", "period"]).reset_index(drop=True)
