"""A figure as Plotly draws it in the reader's browser: traces and a layout, in Plotly's own words.

Plotly's classes for Python say the same and check each word as it is written, which takes most of the time of drawing a page up four
times over. Here the words are checked once, by the tests of the pages.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Figure:
    """Traces, the lowest first, and a layout.

    Attributes:
        data: traces; see https://plotly.com/javascript/reference/ for their words.
        layout: axes, margins, shapes, annotations.
    """

    data: list[dict] = field(default_factory=list)
    layout: dict = field(default_factory=dict)

    def add_scatter(self, **words: object) -> None:
        """Add points, a line or an area."""
        self.data.append({"type": "scatter", **words})

    def add_bar(self, **words: object) -> None:
        """Add bars."""
        self.data.append({"type": "bar", **words})

    def add_shape(self, **words: object) -> None:
        """Add a line or a rectangle to those that the layout has."""
        self.layout["shapes"] = [*self.layout.get("shapes", ()), words]

    def put_under(self, traces: Sequence[dict]) -> None:
        """Put traces under those that are there."""
        self.data[:0] = traces

    def update_layout(self, **words: object) -> None:
        """Give the layout words; what it said under them before is gone."""
        self.layout |= words

    def update_xaxes(self, **words: object) -> None:
        """Give the horizontal axis words beside those that it has."""
        self.layout["xaxis"] = {**self.layout.get("xaxis", {}), **words}

    def to_dict(self) -> dict:
        """The figure as JSON allows it: what is no finite number is a gap."""
        return {"data": _allowed(self.data), "layout": _allowed(self.layout)}


def _allowed(value: object) -> object:
    if isinstance(value, dict):
        return {key: _allowed(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_allowed(item) for item in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value
