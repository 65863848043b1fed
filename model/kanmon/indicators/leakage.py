"""Ways round a measure: how the exporter's material, or other material that it sets free, still reaches the region it is kept from."""

from __future__ import annotations

import pandas as pd

from kanmon.indicators.view import View
from kanmon.parts import OWN, made_by, plain
from kanmon.scenario.tracing import reached
from kanmon.solution.tables import Tables

PASSED_ON, SET_FREE, PROCESSED = "passed on", "set free", "processed"
"""passed on: a third country ships on more than it has of its own. set free: it ships its own and uses the exporter's at home. processed:
it makes the exporter's material into another good and ships that. Passed on and processed are leakage, set free is reshuffling."""

COLUMNS = ["good", "hub", "way", "as_good", "unit", "value", "lost", "share"]
MONTHLY = ["good", "hub", "way", "as_good", "month", "unit", "value"]


def ways_round(tables: Tables, outputs_good: dict[str, str], inputs: pd.DataFrame, view: View) -> pd.DataFrame:
    """Tonnes that go round a measure by way of third countries, over the months in force.

    A hub counts as far as it both takes more from the exporter and ships more to the focus region than without the measure. What it
    ships on beyond what it has of its own must be the exporter's (passed on: leakage); the rest is its own, which the exporter's
    replaces at home (set free: reshuffling). Its own is what it makes, and what comes from origins that the exporter's material does
    not reach. Where a measure caps re-export the two are told apart already, and what went through the door is what is passed on. One
    step down the same is counted in the next good, in tonnes of the input.

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
    inside = flows.index.get_level_values("origin") == flows.index.get_level_values("destination")
    doors, flows = flows[inside], flows[~inside]
    outputs = tables["outputs"][tables["outputs"]["month"].isin(force) & ~tables["outputs"]["activity"].str.endswith(OWN)]
    made = outputs.assign(good=outputs["activity"].map(plain).map(outputs_good)).groupby(["good", "region"])[["value", "baseline"]].sum()
    change = (flows["value"] - flows["baseline"]).to_dict()
    rows = []
    for good in view.restricted:
        lost = -change.get((good, view.exporter, view.focus), 0.0)
        if lost <= 0:
            continue
        carriers = reached({view.exporter}, [(origin, destination) for item, origin, destination in change if item == good])
        hubs = {hub for (item, hub, _) in change if item == good} | {hub for (item, _, hub) in change if item == good}
        for hub in sorted(hubs - {view.exporter, view.focus}):
            taken = max(change.get((good, view.exporter, hub), 0.0), 0.0)
            sent = min(taken, max(change.get((good, hub, view.focus), 0.0), 0.0))
            told = _through_the_door(doors, good, hub)
            beyond = {column: max(_beyond_own(flows, made, carriers, good, hub, column), 0.0) for column in ("value", "baseline")}
            passed = min(sent, max(beyond["value"] - beyond["baseline"], 0.0) if told is None else told)
            rows += [(good, hub, PASSED_ON, good, passed, lost), (good, hub, SET_FREE, good, sent - passed, lost)]
            rows += [
                (good, hub, way, product, tonnes, lost)
                for way, product, tonnes in _one_step_down(good, hub, taken - sent, change, doors, outputs_good, inputs, view)
            ]
    table = pd.DataFrame(rows, columns=["good", "hub", "way", "as_good", "value", "lost"])
    table = table[table["value"] > 1e-6 * table["lost"]]
    return (
        table.assign(unit="t", share=table["value"] / table["lost"])[COLUMNS]
        .sort_values(["good", "value"], ascending=[True, False], kind="stable")
        .reset_index(drop=True)
    )


def ways_by_month(tables: Tables, ways: pd.DataFrame, view: View) -> pd.DataFrame:
    """The same tonnes by month: each way is spread over the months in which the hub ships more of the good to the focus region than
    without the measure, in proportion to how much more.

    Args:
        tables: realised tables.
        ways: from :func:`ways_round`.
        view: angle of the report.

    Returns:
        columns :data:`MONTHLY`; over the months they add up to ``ways``.
    """
    flows = tables["flows"]
    flows = flows[(flows["destination"] == view.focus) & flows["month"].isin(set(view.in_force))]
    more = flows.assign(more=(flows["value"] - flows["baseline"]).clip(lower=0.0))[["good", "origin", "month", "more"]].rename(
        columns={"good": "as_good", "origin": "hub"}
    )
    table = ways[["good", "hub", "way", "as_good", "value"]].merge(more, on=["as_good", "hub"])
    total = table.groupby(["good", "hub", "way", "as_good"])["more"].transform("sum")
    table["value"] = table["value"] * table["more"] / total
    return table.assign(unit="t")[MONTHLY].reset_index(drop=True)


def _through_the_door(doors: pd.DataFrame, good: str, hub: str) -> float | None:
    """How much more passes into the market of a hub's own material than without the measure, less what leaves it [t]; None where the two
    are not told apart."""
    into, out = (f"{good}{OWN}", hub, hub), (good, hub, hub)
    if into not in doors.index:
        return None
    net = (doors.loc[into] - doors.loc[out]).clip(lower=0.0)
    return max(float(net["value"] - net["baseline"]), 0.0)


def _beyond_own(flows: pd.DataFrame, made: pd.DataFrame, carriers: set[str], good: str, hub: str, column: str) -> float:
    """What a hub ships of a good to anyone beyond what it makes and what comes from where the exporter's material does not reach [t]."""
    goods, origins, destinations = (flows.index.get_level_values(name) for name in ("good", "origin", "destination"))
    shipped = float(flows[(goods == good) & (origins == hub)][column].sum())
    others = float(flows[(goods == good) & (destinations == hub) & ~origins.isin(carriers)][column].sum())
    return shipped - others - (float(made.loc[(good, hub), column]) if (good, hub) in made.index else 0.0)


def _one_step_down(
    good: str, hub: str, left: float, change: dict, doors: pd.DataFrame, outputs_good: dict[str, str], inputs: pd.DataFrame, view: View
) -> list[tuple[str, str, float]]:
    """Goods that a hub makes of what it takes, and ships more of to the focus region: way, good, tonnes of the input."""
    found = []
    for recipe in inputs[(inputs["region"] == hub) & (inputs["good"] == good) & (inputs["ratio"] > 0)].itertuples():
        product = outputs_good[plain(recipe.activity)]
        tonnes = min(left, recipe.ratio * max(change.get((product, hub, view.focus), 0.0), 0.0))
        if tonnes > 0:
            apart = (made_by(product, plain(recipe.activity)), hub, hub) in doors.index
            told = _through_the_door(doors, product, hub) if apart else None
            passed = tonnes if told is None else min(tonnes, recipe.ratio * told)
            found += [(PROCESSED, product, passed), (SET_FREE, product, tonnes - passed)]
            left -= tonnes
    return found
