"""Ways round a measure: how the exporter's material, or other material that it sets free, still reaches the region it is kept from."""

from __future__ import annotations

import pandas as pd

from kanmon.indicators.view import View
from kanmon.solution.layout import process_of
from kanmon.solution.tables import Tables

PASSED_ON, SET_FREE, PROCESSED = "passed on", "set free", "processed"
"""passed on: a third country ships on more than it makes. set free: it ships its own and uses the exporter's at home. processed: it
makes the exporter's material into another good and ships that."""

COLUMNS = ["good", "hub", "way", "as_good", "unit", "value", "lost", "share"]


def ways_round(tables: Tables, outputs_good: dict[str, str], inputs: pd.DataFrame, view: View) -> pd.DataFrame:
    """Tonnes that go round a measure by way of third countries, over the months in force.

    A hub counts as far as it both takes more from the exporter and ships more to the focus region than without the measure. What it
    ships on beyond what it makes must be the exporter's (passed on: leakage); the rest is its own, which the exporter's replaces at
    home (set free: reshuffling). One step down the same is counted in the next good, in tonnes of the input.

    Args:
        tables: realised tables.
        outputs_good: good that each activity makes.
        inputs: columns region, activity, good, ratio: recipes, t per t of output.
        view: angle of the report.

    Returns:
        columns :data:`COLUMNS`; ``lost`` is what the focus region no longer gets from the exporter, ``share`` is value over lost [1].
    """
    if view.focus is None or view.exporter is None or not view.in_force:
        return pd.DataFrame(columns=COLUMNS)
    force = set(view.in_force)
    flows = tables["flows"][tables["flows"]["month"].isin(force)].groupby(["good", "origin", "destination"])[["value", "baseline"]].sum()
    outputs = tables["outputs"][tables["outputs"]["month"].isin(force)]
    made = outputs.assign(good=outputs["activity"].map(process_of).map(outputs_good)).groupby(["good", "region"])[["value", "baseline"]].sum()
    change = (flows["value"] - flows["baseline"]).to_dict()
    rows = []
    for good in view.restricted:
        lost = -change.get((good, view.exporter, view.focus), 0.0)
        if lost <= 0:
            continue
        hubs = {hub for (item, hub, _) in change if item == good} | {hub for (item, _, hub) in change if item == good}
        for hub in sorted(hubs - {view.exporter, view.focus}):
            taken = max(change.get((good, view.exporter, hub), 0.0), 0.0)
            sent = min(taken, max(change.get((good, hub, view.focus), 0.0), 0.0))
            beyond = {column: _shipped(flows, good, hub, column) - (float(made.loc[(good, hub), column]) if (good, hub) in made.index else 0.0) for column in ("value", "baseline")}
            passed = min(sent, max(max(beyond["value"], 0.0) - max(beyond["baseline"], 0.0), 0.0))
            rows += [(good, hub, PASSED_ON, good, passed, lost), (good, hub, SET_FREE, good, sent - passed, lost)]
            rows += [(good, hub, PROCESSED, made_of, tonnes, lost) for made_of, tonnes in _one_step_down(good, hub, taken - sent, change, outputs_good, inputs, view)]
    table = pd.DataFrame(rows, columns=["good", "hub", "way", "as_good", "value", "lost"])
    table = table[table["value"] > 1e-6 * table["lost"]]
    return table.assign(unit="t", share=table["value"] / table["lost"])[COLUMNS].sort_values(["good", "value"], ascending=[True, False], kind="stable").reset_index(drop=True)


def _shipped(flows: pd.DataFrame, good: str, hub: str, column: str) -> float:
    """What a hub ships of a good to anyone [t]."""
    mine = flows[(flows.index.get_level_values("good") == good) & (flows.index.get_level_values("origin") == hub)]
    return float(mine[column].sum())


def _one_step_down(good: str, hub: str, left: float, change: dict, outputs_good: dict[str, str], inputs: pd.DataFrame, view: View) -> list[tuple[str, float]]:
    """Goods that a hub makes of what it takes, and ships more of to the focus region, in tonnes of the input."""
    found = []
    for recipe in inputs[(inputs["region"] == hub) & (inputs["good"] == good) & (inputs["ratio"] > 0)].itertuples():
        product = outputs_good[process_of(recipe.activity)]
        tonnes = min(left, recipe.ratio * max(change.get((product, hub, view.focus), 0.0), 0.0))
        if tonnes > 0:
            found.append((product, tonnes))
            left -= tonnes
    return found
