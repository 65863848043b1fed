"""Flow diagram of supply: what each origin brings in the baseline on the left and in this run on the right, joined by ribbons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from kanmon.pages.blocks import PAPER_LAYOUT, plain
from kanmon.pages.figure import Figure
from kanmon.pages.lettering import letters, shortened
from kanmon.pages.numbers import significant
from kanmon.pages.palette import INK, MUTED, PAPER
from kanmon.pages.wording import Wording

HEIGHT, TOP, BOTTOM, SIDE = 300, 40, 8, 10
LETTER, LABEL_LINE, LONGEST = 7.1, 14, 20
"""Width of a letter and height of a line of a label [px], and its longest name [letters]."""

COLUMN = 0.09
"""Width of a column, as a share of the plot [1]."""

CORNERS = 16
LEVEL = 0.99
"""Supply below this share of the baseline leaves a gap that is drawn [1]."""


@dataclass(frozen=True)
class Ribbon:
    """One origin: its name, what it brings in the baseline and in this run [t/year], its colour."""

    name: str
    before: float
    after: float
    colour: str


def ribbon_figure(ribbons: Sequence[Ribbon], heads: tuple[str, str], say: Wording) -> tuple[Figure, int]:
    """Ribbons, the first one uppermost, and the height of the figure in pixels; what is below zero (added to stock) is left out.

    Args:
        ribbons: origins.
        heads: names of the two columns.
        say: texts.
    """
    lower = list(reversed(ribbons))
    sides = [[max(amount, 0.0) for amount in side] for side in ([item.before for item in lower], [item.after for item in lower])]
    feet = [[0.0, *accumulate(side)] for side in sides]
    top = max(feet[0][-1], feet[1][-1]) or 1.0
    figure = Figure()
    for place, item in enumerate(lower):
        _draw(figure, item, [(foot[place], foot[place + 1]) for foot in feet], say)
    labels = [_labels(lower, sides, feet[end], top, end) for end in (0, 1)]
    sums = [_sum(feet[end], say) for end in (0, 1)]
    widest = [max(letters(text) for text in (sums[end], heads[end], *(label["text"] for label in labels[end]))) * LETTER + SIDE for end in (0, 1)]
    figure.update_layout(
        height=HEIGHT,
        margin={"l": int(widest[0]), "r": int(widest[1]), "t": TOP, "b": BOTTOM},
        **PAPER_LAYOUT,
        xaxis={"range": [0, 1], "visible": False, "fixedrange": True},
        yaxis={"range": [0, top], "visible": False, "fixedrange": True},
        shapes=_gap(feet),
        annotations=[*labels[0], *labels[1], *_heads(heads, sums)],
    )
    return figure, HEIGHT


def _draw(figure: Figure, item: Ribbon, ends: Sequence[tuple[float, float]], say: Wording) -> None:
    """Both columns of an origin and the ribbon between them."""
    text = plain(say("supply.flow_hover", name=item.name, before=significant(item.before, noise=5e-3), after=significant(item.after, noise=5e-3)))
    steps = [step / CORNERS for step in range(CORNERS + 1)]
    across = [COLUMN + (1 - 2 * COLUMN) * step for step in steps]
    share = [step * step * (3 - 2 * step) for step in steps]
    under, over = ([ends[0][side] + (ends[1][side] - ends[0][side]) * part for part in share] for side in (0, 1))
    _fill(figure, [*across, *reversed(across)], [*under, *reversed(over)], item.colour, 0.4, text)
    for (low, high), left in zip(ends, (0.0, 1 - COLUMN), strict=True):
        if high > low:
            _fill(figure, [left, left + COLUMN, left + COLUMN, left], [low, low, high, high], item.colour, 1.0, text)


def _fill(figure: Figure, across: Sequence[float], up: Sequence[float], colour: str, opacity: float, text: str) -> None:
    line = {"width": 1 if opacity == 1.0 else 0, "color": PAPER, "shape": "linear"}
    figure.add_scatter(x=[round(value, 4) for value in across], y=[float(f"{value:.5g}") for value in up], mode="lines", line=line, fill="toself", fillcolor=colour, opacity=opacity, hoveron="fills", text=text, hoverinfo="text")


def _labels(lower: Sequence[Ribbon], sides: Sequence[Sequence[float]], feet: Sequence[float], top: float, end: int) -> list[dict]:
    """Amounts beside a column, moved apart where they would overlap: on the right with names, on the left with those that the right lacks."""
    pixel = (HEIGHT - TOP - BOTTOM) / top
    shown = [[significant(amount, noise=5e-3) != "0" and amount * pixel > 0.2 for amount in side] for side in sides]
    labelled = [place for place, there in enumerate(shown[end]) if there]
    levels = _apart([(feet[place] + feet[place + 1]) / 2 * pixel for place in labelled], HEIGHT - TOP - BOTTOM)
    labels = []
    for place, level in zip(labelled, levels, strict=True):
        amount, name = significant(sides[end][place], noise=5e-3), shortened(lower[place].name, LONGEST) if end or not shown[1][place] else ""
        labels.append({
            "x": float(end), "y": level / pixel, "text": plain(f"{amount} {name}" if end else f"{name} {amount}".strip()), "showarrow": False,
            "xanchor": "left" if end else "right", "xshift": SIDE if end else -SIDE, "yanchor": "middle", "font": {"size": 12, "color": INK},
        })  # fmt: skip
    return labels


def _apart(wanted: Sequence[float], height: float) -> list[float]:
    """Levels, from below, that are a line apart and inside the plot [px]."""
    levels: list[float] = []
    for level in wanted:
        levels.append(max(level, levels[-1] + LABEL_LINE if levels else LABEL_LINE / 2))
    ceiling = height - LABEL_LINE / 2
    for place in reversed(range(len(levels))):
        levels[place] = min(levels[place], ceiling)
        ceiling = levels[place] - LABEL_LINE
    return levels


def _gap(feet: Sequence[Sequence[float]]) -> list[dict]:
    """A dashed frame over the column of this run where it brings less than the baseline."""
    before, after = feet[0][-1], feet[1][-1]
    if after >= LEVEL * before:
        return []
    return [{"type": "rect", "x0": 1 - COLUMN, "x1": 1, "y0": after, "y1": before, "line": {"color": MUTED, "width": 1, "dash": "dot"}, "layer": "below"}]


def _sum(feet: Sequence[float], say: Wording) -> str:
    return say("supply.sum", amount=significant(feet[-1], noise=5e-3))


def _heads(heads: tuple[str, str], sums: Sequence[str]) -> list[dict]:
    """Above each column its name and its sum."""
    found = []
    for end, (head, total) in enumerate(zip(heads, sums, strict=True)):
        side = "left" if end else "right"
        text = f"<b>{plain(head)}</b><br>{plain(total)}"
        found.append({"x": float(end), "y": 1, "yref": "paper", "text": text, "showarrow": False, "align": side, "xanchor": side, "yanchor": "bottom", "yshift": 5, "font": {"size": 12, "color": INK}})
    return found
