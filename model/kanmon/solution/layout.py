"""Which tables a solution has, and the columns that name their rows."""

from __future__ import annotations

import pandas as pd

Tables = dict[str, pd.DataFrame]

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
}
"""Tables of the plan of every window and the columns that name a row beside window and month."""
