"""What is kept of one draw: every headline, price paths, who gains and loses, value added, and what plans are worth. One long table."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kanmon.accounts.resources import SWITCHING
from kanmon.runs.brief import Brief

COLUMNS = ["kind", "quantity", "subject", "month", "unit", "value", "note"]
"""Columns of the outcomes of a draw: kind groups them, subject is a good, a region or a plan, month is empty for a number of the whole run."""

KEYS = COLUMNS[:5]
"""What names an outcome."""

HEADLINE, PATH, SURPLUS, VALUE_ADDED, PLAN, CERTIFICATE, FAILURE, EFFORT = "headline", "price path", "surplus", "value added", "plan", "certificate", "failure", "effort"

TIME, MEMORY = "time", "peak memory of the process"

NUMBERS = (HEADLINE, SURPLUS, VALUE_ADDED, PLAN)
"""Kinds that are one number a run: those whose drivers are asked for."""

EFFORTS = {TIME: "s", MEMORY: "MB"}
"""What a draw takes, and its unit: time, and the largest memory that its process has had."""

AT_CHOKE = "at the assumed choke"


def outcomes_of(brief: Brief) -> pd.DataFrame:
    """Outcomes of a certified run, with :data:`COLUMNS`."""
    reports = brief.reports
    headlines = reports["headlines"].assign(kind=HEADLINE).rename(columns={"headline": "quantity", "good": "subject"}).assign(month="")
    paths = reports["price_paths"].assign(kind=PATH, unit="x baseline", value=reports["price_paths"]["multiple"]).rename(columns={"group": "quantity", "good": "subject"})
    paths["note"] = paths["at_choke"].map({True: AT_CHOKE, False: ""})
    added = reports["value_added"].rename(columns={"region": "subject"})
    added["quantity"] = [", ".join(part for part in parts if part) for parts in zip(added["account"], added["rule"], added["quantity"], strict=True)]
    worst = pd.DataFrame([(CERTIFICATE, "largest residual", "", "", "1", brief.worst, "")], columns=COLUMNS)
    parts = [headlines[COLUMNS], paths[COLUMNS], _surplus(reports["owners"]), added.assign(kind=VALUE_ADDED, month="", note="")[COLUMNS], worst]
    return pd.concat([part for part in parts if len(part)], ignore_index=True).astype({"value": float})


def _surplus(owners: pd.DataFrame) -> pd.DataFrame:
    """Change of surplus by region, discounted: every account, and their sum. The cost of switching is within and not shown."""
    accounts = owners[owners["account"] != SWITCHING]
    each = accounts.rename(columns={"account": "quantity", "region": "subject", "discounted": "value"})
    total = accounts.groupby("region", sort=False)["discounted"].sum().rename("value").rename_axis("subject").reset_index()
    total = total.assign(quantity="all accounts", unit=owners["unit"].iloc[0] if len(owners) else "")
    return pd.concat([total, each], ignore_index=True).assign(kind=SURPLUS, month="", note="")[COLUMNS]


def failure(error: Exception) -> pd.DataFrame:
    """The one outcome of a draw that has no solution: the class of its error, and what it says."""
    return pd.DataFrame([(FAILURE, type(error).__name__, "", "", "", float("nan"), str(error)[:2000])], columns=COLUMNS)


def effort(spent: Sequence[tuple[float, float]]) -> pd.DataFrame:
    """What each of some draws took, :data:`EFFORTS` in turn: not results, and not the same twice."""
    rows = [(EFFORT, name, "", "", unit, value, "") for values in spent for (name, unit), value in zip(EFFORTS.items(), values, strict=True)]
    return pd.DataFrame(rows, columns=COLUMNS)
