"""Which tables a solution has, and the columns that name their rows."""

from __future__ import annotations

import pandas as pd

from kanmon.world.world import IDLE, PLANNED

Tables = dict[str, pd.DataFrame]

NOT_RUNNING = (IDLE, PLANNED, " (new)")
"""Appended to the names of activities that stood still in the base year, or were not built."""


def process_of(activity: str) -> str:
    """The process that an activity of a solution runs."""
    for mark in NOT_RUNNING:
        activity = activity.removesuffix(mark)
    return activity

PLAN_TABLES = {
    "prices": ("region", "good"),
    "uses": ("region", "industry", "good"),
    "shed": ("region", "industry", "good"),
    "outputs": ("region", "activity"),
    "flows": ("good", "origin", "destination"),
    "stocks": ("region", "good"),
    "stockpiles": ("stockpile", "region", "good"),
    "shortfalls": ("contract",),
    "disposals": ("region", "good"),
    "pool_wedges": ("measure",),
    "stock_wedges": ("region", "good"),
    "stockpile_wedges": ("stockpile", "region", "good"),
    "contract_wedges": ("contract",),
    "resale_wedges": ("region", "good"),
    "added_capacity": ("kind", "region", "good", "source"),
    "started_capacity": ("kind", "region", "good", "source"),
    "capacity_wedges": ("kind", "region", "good", "source"),
    "capacity_worths": ("kind", "region", "good", "source"),
}
"""Tables of the plan of every window and the columns that name a row beside window and month."""
