"""Stacked bars of supply: one bar per period, one segment per origin, labelled inside where there is room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from kanmon.pages.blocks import plain
from kanmon.pages.lines import FONT
from kanmon.pages.numbers import significant
from kanmon.pages.palette import INK, MUTED, PAPER, RULE, on
from kanmon.pages.wording import Wording

BAR = 34
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
    for bar in bars:
        figure.add_bar(
            y=rows,
            x=list(bar.values),
            orientation="h",
            marker={"color": bar.colour, "line": {"color": PAPER, "width": 1}},
            text=[plain(f"{bar.name} {significant(value, noise=5e-3)}") for value in bar.values],
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
        autosize=True,
        margin={"l": int(max(map(len, periods)) * 6.6) + 12, "r": 14, "t": TOP, "b": BOTTOM},
        showlegend=False,
        hovermode="closest",
        dragmode=False,
        uniformtext={"minsize": 11, "mode": "hide"},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "size": 12, "color": INK},
        hoverlabel={"bgcolor": PAPER, "bordercolor": RULE, "font": {"family": FONT, "size": 12, "color": INK}},
        xaxis={"title": {"text": say("unit.t_per_year"), "font": {"size": 11, "color": MUTED}, "standoff": 6}, "gridcolor": RULE, "zerolinecolor": MUTED, "nticks": 6, "fixedrange": True, "tickfont": {"size": 11, "color": MUTED}, "separatethousands": True},
        yaxis={"tickmode": "array", "tickvals": rows, "ticktext": [plain(period) for period in periods], "autorange": "reversed", "fixedrange": True, "tickfont": {"size": 12, "color": INK}, "showgrid": False, "zeroline": False},
    )
    return figure, height
