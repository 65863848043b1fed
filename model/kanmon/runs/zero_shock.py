"""No shock, no change: the first thing that a model of departures from a base year must show."""

from __future__ import annotations

import pandas as pd

from kanmon.indicators.view import plain_good
from kanmon.pack.load import Pack
from kanmon.runs.run import run_scenario
from kanmon.scenario.schema import Scenario


def zero_shock_deviation(scenario: Scenario, pack: Pack) -> float:
    """Largest relative deviation of any price, flow, use, output or stock from the base year in a run without measures [1]."""
    quiet = scenario.model_copy(update={"measures": ()})
    run = run_scenario(quiet, pack)
    worst = 0.0
    throughput = {key: max(size, 1e-9) for key, size in zip(run.calibration.world.nodes.keys, run.calibration.world.nodes.throughput, strict=True)}
    made = {activity: record["output"] for activity, record in pack.labels["processes"].items()}
    for name, frame in run.plans.items():
        if frame.empty or name == "stockpile_wedges":  # what a stockpile would pay is its reservation price, whatever the market
            continue
        if name == "prices":
            frame = frame[frame["traded"]]
            scale = frame["baseline"]
        elif name == "flows":
            scale = pd.Series([throughput[key] for key in zip(frame["destination"], frame["good"].map(plain_good), strict=True)], index=frame.index)
        elif name == "outputs":
            scale = pd.Series([throughput[region, made[activity.removesuffix(" (idle)")]] for region, activity in zip(frame["region"], frame["activity"], strict=True)], index=frame.index)
        elif "good" in frame:
            scale = pd.Series([throughput[key] for key in zip(frame["region"], frame["good"], strict=True)], index=frame.index)
        else:
            continue
        worst = max(worst, float(((frame["value"] - frame["baseline"]).abs() / scale).max()))
    return worst
