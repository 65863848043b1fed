"""Line charts over months: direct labels at the right, the measure's dates above, no legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kanmon.indicators.view import View
from kanmon.pages.blocks import PAPER_LAYOUT, plain
from kanmon.pages.figure import Figure
from kanmon.pages.lettering import letters, wrap
from kanmon.pages.months_axis import GAP, SPAN, Span, bars_above, date_labels, dates, month_after, months_axis
from kanmon.pages.palette import MUTED, RULE
from kanmon.pages.placing import clear_place
from kanmon.pages.wording import Wording

HEIGHT = 270
TOP, BOTTOM, LEFT = 46, 40, 46
LETTER = 6.3
"""Width of a letter of a label [px]."""

LABEL_LINE = 14


@dataclass(frozen=True)
class Line:
    """One line: its name, values by month, what a pointer shows, and how it is drawn.

    ``marked`` months get an open circle; ``number`` is written at the month ``number_at``. What holds throughout a month is drawn as a
    step, so that nothing seems to move before it does; what is counted at its end (``at_end``) as points joined by lines.
    """

    name: str
    months: Sequence[str]
    values: Sequence[float]
    texts: Sequence[str]
    colour: str
    dash: str = "solid"
    width: float = 2.0
    marked: Sequence[bool] = ()
    number: str = ""
    number_at: int = 0
    at_end: bool = False

    def day(self, place: int) -> str:
        """Where a month's value stands: at the middle of the month, or at its end."""
        return month_after(self.months[place]) if self.at_end else f"{self.months[place]}-15"


@dataclass(frozen=True)
class Scale:
    """Vertical axis: suffix of its ticks, level of the dashed reference line, least height of its range, whether it starts at zero."""

    suffix: str = ""
    reference: float | None = None
    least: float = 0.0
    from_zero: bool = False
    bounds: tuple[float, float] | None = None


@dataclass
class _Extent:
    low: float
    high: float
    height: float = field(default=HEIGHT - TOP - BOTTOM)

    def pixel(self, value: float) -> float:
        return (self.high - value) / (self.high - self.low) * self.height


def extent(lines: Sequence[Line], scale: Scale) -> tuple[float, float]:
    """Range of values that shows every line with room for a number above the highest point."""
    values = [value for line in lines for value in line.values]
    if scale.reference is not None:
        values.append(scale.reference)
    low, high = min(values), max(values)
    if high - low < scale.least:
        middle = (high + low) / 2
        low, high = middle - scale.least / 2, middle + scale.least / 2
    room = high - low
    return (0.0 if scale.from_zero else low - 0.1 * room), high + 0.16 * room


def line_figure(lines: Sequence[Line], scale: Scale, view: View, say: Wording, spans: Sequence[Span] = (), height: int = HEIGHT) -> Figure:
    """Draw lines on a common time axis, and bars above them where lines have dates of their own."""
    low, high = scale.bounds or extent(lines, scale)
    top = max(TOP, 8 + (SPAN + GAP) * len(spans)) if spans else TOP
    frame = _Extent(low, high, height - top - BOTTOM)
    figure = Figure()
    for line in lines:
        _draw(figure, line)
    labels = [label for line in lines for label in wrap(line.name)]
    right = int(max(map(letters, labels)) * LETTER) + 22
    figure.update_layout(
        height=height,
        margin={"l": LEFT, "r": right, "t": top, "b": BOTTOM},
        **PAPER_LAYOUT,
        xaxis=months_axis(view, say),
        yaxis={"range": [low, high], "ticksuffix": scale.suffix, "nticks": 6, "gridcolor": RULE, "zeroline": False, "fixedrange": True, "tickfont": {"size": 11, "color": MUTED}, "separatethousands": True},
        shapes=dates(view, frame.height) + _reference(scale) + bars_above(spans, view, frame.height),
        annotations=date_labels(view, say, frame.height) + _end_labels(lines, frame) + _numbers(lines, scale, frame),
    )
    return figure


