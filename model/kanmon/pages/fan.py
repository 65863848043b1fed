"""A price path as a fan: bands of percentiles about the median, and the run at the central figures."""

from __future__ import annotations

import pandas as pd

from kanmon.indicators.view import View
from kanmon.pages.figure import Figure
from kanmon.pages.lines import HEIGHT, Line, Scale, line_figure
from kanmon.pages.palette import FAN_INNER, FAN_OUTER, FOCUS, INK
from kanmon.pages.wording import Wording

ROOM = 0.12
"""Room above and below the bands, as a share of their height [1]."""


def fan_figure(path: pd.DataFrame, median: Line, central: Line | None, view: View, say: Wording, height: int = HEIGHT) -> Figure:
    """Draw a fan.

    Args:
        path: columns month, p5, p25, p75, p95, in the order of months.
        median, central: lines over the bands; no central line where that run has none.
        view: dates to mark.
        say: texts.
        height: of the figure [px].
    """
    low, high = min(1.0, float(path["p5"].min())), max(1.0, float(path["p95"].max()))
    room = ROOM * max(high - low, 0.1)
    lines = [median, central] if central else [median]
    figure = line_figure(lines, Scale(say("number.times"), 1.0, bounds=(low - room, high + room)), view, say, height=height)
    bands = [trace for inner, colour in ((("p5", "p95"), FAN_OUTER), (("p25", "p75"), FAN_INNER)) for trace in _band(path, *inner, colour)]
    figure.put_under(bands)
    return figure


def _band(path: pd.DataFrame, low: str, high: str, colour: str) -> list[dict]:
    """The area between two percentiles."""
    days = [f"{month}-15" for month in path["month"]]
    edge = {"color": colour, "width": 0, "shape": "hvh"}
    return [
        {"type": "scatter", "x": days, "y": list(path[low]), "mode": "lines", "line": edge, "hoverinfo": "skip"},
        {"type": "scatter", "x": days, "y": list(path[high]), "mode": "lines", "line": edge, "fill": "tonexty", "fillcolor": colour, "hoverinfo": "skip"},
    ]


MEDIAN_COLOUR, CENTRAL_COLOUR = FOCUS, INK
"""Colours of the two lines."""
