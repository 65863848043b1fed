"""When each industry falls short: the month in which use first drops, the month in which it first stops, and how deep it goes."""

from __future__ import annotations

import pandas as pd

from kanmon.indicators.prices import SHEDS
from kanmon.indicators.view import View
from kanmon.solution.tables import Tables

SHORT = 0.05
"""An industry is short in a month in which its use is below its baseline by more than this share [1]."""

COLUMNS = ["industry", "good", "first_short", "last_short", "months_short", "first_stop", "deepest", "deepest_month", "unit", "not_met"]


def first_shortage(tables: Tables, view: View) -> pd.DataFrame:
    r"""Shortfall of every use of the focus region, over all months shown.

    .. math::
        s_{st} = 1 - q_{st} / \bar q_{st} \quad [1], \qquad
        N_s = \sum_t \max(\bar q_{st} - q_{st},\, 0) \quad [\mathrm{t}]

    A month is short where :math:`s_{st} > 0.05`; use stops in part, a line stands still, where some of it is shed at the choke. The
    rest of a shortfall is what the price makes an industry save or replace. One that combines goods may use more of another.

    Args:
        tables: realised tables; use is what is met, beside the baseline use of the same month.
        view: angle of the report.

    Returns:
        columns :data:`COLUMNS`, one row for each industry and good: first and last short month and their number, first month with
        shedding, largest shortfall [1] and its month, tonnes not met. Months are empty, and the largest shortfall 0, where there is none.
    """
    if view.focus is None:
        return pd.DataFrame(columns=COLUMNS)
    keys = ["industry", "good"]
    uses, shed = (tables[name][tables[name]["region"] == view.focus] for name in ("uses", "shed"))
    months = uses.merge(shed[[*keys, "month", "value"]], on=[*keys, "month"], suffixes=("", "_shed")).query("baseline > 0")
    months = months.assign(gap=(months["baseline"] - months["value"]).where(lambda gap: gap > SHEDS * months["baseline"], 0.0))
    rows = []
    for (industry, good), path in months.groupby(keys, sort=False):
        path = path.sort_values("month")
        share = path["gap"] / path["baseline"]
        short, stopped = path.loc[share > SHORT, "month"], path.loc[path["value_shed"] > SHEDS * path["baseline"], "month"]
        deepest = float(share.max())
        rows.append((
            industry, good, short.min() if len(short) else "", short.max() if len(short) else "", len(short), stopped.min() if len(stopped) else "",
            deepest, path.loc[share.idxmax(), "month"] if deepest > 0 else "", "t", float(path["gap"].sum()),
        ))  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)
