"""Stacked bars of supply: one bar per period, one segment per origin, labelled inside where the text surely fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from kanmon.pages.blocks import PAPER_LAYOUT, plain
from kanmon.pages.lettering import letters
from kanmon.pages.numbers import significant
from kanmon.pages.palette import INK, MUTED, PAPER, RULE, on
from kanmon.pages.wording import Wording

BAR = 34
NARROW = 250.0
"""Width of the bars on a phone [px]: what fits there fits everywhere."""

LETTER, MARGIN = 6.4, 8.0
"""Width of a letter of a label and the room that it needs beside it [px]."""

TOP, BOTTOM = 6, 44


@dataclass(frozen=True)
class SupplyBar:
    """The segments of one origin, period by period [t/year]."""

    name: str
    values: Sequence[float]
    colour: str


def stacked_figure(bars: Sequence[SupplyBar], periods: Sequence[str], say: Wording) -> tuple[go.Figure, int]:
    """Bars of all periods and the height of the figure in pixels; what is added to stock stands left of zero."""
    figure = go.Figure(layout={"template": {}})
    rows = list(range(len(periods)))
    span = _span(bars, len(periods))
    for bar in bars:
        figure.add_bar(
            y=rows,
            x=list(bar.values),
            orientation="h",
            marker={"color": bar.colour, "line": {"color": PAPER, "width": 1}},
            text=[plain(_label(bar.name, value, span)) for value in bar.values],
            texttemplate="%{text}",
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            insidetextfont={"color": on(bar.colour), "size": 11},
            constraintext="none",
            hovertext=[plain(say("supply.hover", name=bar.name, period=period, amount=significant(value, noise=5e-3))) for period, value in zip(periods, bar.values, strict=True)],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    height = TOP + BOTTOM + BAR * len(periods) + 8
    figure.update_layout(
        barmode="relative",
        bargap=0.25,
        height=height,
        margin={"l": int(max(map(letters, periods)) * 6.6) + 18, "r": 14, "t": TOP, "b": BOTTOM},
        **PAPER_LAYOUT,
        xaxis={"title": {"text": say("unit.t_per_year"), "font": {"size": 11, "color": MUTED}, "standoff": 6}, "gridcolor": RULE, "zerolinecolor": MUTED, "nticks": 6, "fixedrange": True, "tickfont": {"size": 11, "color": MUTED}, "separatethousands": True},
        yaxis={"tickmode": "array", "tickvals": rows, "ticktext": [plain(period) for period in periods], "autorange": "reversed", "fixedrange": True, "tickfont": {"size": 12, "color": INK}, "showgrid": False, "zeroline": False},
    )
    return figure, height


def _span(bars: Sequence[SupplyBar], periods: int) -> float:
    """Length of the axis [t/year]: the longest bar to the right and the longest to the left of zero."""
    right = max((sum(max(bar.values[place], 0.0) for bar in bars) for place in range(periods)), default=0.0)
    left = max((sum(max(-bar.values[place], 0.0) for bar in bars) for place in range(periods)), default=0.0)
    return 1.1 * (right + left)


def _label(name: str, value: float, span: float) -> str:
    """Name and amount where both fit into the segment, the amount alone where only that fits, else nothing: the key has the colours."""
    room = abs(value) / span * NARROW - MARGIN if span > 0 else 0.0
    amount = significant(value, noise=5e-3)
    return next((text for text in (f"{name} {amount}", amount) if letters(text) * LETTER <= room), "")
