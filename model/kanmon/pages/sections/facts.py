"""Where facts of the table of assumptions stand on the page, and which one is behind a number."""

from __future__ import annotations

import pandas as pd

from kanmon.pages.subject import Subject


def anchor(row: dict) -> str:
    """Name of the place of a fact on the page: its table and line."""
    return f"fact-{row['table']}-{row['line']}"


def fact_behind(subject: Subject, quantity: str, good: str) -> dict | None:
    """The row of a quantity that holds for a good in the focus region: its own before one for all regions; None if there is none."""
    table = subject.table("assumptions")
    rows = table[table["quantity"] == quantity] if len(table) else pd.DataFrame()
    found = {key: row for row in rows.to_dict("records") for key in [_holds_for(subject, good, str(row["keys"]).split(", "))] if key is not None}
    return found[min(found)] if found else None


def _holds_for(subject: Subject, good: str, keys: list[str]) -> int | None:
    """How near the keys of a fact are: 0 the focus region's own, 1 any region's; None for another good, region or use."""
    others = [key for key in keys if key not in (good, "all")]
    if good not in keys or others not in ([], [subject.view.focus]):
        return None
    return 0 if others else 1
