"""Where the numbers come from, as tables: assumptions behind a run with their sources, adjustments, names."""

from __future__ import annotations

import pandas as pd

from kanmon.indicators.view import View
from kanmon.pack.load import Pack, Row
from kanmon.pack.schema import ANY, FACTS
from kanmon.scenario.schema import Scenario
from kanmon.world.calibrate import Calibration
from kanmon.world.stated import has_base_year

ROW_COLUMNS = ["table", "line", "keys", "quantity", "value", "unit", "currency_year", "low", "high", "quality", "source", "place", "note"]

DRIVERS = {
    "friction": ("theta", "new_lane_premium"),
    "demand": ("elasticity_short_run", "elasticity_long_run", "choke_multiple", "sigma_short_run"),
    "stocks": ("days", "convenience_exponent"),
    "scrap": ("ratio",),
    "activities": ("base_output", "capacity", "idle_capacity", "supply_elasticity"),
    "uses": ("base_use",),
    "trade": ("base_flow",),
    "contracts": ("repricing_share",),
    "prices": ("price",),
    "parameters": ("discount_rate", "exchange_rate"),
}
"""Quantities that drive prices and shortages, strongest first: friction of switching, elasticity, stocks, capacities, base year; and the rate at which amounts are shown."""


SWITCHED_DRIVERS = {
    "qualification": ("qualification", ("delay", "headroom", "cost", "rent_to_users")),
    "investments": ("investment", ("lead_time", "capital_cost", "operating_cost", "life", "largest_addition")),
}
"""The same for what a scenario may switch on: by table, the switch and the quantities."""

STATED_DRIVERS = {
    "demand": ("intercept", "slope", "reference_use", "reference_price", "elasticity_short_run", "choke_price"),
    "cross_demand": ("cross_coefficient", "cross_elasticity"),
    "activities": ("cost_intercept", "cost_slope", "reference_output", "reference_cost", "supply_elasticity", "capacity"),
    "cross_supply": ("cross_coefficient",),
    "routes": ("freight", "capacity", "congestion", "tariff"),
    "conduct": ("conduct", "fringe_response"),
    "stocks": ("opening_stock", "holding_amount", "loss", "release_limit", "fill_limit", "closing_price"),
    "parameters": ("discount_rate", "monthly_discount_rate", "exchange_rate"),
}
"""The same where a pack states its curves outright."""


def assumption_table(pack: Pack, scenario: Scenario, view: View) -> pd.DataFrame:
    """The facts that feed the headlines: those of the goods concerned that name the focus region, the exporter or all regions.

    Returns:
        :data:`ROW_COLUMNS`, with the title and address of the source, strongest drivers first.
    """
    minerals = {pack.labels["goods"][good]["mineral"] for good in view.restricted}
    goods = {good for good, record in pack.labels["goods"].items() if record["mineral"] in minerals}
    made = {activity for activity, record in pack.labels["processes"].items() if record["output"] in goods}
    regions = {view.focus, view.exporter, ANY}
    rows = []
    drivers = dict(DRIVERS if has_base_year(pack) else STATED_DRIVERS)
    drivers |= {table: quantities for table, (switch, quantities) in SWITCHED_DRIVERS.items() if getattr(scenario.market, switch)}
    for table, quantities in drivers.items():
        for quantity in quantities:
            for row in pack.facts(table, quantity):
                keys = dict(zip(FACTS[table].keys, row.keys, strict=True))
                named = {keys.get(key) for key in ("region", "origin", "destination") if key in keys}
                if "good" in keys and keys["good"] not in (*goods, ANY):
                    continue
                if "activity" in keys and keys["activity"] not in made:
                    continue
                if table == "trade" and keys["destination"] != view.focus:
                    continue
                if table == "trade" and row.value == 0:
                    continue
                if named and not named & regions and table != "activities":
                    continue
                rows.append(_record(row, pack))
    return pd.DataFrame(rows, columns=[*ROW_COLUMNS, "source_title", "source_url"])


def _record(row: Row, pack: Pack) -> dict:
    fact, source = row.fact, pack.labels["sources"][row.fact.source]
    return {
        "table": row.table,
        "line": row.line,
        "keys": ", ".join("all" if key == ANY else key for key in row.keys),
        "quantity": fact.quantity,
        "value": fact.value,
        "unit": fact.unit,
        "currency_year": "" if fact.currency_year is None else str(fact.currency_year),
        "low": fact.low,
        "high": fact.high,
        "quality": fact.quality,
        "source": fact.source,
        "place": fact.place,
        "note": fact.note,
        "source_title": source["title"],
        "source_url": source["url"],
    }


def adjustment_table(calibration: Calibration) -> pd.DataFrame:
    """What the reconciliation changed: table, keys, unit, reported, reconciled, relative, quality before, quality after."""
    columns = ["table", "line", "keys", "unit", "reported", "reconciled", "relative", "quality", "quality_after"]
    rows = [
        (item.row.table, item.row.line, ", ".join(item.row.keys), "t/year", item.reported * 12, item.reconciled * 12, item.relative, item.row.fact.quality, "derived" if abs(item.relative) > 1e-9 else item.row.fact.quality)
        for item in calibration.adjustments
    ]
    return pd.DataFrame(rows, columns=columns)


def project_table(pack: Pack) -> pd.DataFrame:
    """Dated additions to capacity that the stationary path leaves out: project, region, activity, quantity, value, unit, quality."""
    rows = [(*row.keys, row.fact.quantity, row.fact.value, row.fact.unit, row.fact.quality, row.fact.source) for row in pack.rows.get("projects", ()) if row.fact.variant == ""]
    return pd.DataFrame(rows, columns=["project", "region", "activity", "quantity", "value", "unit", "quality", "source"])


def source_table(pack: Pack) -> pd.DataFrame:
    """Every source of the pack: source, title, publisher, year, url, reading. Places and notes of facts name them by key."""
    columns = ["source", "title", "publisher", "year", "url", "reading"]
    return pd.DataFrame([[record[column] for column in columns] for record in pack.labels["sources"].values()], columns=columns)


def label_table(pack: Pack) -> pd.DataFrame:
    """Names of regions, goods, industries, activities and sectors: kind, key, name_en, name_ja, group (the mineral of a good)."""
    rows = []
    for kind in ("regions", "goods", "industries", "processes", "sectors"):
        for key in pack.labels[kind]:
            rows.append((kind, key, pack.label(kind, key, "en"), pack.label(kind, key, "ja"), pack.labels[kind][key].get("mineral", "")))
    return pd.DataFrame(rows, columns=["kind", "key", "name_en", "name_ja", "group"])
