"""Use met and unmet by industry, and days of cover."""

from __future__ import annotations

import pandas as pd

from kanmon.indicators.view import View, plain_good
from kanmon.pack.units import DAYS_PER_MONTH
from kanmon.solution.tables import Tables


def use_by_industry(tables: Tables, view: View) -> pd.DataFrame:
    """Use of the focus region over the months in force.

    Returns:
        columns industry, good, unit (t), baseline, met, thrift, shed, unmet_share, first_shed. Thrift is what the price makes an
        industry save or replace; shed is what it goes without at the choke. unmet_share is (thrift + shed) over baseline [1];
        first_shed the first month with shedding, empty if there is none.
    """
    columns = ["industry", "good", "unit", "baseline", "met", "thrift", "shed", "unmet_share", "first_shed"]
    months = view.in_force
    if view.focus is None or not months:
        return pd.DataFrame(columns=columns)
    keys = ["industry", "good"]
    uses, shed = (tables[name][(tables[name]["region"] == view.focus) & tables[name]["month"].isin(months)] for name in ("uses", "shed"))
    out = uses.groupby(keys, sort=False)[["value", "baseline"]].sum().rename(columns={"value": "met"})
    out["shed"] = shed.groupby(keys, sort=False)["value"].sum()
    short = shed[shed["value"] > 1e-6 * uses["baseline"].to_numpy()]
    out["first_shed"] = short.groupby(keys)["month"].min()
    out["first_shed"] = out["first_shed"].fillna("")
    out["thrift"] = out["baseline"] - out["met"] - out["shed"]
    out["unmet_share"] = (out["thrift"] + out["shed"]) / out["baseline"]
    return out.reset_index().assign(unit="t")[columns]


def cover(tables: Tables, inputs: pd.DataFrame, view: View) -> pd.DataFrame:
    """Days of baseline use and processing that the focus region's closing stocks would last. National stockpiles are not counted here
    (:func:`kanmon.indicators.stockpiles.stockpile_paths`).

    Args:
        tables: realised tables.
        inputs: columns region, activity, good, ratio: recipes, t per t of output.
        view: angle of the report.

    Returns:
        columns good, month, unit (days), value, baseline.
    """
    columns = ["good", "month", "unit", "value", "baseline"]
    if view.focus is None:
        return pd.DataFrame(columns=columns)
    total = normal_need(tables, inputs, view.focus)
    stocks = tables["stocks"][tables["stocks"]["region"] == view.focus]
    stocks = stocks.assign(good=stocks["good"].map(plain_good)).groupby(["good", "month"], as_index=False)[["value", "baseline"]].sum()
    out = stocks.join(total, on=["good", "month"])
    out = out[out["need"] > 0]
    for column in ("value", "baseline"):
        out[column] = out[column] / out["need"] * DAYS_PER_MONTH
    return out.assign(unit="days")[columns].reset_index(drop=True)


def normal_need(tables: Tables, inputs: pd.DataFrame, region: str) -> pd.Series:
    """Baseline use and processing of each good in a region, by good and month [t/month].

    Args:
        tables: realised tables.
        inputs: columns region, activity, good, ratio: recipes, t per t of output.
        region: whose.
    """
    uses = tables["uses"][tables["uses"]["region"] == region]
    need = uses.groupby(["good", "month"])["baseline"].sum()
    fed = tables["outputs"][tables["outputs"]["region"] == region].merge(inputs, on=["region", "activity"])
    fed = fed.assign(need=fed["baseline"] * fed["ratio"]).groupby(["good", "month"])["need"].sum()
    return need.add(fed, fill_value=0.0).rename("need")
