"""What was started in a run: suppliers qualified and plants built, when, how much, and at what cost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kanmon.runs.windows import Window
from kanmon.scenario.months import month_name

SOME = 1e-9
"""Capacity, as a share of what passes through the market of the good, from which it counts as started [1]."""

COLUMNS = ["kind", "region", "good", "source", "started", "on_line", "capacity", "paid_at_start", "paid_each_month"]


def additions(windows: Sequence[Window]) -> pd.DataFrame:
    """Capacity that is started in the months that happen, one row for each start.

    Args:
        windows: windows of the run, in order.

    Returns:
        columns kind, region, good, source, started, on_line, capacity [t/month], paid_at_start [USD], paid_each_month [USD/month],
        unit_capacity, unit_paid_at_start, unit_paid_each_month.
    """
    rows = []
    for window in windows:
        added, first = window.market.world.expansions, window.market.first
        size = window.market.world.nodes.throughput.min(initial=1.0)
        for e, t in zip(*np.nonzero(window.plan.started > SOME * size), strict=True):
            begun, capacity = int(t) - int(added.delay[e]), float(window.plan.started[e, t])
            if begun < window.months:
                rows.append((*added.keys[e], month_name(first + begun), month_name(first + int(t)), capacity, float(added.cost[e]) * capacity, float(added.charge[e]) * capacity))
    return pd.DataFrame(rows, columns=COLUMNS).assign(unit_capacity="t/month", unit_paid_at_start="USD", unit_paid_each_month="USD/month")
