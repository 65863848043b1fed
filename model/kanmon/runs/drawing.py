"""The tables that reports read, drawn from the plans of a run."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kanmon.accounts.statement import Drawn, statements
from kanmon.certify.certificate import lane_wedge
from kanmon.formulation.given import landed_price
from kanmon.indicators.headlines import headlines
from kanmon.indicators.leakage import ways_by_month, ways_round
from kanmon.indicators.paid import prices_paid
from kanmon.indicators.prices import price_paths
from kanmon.indicators.shortage import first_shortage
from kanmon.indicators.sourcing import import_shares, suppliers
from kanmon.indicators.stockpiles import stockpile_paths
from kanmon.indicators.use import cover, use_by_industry
from kanmon.indicators.view import View, view_of
from kanmon.pack.load import Pack
from kanmon.runs.additions import additions
from kanmon.runs.price_range import headline_price_ranges
from kanmon.runs.provenance import adjustment_table, assumption_table, label_table, project_table, source_table
from kanmon.runs.windows import Window
from kanmon.scenario.apply import measured_lanes
from kanmon.scenario.market import Market
from kanmon.scenario.months import month_name
from kanmon.scenario.schema import Kind, Measure, Scenario
from kanmon.solution.layout import Tables
from kanmon.solution.plan import Plan
from kanmon.solution.tables import realised
from kanmon.world.calibrate import Calibration


def measure_table(plan: Plan, market: Market, scenario: Scenario, months: int, without: Plan) -> pd.DataFrame:
    """Wedge and rent of each measure on each lane and month in force.

    The wedge of a ban or quota is destination less origin price, lane cost, markup, taxes and other quotas; that of a quota on several
    lanes is common to them; that of a tax is the tax itself, of a subsidy what is paid, negative. Columns measure, good, origin, destination, month, flow, baseline, wedge,
    rent, unit_flow, unit_wedge, unit_rent.
    """
    world = market.world
    rows = []
    for measure in scenario.measures:
        if measure.announced > market.first:
            continue
        wedges = _wedges(measure, plan, market)
        for lane in np.flatnonzero(measured_lanes(world, measure)):
            for t in range(months):
                if measure.in_force(market.first + t):
                    wedge = float(wedges[lane, t])
                    rows.append((measure.name, *world.lanes.keys[lane], month_name(market.first + t), plan.flow[lane, t], without.flow[lane, t], wedge, wedge * plan.flow[lane, t]))
    frame = pd.DataFrame(rows, columns=["measure", "good", "origin", "destination", "month", "flow", "baseline", "wedge", "rent"])
    return frame.assign(unit_flow="t/month", unit_wedge="USD/t", unit_rent="USD/month")


def _wedges(measure: Measure, plan: Plan, market: Market) -> np.ndarray:
    """What a measure puts between the prices at the two ends of each lane, lane x month [USD/t]."""
    origin = plan.price[market.world.lanes.origin]
    amount, rate = measure.amount or 0.0, measure.rate or 0.0
    if measure.kind == Kind.EXPORT_TAX:
        return amount + rate * origin
    if measure.kind == Kind.IMPORT_SUBSIDY:
        return np.full_like(origin, -amount)
    if measure.kind == Kind.TARIFF:
        return amount + rate / (1.0 + market.tariff_rate) * landed_price(market, plan.price)
    for pool, wedge in zip(market.pools, plan.pool_wedge, strict=True):
        if pool.measure == measure.name:
            return np.broadcast_to(np.maximum(wedge, 0.0), origin.shape)
    return np.where(market.is_qualification_tighter, 0.0, np.maximum(lane_wedge(plan, market), 0.0))


def repricing_shares(pack: Pack, view: View) -> dict[str, float]:
    """Share of the focus region's purchases of each good that reprices each month [1], where the pack says."""
    rows = {good: pack.find("contracts", "repricing_share", view.focus or "", good) for good in pack.labels["goods"]}
    return {good: row.value for good, row in rows.items() if row is not None}


def recipe_table(calibration: Calibration) -> pd.DataFrame:
    """What plants use for a tonne of output: columns region, activity, good, ratio [t per t]."""
    world, plants = calibration.world, calibration.world.activities
    rows = [(*plants.keys[a], world.nodes.keys[n][1], ratio) for a, n, ratio in zip(plants.input_activity, plants.input_node, plants.input_ratio, strict=True)]
    return pd.DataFrame(rows, columns=["region", "activity", "good", "ratio"])


def report_tables(plans: Tables, scenario: Scenario, pack: Pack, calibration: Calibration, windows: list[Window], drawn: tuple[list[Drawn], list[Drawn]]) -> Tables:
    """The tables that reports read, drawn from the plans.

    Args:
        plans: tables of all windows.
        scenario, pack, calibration: the question, and the data as it uses them.
        windows: plans and markets.
        drawn: what happens and its baseline (:func:`kanmon.runs.windows.drawn_windows`).
    """
    happened, view = realised(plans), view_of(scenario)
    made = {activity: record["output"] for activity, record in pack.labels["processes"].items()}
    inputs = recipe_table(calibration)
    paths = price_paths(happened, view)
    supply = suppliers(happened, made, view)
    use = use_by_industry(happened, view)
    days = cover(happened, inputs, view)
    round_it = ways_round(happened, made, inputs, view)
    return {
        "headlines": headlines(paths, use, supply, days, view, headline_price_ranges(windows, paths, view)),
        "price_paths": paths,
        "prices_paid": prices_paid(paths, repricing_shares(pack, view)),
        "suppliers": supply,
        "import_shares": import_shares(supply),
        "ways_round": round_it,
        "ways_by_month": ways_by_month(happened, round_it, view),
        "use_by_industry": use,
        "first_shortage": first_shortage(happened, view),
        "cover": days,
        "releases": stockpile_paths(happened, inputs),
        "measures": pd.concat([measure_table(window.plan, window.market, scenario, window.months, without) for window, (without, _, _) in zip(windows, drawn[1][-len(windows) :], strict=True)], ignore_index=True),
        "additions": additions(windows),
        "certificate": pd.concat([window.certificate.summary() for window in windows], ignore_index=True),
        **statements(*drawn),
        "assumptions": assumption_table(pack, scenario, view),
        "adjustments": adjustment_table(calibration),
        "projects": project_table(pack),
        "sources": source_table(pack),
        "labels": label_table(pack),
    }
