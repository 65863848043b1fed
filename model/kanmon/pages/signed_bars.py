"""Horizontal bars to both sides of zero, each labelled with its number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kanmon.pages.blocks import PAPER_LAYOUT, plain
from kanmon.pages.figure import Figure
from kanmon.pages.lettering import letters, wrap
from kanmon.pages.palette import INK, MUTED, RULE

BAR, TOP, BOTTOM = 36, 4, 30
LETTER = 6.6
"""Width of a letter of a label [px]."""

ROOM = 0.6
"""Room for a number beside the longest bar, as a share of the axis [1]."""


@dataclass(frozen=True)
class SignedBar:
    """One bar: its name, its value, the number written beside it, what a pointer shows."""

    name: str
    value: float
    number: str
    text: str


def signed_figure(bars: Sequence[SignedBar], beside: Sequence[SignedBar], colour: str, suffix: str) -> tuple[Figure, int]:
    """Bars, the first one uppermost, and the height of the figure in pixels.

    Args:
        bars: those of this figure.
        beside: those of all figures that share its scale and its room for names.
        colour: of the bars.
        suffix: of the numbers on the axis.
    """
    figure = Figure()
    rows = list(range(len(bars)))
    figure.add_bar(
        y=rows,
        x=[bar.value for bar in bars],
        orientation="h",
        marker={"color": colour},
        text=[plain(bar.number) for bar in bars],
        textposition="outside",
        texttemplate="%{text}",
        cliponaxis=False,
        textfont={"color": INK, "size": 12},
        hovertext=[plain(bar.text) for bar in bars],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    low, high = min(0.0, *(bar.value for bar in beside)), max(0.0, *(bar.value for bar in beside))
    room = ROOM * (high - low)
    names = ["<br>".join(plain(part) for part in wrap(bar.name)) for bar in bars]
    longest = max(letters(part) for bar in beside for part in wrap(bar.name))
    height = TOP + BOTTOM + BAR * len(bars)
    figure.update_layout(
        height=height,
        margin={"l": int(longest * LETTER) + 14, "r": 10, "t": TOP, "b": BOTTOM},
        bargap=0.42,
        **PAPER_LAYOUT,
        xaxis={"range": [low - room * (low < 0), high + room * (high > 0)], "ticksuffix": suffix, "nticks": 5, "gridcolor": RULE, "zerolinecolor": MUTED, "fixedrange": True, "tickfont": {"size": 11, "color": MUTED}},
        yaxis={"tickmode": "array", "tickvals": rows, "ticktext": names, "autorange": "reversed", "fixedrange": True, "tickfont": {"size": 12, "color": INK}, "showgrid": False, "zeroline": False},
    )
    return figure, height
