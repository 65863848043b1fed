"""Bars from a middle to the two ends of a fact, strongest first; and dots with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kanmon.pages.blocks import PAPER_LAYOUT, plain
from kanmon.pages.figure import Figure
from kanmon.pages.lettering import letters, shortened, wrap
from kanmon.pages.palette import FOCUS, INK, MET, MUTED, RULE, THRIFT

BAR, TOP, BOTTOM = 48, 6, 46
LETTER = 6.5
"""Width of a letter of a label [px]."""

LONGEST = 25
"""Letters of a line of a name [1]."""

LOW_END, HIGH_END = THRIFT, FOCUS
"""Colours of the low and the high end of a fact."""

PALE = 0.35
"""Opacity of what may be chance [1]."""


@dataclass(frozen=True)
class Swing:
    """One fact: its name in lines, where the number stands at its low and at its high end, and whether that is more than chance."""

    name: Sequence[str]
    low: float
    high: float
    text: str
    above_noise: bool


@dataclass(frozen=True)
class Dot:
    """One fact or plan: its name in lines, a value, half the width of its interval, and whether it is more than chance."""

    name: Sequence[str]
    value: float
    half: float
    text: str
    above_noise: bool = True


def swing_figure(swings: Sequence[Swing], middle: float, axis: str) -> tuple[Figure, int]:
    """Bars from the middle to both ends, the widest uppermost, and the height of the figure [px]."""
    figure = Figure()
    rows = list(range(len(swings)))
    for end, colour in (("low", LOW_END), ("high", HIGH_END)):
        values = [getattr(swing, end) for swing in swings]
        opacity = [1.0 if swing.above_noise else PALE for swing in swings]
        texts = [plain(swing.text) for swing in swings]
        figure.add_bar(y=rows, x=[value - middle for value in values], base=middle, orientation="h", marker={"color": colour, "opacity": opacity}, text=texts, textposition="none", hovertemplate="%{text}<extra></extra>")
    _about(figure, [swing.name for swing in swings], axis, middle)
    figure.update_layout(barmode="overlay")
    return figure, TOP + BOTTOM + BAR * len(swings)


def dot_figure(dots: Sequence[Dot], floor: float | None, axis: str, suffix: str = "") -> tuple[Figure, int]:
    """Dots with their intervals, and a dashed line at the floor below which a value says nothing."""
    figure = Figure()
    figure.add_scatter(
        x=[dot.value for dot in dots],
        y=list(range(len(dots))),
        mode="markers",
        marker={"size": 9, "color": [FOCUS if dot.above_noise else MET for dot in dots], "line": {"width": 1, "color": FOCUS}},
        error_x={"type": "data", "array": [dot.half for dot in dots], "color": MUTED, "thickness": 1.3, "width": 4},
        text=[plain(dot.text) for dot in dots],
        hovertemplate="%{text}<extra></extra>",
    )
    _about(figure, [dot.name for dot in dots], axis, 0.0)
    figure.update_xaxes(ticksuffix=suffix)
    if floor is not None:
        figure.add_shape(type="line", xref="x", yref="paper", x0=floor, x1=floor, y0=0, y1=1, line={"color": INK, "width": 1, "dash": "dash"})
    return figure, TOP + BOTTOM + BAR * len(dots)


def _about(figure: Figure, names: Sequence[Sequence[str]], axis: str, middle: float) -> None:
    """Names at the left, the unit below, a line at the middle."""
    parts = [[*wrap(name[0], LONGEST, LONGEST), *(shortened(line, LONGEST) for line in name[1:] if line)] for name in names]
    longest = max(letters(part) for lines in parts for part in lines)
    rows = list(range(len(names)))
    figure.update_layout(
        height=TOP + BOTTOM + BAR * len(names),
        margin={"l": int(longest * LETTER) + 12, "r": 14, "t": TOP, "b": BOTTOM},
        bargap=0.55,
        **PAPER_LAYOUT,
        xaxis={"title": {"text": plain(axis), "font": {"size": 11, "color": MUTED}, "standoff": 6}, "nticks": 5, "gridcolor": RULE, "zeroline": False, "fixedrange": True, "tickfont": {"size": 11, "color": MUTED}, "separatethousands": True, "tickangle": 0},
        yaxis={"tickmode": "array", "tickvals": rows, "ticktext": ["<br>".join(plain(part) for part in lines) for lines in parts], "range": [len(names) - 0.4, -0.6], "fixedrange": True, "tickfont": {"size": 12, "color": INK}, "showgrid": False, "zeroline": False},
        shapes=[{"type": "line", "xref": "x", "yref": "paper", "x0": middle, "x1": middle, "y0": 0, "y1": 1, "line": {"color": MUTED, "width": 1}}],
    )
