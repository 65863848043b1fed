"""The numbers that stand at the top of a report."""

from __future__ import annotations

import pandas as pd

from kanmon.indicators.prices import EXPORTER, FOCUS, THIRD, mean_multiples
from kanmon.indicators.sourcing import NOT_IMPORTED
from kanmon.indicators.view import View

MEAN_PRICE, PEAK_PRICE = "price, mean while in force", "price, peak"

NEAR = 0.05
"""A price within this share of its baseline counts as recovered [1]."""


def headlines(
    paths: pd.DataFrame, use: pd.DataFrame, supply: pd.DataFrame, days: pd.DataFrame, view: View, ranges: dict[tuple[str, str], tuple[float, float]]
) -> pd.DataFrame:
    """Headline numbers by good, over the months in which measures are in force.

    Args:
        paths, use, supply, days: tables of the other indicators.
        view: angle of the report.
        ranges: (good, headline) -> ends of a price that is not unique, as multiples.

    Returns:
        columns good, headline, unit, value, baseline, month, note; ``month`` where the number belongs to one.
    """
    rows: list[tuple] = []
    if view.focus is None or not view.in_force:
        return pd.DataFrame(rows, columns=["good", "headline", "unit", "value", "baseline", "month", "note"])
    force = set(view.in_force)
    focus, means = paths[paths["group"] == FOCUS], mean_multiples(paths, view)
    for good in dict.fromkeys(focus["good"]):
        path = focus[(focus["good"] == good) & focus["month"].isin(force)]
        if path.empty:
            continue
        at_choke = "at the assumed choke" if path["at_choke"].any() else ""
        peak = path.loc[path["multiple"].idxmax()]
        rows.append((good, MEAN_PRICE, "x baseline", float(means[good]), 1.0, "", _remark(at_choke, ranges.get((good, MEAN_PRICE)))))
        at_choke = "at the assumed choke" if peak["at_choke"] else ""
        rows.append((good, PEAK_PRICE, "x baseline", peak["multiple"], 1.0, peak["month"], _remark(at_choke, ranges.get((good, PEAK_PRICE)))))
        for group, name in ((EXPORTER, "price in the exporting country, mean"), (THIRD, "price in third countries, mean")):
            other = paths[(paths["group"] == group) & (paths["good"] == good) & paths["month"].isin(force)]
            if len(other):
                rows.append((good, name, "x baseline", other["multiple"].mean(), 1.0, "", "at the assumed choke in part" if other["at_choke"].any() else ""))
        part = use[use["good"] == good]
        if len(part):
            unmet, base = float(part["thrift"].sum() + part["shed"].sum()), float(part["baseline"].sum())
            rows.append((good, "use not met", "t", unmet, base, "", ""))
            rows.append((good, "use not met, share", "%", 100 * unmet / base, 0.0, "", ""))
            rows.append((good, "of which shed at the choke", "t", float(part["shed"].sum()), 0.0, min((m for m in part["first_shed"] if m), default=""), ""))
        rows.extend(_supply(supply[supply["good"] == good], good, view))
        cover = days[(days["good"] == good) & (days["month"] >= (view.announced or ""))]
        if len(cover):
            least = cover.loc[cover["value"].idxmin()]
            rows.append((good, "days of cover, least", "days", least["value"], least["baseline"], least["month"], ""))
        rows.extend(_recovery(focus[focus["good"] == good], good, view))
    return pd.DataFrame(rows, columns=["good", "headline", "unit", "value", "baseline", "month", "note"])


def _remark(at_choke: str, ends: tuple[float, float] | None) -> str:
    """What has to be said of a price."""
    if ends is None:
        return at_choke
    top = "any price" if ends[1] == float("inf") else f"{ends[1]:.3g}"
    return "; ".join(part for part in (at_choke, f"not unique: from {max(ends[0], 0.0):.3g} to {top}") if part)


def _supply(supply: pd.DataFrame, good: str, view: View) -> list[tuple]:
    imports = supply[~supply["origin"].isin(NOT_IMPORTED) & (supply["period"] == "in force")]
    if view.exporter is None or imports["baseline"].sum() <= 0:
        return []
    mine = imports[imports["origin"] == view.exporter]
    total = float(imports["value"].sum())
    share = 100 * float(mine["value"].sum()) / total if total > 0 else 0.0
    base = 100 * float(mine["baseline"].sum()) / float(imports["baseline"].sum())
    others = imports[imports["origin"] != view.exporter]
    gained, lost = float((others["value"] - others["baseline"]).sum()), float((mine["baseline"] - mine["value"]).sum())
    rows = [(good, "share of the exporter in imports", "%", share, base, "", "")]
    if lost > 1e-9 * float(imports["baseline"].sum()):
        rows.append((good, "lost imports replaced by other origins", "%", 100 * gained / lost, 0.0, "", ""))
    return rows


def _recovery(path: pd.DataFrame, good: str, view: View) -> list[tuple]:
    """Months after the end until the price stays within 5 % of its baseline."""
    after = path[path["month"].isin(view.afterwards)].sort_values("month")
    if after.empty:
        return []
    away = (after["multiple"] - 1.0).abs().to_numpy() > NEAR
    months = int(away.nonzero()[0].max()) + 1 if away.any() else 0
    note = "not within the months shown" if away.any() and away[-1] else ""
    return [(good, "months after the end until the price is within 5 % of baseline", "months", float(months), 0.0, after["month"].iloc[min(months, len(after) - 1)], note)]
