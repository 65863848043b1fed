"""Horizontal bars stacked to both sides of zero, with a mark at their sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kanmon.pages.blocks import PAPER_LAYOUT, plain
from kanmon.pages.figure import Figure
from kanmon.pages.lettering import letters, wrap
from kanmon.pages.palette import DOMESTIC, INK, MUTED, OTHER_ORIGINS, PAPER, RULE, SCENARIOS, THRIFT

BAR, TOP, BOTTOM = 36, 6, 44
LETTER = 6.6
"""Width of a letter of a label [px]."""

COLOURS = {"avoided": DOMESTIC, "path": SCENARIOS[3], "cost": THRIFT, "outside": THRIFT, "other": OTHER_ORIGINS}
"""Colours of the parts of what a plan is worth."""


@dataclass(frozen=True)
class Part:
    """One part of a bar: its value, which part it is, what a pointer shows."""

    value: float
    key: str
    text: str


@dataclass(frozen=True)
class Stack:
    """One bar: its name, its parts, their sum and how it is written."""

    name: str
    parts: Sequence[Part]
    total: float
    number: str


def stack_figure(stacks: Sequence[Stack], names: Mapping[str, str], axis: str) -> tuple[Figure, int, list[tuple[str, str]]]:
    """Bars, the first one uppermost; the height of the figure [px]; and the key of its colours."""
    figure = Figure()
    rows = list(range(len(stacks)))
    for key in names:
        parts = [next((part for part in stack.parts if part.key == key), Part(0.0, key, "")) for stack in stacks]
        figure.add_bar(y=rows, x=[part.value for part in parts], orientation="h", marker={"color": COLOURS[key]}, text=[plain(part.text) for part in parts], textposition="none", hovertemplate="%{text}<extra></extra>")
    figure.add_scatter(y=rows, x=[stack.total for stack in stacks], mode="markers", marker={"symbol": "diamond", "size": 11, "color": INK, "line": {"width": 1.5, "color": PAPER}}, text=[plain(f"{stack.name}: {stack.number}") for stack in stacks], hovertemplate="%{text}<extra></extra>")
    labels = [wrap(stack.name, 18, 24) for stack in stacks]
    longest = max(letters(line) for lines in labels for line in lines)
    widest = max(letters(stack.number) for stack in stacks)
    height = TOP + BOTTOM + BAR * len(stacks)
    figure.update_layout(
        height=height,
        margin={"l": int(longest * LETTER) + 12, "r": int(widest * 7.2) + 16, "t": TOP, "b": BOTTOM},
        bargap=0.45,
        barmode="relative",
        **PAPER_LAYOUT,
        xaxis={"title": {"text": plain(axis), "font": {"size": 11, "color": MUTED}, "standoff": 6}, "nticks": 5, "gridcolor": RULE, "zerolinecolor": MUTED, "fixedrange": True, "tickfont": {"size": 11, "color": MUTED}, "separatethousands": True, "tickangle": 0},
        yaxis={"tickmode": "array", "tickvals": rows, "ticktext": ["<br>".join(plain(line) for line in lines) for lines in labels], "range": [len(stacks) - 0.4, -0.6], "fixedrange": True, "tickfont": {"size": 12, "color": INK}, "showgrid": False, "zeroline": False},
        annotations=[{"x": 1, "xref": "paper", "y": row, "yref": "y", "text": plain(stack.number), "showarrow": False, "xanchor": "left", "xshift": 8, "font": {"size": 12, "color": INK}} for row, stack in enumerate(stacks)],
    )
    return figure, height, [(name, COLOURS[key]) for key, name in names.items()]