def _draw(figure: Figure, line: Line) -> None:
    days = [line.day(place) for place in range(len(line.months))]
    texts = [plain(text) for text in line.texts]
    figure.add_scatter(x=days, y=list(line.values), mode="lines", line={"color": line.colour, "width": line.width, "dash": line.dash, "shape": "linear" if line.at_end else "hvh"}, text=texts, hovertemplate="%{text}<extra></extra>")
    marks = [place for place, mark in enumerate(line.marked) if mark]
    if marks:
        figure.add_scatter(
            x=[days[place] for place in marks],
            y=[line.values[place] for place in marks],
            mode="markers",
            marker={"symbol": "circle-open", "size": 7, "color": line.colour, "line": {"width": 1.5}},
            text=[texts[place] for place in marks],
            hovertemplate="%{text}<extra></extra>",
        )


def _reference(scale: Scale) -> list[dict]:
    if scale.reference is None:
        return []
    return [{"type": "line", "xref": "paper", "yref": "y", "x0": 0, "x1": 1, "y0": scale.reference, "y1": scale.reference, "line": {"color": MUTED, "width": 1, "dash": "dash"}, "layer": "below"}]


def _end_labels(lines: Sequence[Line], frame: _Extent) -> list[dict]:
    """A name at the end of each line, moved apart where they would overlap and joined to its line by a leader."""
    ends = [frame.pixel(line.values[-1]) for line in lines]
    highest = [max(line.values) for line in lines]
    heights = [LABEL_LINE * len(wrap(line.name)) + 2 for line in lines]
    order = sorted(range(len(lines)), key=lambda place: (round(ends[place] / 6), -highest[place]))
    tops: dict[int, float] = {}
    floor = 0.0
    for place in order:
        tops[place] = max(floor, ends[place] - heights[place] / 2)
        floor = tops[place] + heights[place]
    ceiling = frame.height
    for place in reversed(order):
        tops[place] = min(tops[place], ceiling - heights[place])
        ceiling = tops[place]
    labels = []
    last = max(line.months[-1] for line in lines)
    together = all(line.months[-1] == last for line in lines)
    for place in order:
        line = lines[place]
        shift = tops[place] + heights[place] / 2 - ends[place]
        labels.append({
            "x": line.day(-1), "xref": "x", "y": line.values[-1], "yref": "y", "text": "<br>".join(plain(part) for part in wrap(line.name)),
            "showarrow": True, "arrowhead": 0, "arrowwidth": 1, "arrowcolor": line.colour, "ay": round(shift, 1), "xanchor": "left", "yanchor": "middle", "align": "left", "font": {"size": 12, "color": line.colour},
            **({"ax": 14} if together else {"axref": "x", "ax": month_after(month_after(last)[:7])}),
        })  # fmt: skip
    return labels


def _numbers(lines: Sequence[Line], scale: Scale, frame: _Extent) -> list[dict]:
    """The number of a line at one of its months, where it stands clear of all lines, of the dashed reference and of the axes."""
    months = sorted({month for line in lines for month in line.months})
    labels = []
    for line in lines:
        if line.number:
            value, month = line.values[line.number_at], line.months[line.number_at]
            paths = [_corners(other, months, frame) for other in lines]
            if scale.reference is not None:
                paths.append([(0.0, frame.pixel(scale.reference)), (1.0, frame.pixel(scale.reference))])
            spot = ((months.index(month) + (1.0 if line.at_end else 0.5)) / len(months), frame.pixel(value))
            anchor, reach, rise = clear_place(spot, letters(line.number) * 7.2, paths, frame.height)
            labels.append({
                "x": line.day(line.number_at), "xref": "x", "y": value, "yref": "y", "text": plain(line.number), "showarrow": False,
                "xanchor": anchor, "yanchor": "middle", "xshift": -reach if anchor == "right" else reach, "yshift": rise, "font": {"size": 12, "color": line.colour},
            })  # fmt: skip
    return labels


def _corners(line: Line, months: Sequence[str], frame: _Extent) -> list[tuple[float, float]]:
    """A line as it is drawn: share of the width of the plot [1] and distance from its top [px]."""
    places = [(months.index(month), frame.pixel(value)) for month, value in zip(line.months, line.values, strict=True)]
    if line.at_end:
        return [((place + 1) / len(months), level) for place, level in places]
    return [((place + side) / len(months), level) for place, level in places for side in (0, 1)]
