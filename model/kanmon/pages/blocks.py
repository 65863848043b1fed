"""What a page is made of: charts with their tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

from kanmon.pages.figure import Figure
from kanmon.pages.palette import INK, PAPER, RULE


@dataclass(frozen=True)
class Table:
    """A table as shown.

    Attributes:
        caption: what it holds.
        columns: headings; the first column names the row.
        rows: cells as text.
        words: places of columns that hold words, which are set to the left.
        file: name of the table of the run that it is drawn from.
    """

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: frozenset[int] = frozenset({0})
    file: str = ""


@dataclass(frozen=True)
class Chart:
    """A chart, its words for those who do not see it, and its numbers.

    Attributes:
        key: unique on the page.
        title: heading.
        figure: as Plotly draws it, in colours of light paper.
        height: pixels.
        alt: what the chart shows, in one sentence.
        table: the numbers behind it.
        note: sentence under the chart.
        swatches: names and colours, where no label can stand beside what it names.
    """

    key: str
    title: str
    figure: Figure
    height: int
    alt: str
    table: Table
    note: str = ""
    swatches: Sequence[tuple[str, str]] = ()

    @property
    def embedded(self) -> Markup:
        """The figure as JSON that can stand inside a script element."""
        return embed(self.figure.to_dict())


FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans JP', 'IPAGothic', sans-serif"

PAPER_LAYOUT = {
    "autosize": True,
    "showlegend": False,
    "hovermode": "closest",
    "dragmode": False,
    "paper_bgcolor": "rgba(0,0,0,0)",
    "plot_bgcolor": "rgba(0,0,0,0)",
    "font": {"family": FONT, "size": 12, "color": INK},
    "hoverlabel": {"bgcolor": PAPER, "bordercolor": RULE, "font": {"family": FONT, "size": 12, "color": INK}},
}
"""What every figure has in common: no legend, no toolbar, the page's letters and colours."""


def embed(value: object) -> Markup:
    """JSON for a script element: no character in it can close the element or open another."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def plain(text: str) -> str:
    """Text for Plotly, which would otherwise read tags in it."""
    return escape(text, quote=False)
