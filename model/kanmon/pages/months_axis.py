"""The axis of months, and the dates of measures on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kanmon.indicators.view import View
from kanmon.pages.blocks import plain
from kanmon.pages.palette import MUTED, RULE, SHADE
from kanmon.pages.wording import Wording


@dataclass(frozen=True)
class Span:
    """A bar above the plot: from its first month up to, without, its last."""

    first: str
    end: str
    colour: str


SPAN, GAP = 4, 2
"""Height of a bar above the plot and the gap under it [px]."""

ROWS = (35, 16)
"""Where the labels of the announcement and of the months in force stand above the plot [px]."""


def months_axis(view: View, say: Wording) -> dict:
    """Ticks in January and July, or in January alone over long spans; the year stands under January and the first tick."""
    step = 6 if len(view.months) <= 48 else 12
    ticks = [month for month in view.months if (int(month[5:]) - 1) % step == 0] or [view.months[0]]
    texts = [say.short_month(month) + (f"<br>{say('month.of_year', year=month[:4])}" if place == 0 or month.endswith("-01") else "") for place, month in enumerate(ticks)]
    return {
        "type": "date",
        "range": [f"{view.months[0]}-01", month_after(view.months[-1])],
        "tickmode": "array",
        "tickvals": [f"{month}-01" for month in ticks],
        "ticktext": texts,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": RULE,
        "tickangle": 0,
        "showgrid": False,
        "linecolor": RULE,
        "showline": True,
        "fixedrange": True,
        "tickfont": {"size": 11, "color": MUTED},
    }


def month_after(month: str) -> str:
    year, number = map(int, month.split("-"))
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}-01"


def dates(view: View, height: float) -> list[dict]:
    """The months in force shaded, the announcement as a dotted line, on a plot of some height [px]."""
    if view.announced is None or view.effective is None:
        return []
    last = f"{view.end}-01" if view.end else month_after(view.months[-1])
    shade = {"type": "rect", "xref": "x", "yref": "paper", "x0": f"{view.effective}-01", "x1": last, "y0": 0, "y1": 1, "fillcolor": SHADE, "line": {"width": 0}, "layer": "below"}
    line = {"type": "line", "xref": "x", "yref": "paper", "x0": f"{view.announced}-01", "x1": f"{view.announced}-01", "y0": 0, "y1": 1 + ROWS[0] / height, "line": {"color": MUTED, "width": 1, "dash": "dot"}, "layer": "below"}
    return [shade, line]


def bars_above(spans: Sequence[Span], view: View, height: float) -> list[dict]:
    """Bars above a plot of some height [px], the first one uppermost."""
    bars = []
    for place, span in enumerate(reversed(spans)):
        foot = 1 + (GAP + place * (SPAN + GAP)) / height
        last = f"{span.end}-01" if span.end else month_after(view.months[-1])
        bars.append({"type": "rect", "xref": "x", "yref": "paper", "x0": f"{span.first}-01", "x1": last, "y0": foot, "y1": foot + SPAN / height, "fillcolor": span.colour, "line": {"width": 0}})
    return bars


def date_labels(view: View, say: Wording, height: float) -> list[dict]:
    """Two rows above a plot of some height [px], so that dates a month apart do not collide."""
    if view.announced is None or view.effective is None:
        return []
    key = "chart.in_force_open" if view.end is None else "chart.in_force"
    last = say.month(view.in_force[-1])
    rows = [(view.announced, 1 + ROWS[0] / height, say("chart.announced", month=say.month(view.announced))), (view.effective, 1 + ROWS[1] / height, say(key, first=say.month(view.effective), last=last))]
    labels = []
    for month, level, text in rows:
        late = view.months.index(month) > 0.6 * len(view.months)
        labels.append({"x": f"{month}-01", "xref": "x", "y": level, "yref": "paper", "text": plain(text), "showarrow": False, "xanchor": "right" if late else "left", "yanchor": "middle", "xshift": -3 if late else 3, "font": {"size": 11, "color": MUTED}})
    return labels
