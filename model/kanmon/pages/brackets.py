"""Figures with their ranges: a point for the central figure, a line from its low to its high end, rows for what is set side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kanmon.pages.blocks import PAPER_LAYOUT, plain
from kanmon.pages.figure import Figure
from kanmon.pages.lettering import letters, wrap
from kanmon.pages.palette import INK, MUTED, RULE

ROW, TOP, BOTTOM = 44, 6, 44
LETTER = 6.6
"""Width of a letter of a label [px]."""

ROOM = 0.06
"""Room beyond the farthest end, as a share of the axis [1]."""

RISE = 15
"""How far above its row a number stands [px]."""


@dataclass(frozen=True)
class Bracket:
    """One row: its name, the figure, its ends (alike if it has no range), the number written above it, what a pointer shows, its colour."""

    name: str
    value: float
    low: float
    high: float
    number: str
    text: str
    colour: str


def bracket_figure(rows: Sequence[Bracket], unit: str) -> tuple[Figure, int]:
    """Rows, the first one uppermost, on one scale from zero, and the height of the figure in pixels.

    Args:
        rows: figures of one unit.
        unit: title of the axis.
    """
    figure = Figure()
    for place, row in enumerate(rows):
        if row.high > row.low:
            figure.add_scatter(x=[row.low, row.high], y=[place, place], mode="lines+markers", line={"color": row.colour, "width": 3}, marker={"symbol": "line-ns-open", "size": 12, "color": row.colour, "line": {"width": 2}}, hoverinfo="skip")
        figure.add_scatter(x=[row.value], y=[place], mode="markers", marker={"size": 12, "color": row.colour}, text=[plain(row.text)], hovertemplate="%{text}<extra></extra>")
    low, high = min(0.0, *(row.low for row in rows)), max(0.0, *(row.high for row in rows))
    names = ["<br>".join(plain(part) for part in wrap(row.name, 20, 26)) for row in rows]
    longest = max(letters(part) for row in rows for part in wrap(row.name, 20, 26))
    height = TOP + BOTTOM + ROW * len(rows)
    figure.update_layout(
        height=height,
        margin={"l": int(longest * LETTER) + 14, "r": 10, "t": TOP, "b": BOTTOM},
        **PAPER_LAYOUT,
        xaxis={"range": [low - ROOM * (high - low), high + ROOM * (high - low)], "title": {"text": plain(unit), "font": {"size": 11, "color": MUTED}, "standoff": 6}, "nticks": 5, "gridcolor": RULE, "zerolinecolor": MUTED, "fixedrange": True, "tickfont": {"size": 11, "color": MUTED}, "separatethousands": True},
        yaxis={"tickmode": "array", "tickvals": list(range(len(rows))), "ticktext": names, "range": [len(rows) - 0.5, -0.5], "fixedrange": True, "tickfont": {"size": 12, "color": INK}, "showgrid": False, "zeroline": False},
        annotations=[_number(place, row, (low + high) / 2) for place, row in enumerate(rows)],
    )
    return figure, height


def _number(place: int, row: Bracket, middle: float) -> dict:
    """The number of a row above its line, which it follows to the side where there is room on a phone."""
    late = row.low > middle
    return {"x": row.high if late else row.low, "y": place, "text": plain(row.number), "showarrow": False, "xanchor": "right" if late else "left", "xshift": 7 if late else -7, "yanchor": "middle", "yshift": RISE, "font": {"size": 12, "color": INK}}
