"""The accounts of a run: what happens against the same months without measures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace

import pandas as pd

from kanmon.accounts.resources import resources
from kanmon.accounts.surplus import surplus
from kanmon.scenario.market import Market, Standing
from kanmon.solution.plan import Plan

Drawn = tuple[Plan, Market, int]
"""A plan, its market, and the number of its months that happen."""


def without_measures(market: Market, standing: Standing) -> Market:
    """The same curves under the standing rules alone: what the baseline is valued on."""
    return replace(market, **{item.name: getattr(standing, item.name) for item in fields(Standing)}, can_come=market.can_come & False)


def statements(windows: Sequence[Drawn], baselines: Sequence[Drawn]) -> dict[str, pd.DataFrame]:
    """Accounts and resources of a run.

    Args:
        windows: what happens, in order, from the first month shown on.
        baselines: for each of them the same months without measures, valued on the same curves.

    Returns:
        ``accounts`` with columns month, region, account, unit, value, baseline, present_value; ``resources`` with item in place of
        account. Present values are discounted to the first month; they are those of ``value``.
    """
    return {"accounts": _statement(surplus, "account", windows, baselines), "resources": _statement(resources, "item", windows, baselines)}


def _statement(draw: Callable[[Plan, Market], pd.DataFrame], name: str, windows: Sequence[Drawn], baselines: Sequence[Drawn]) -> pd.DataFrame:
    keys = ["region", name, "month"]
    happened, without = (pd.concat([_realised(draw, *item) for item in drawn]).set_index(keys)["value"] for drawn in (windows, baselines))
    table = pd.DataFrame({"value": happened, "baseline": without}).fillna(0.0)
    order = {key: place for place, key in enumerate(dict.fromkeys(zip(happened.index.get_level_values(0), happened.index.get_level_values(1), strict=True)))}
    table = table.reset_index()
    table["order"] = [order.get(key, len(order)) for key in zip(table["region"], table[name], strict=True)]
    table = table.sort_values(["order", "region", name, "month"], kind="stable")
    months = table["month"].map({month: place for place, month in enumerate(sorted(table["month"].unique()))}) if len(table) else table["month"]
    discount = windows[0][1].world.discount
    table["present_value"] = table["value"] * discount ** months.astype(float)
    return table.assign(unit="USD/month")[["month", "region", name, "unit", "value", "baseline", "present_value"]].reset_index(drop=True)


def _realised(draw: Callable[[Plan, Market], pd.DataFrame], plan: Plan, market: Market, months: int) -> pd.DataFrame:
    table = draw(plan, market)
    kept = sorted(table["month"].unique())[:months]
    return table[table["month"].isin(kept)]
