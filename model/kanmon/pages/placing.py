"""Where a number stands clear of the lines of its chart, on plots of every width."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

Path = Sequence[tuple[float, float]]
"""Corners of a line: share of the width of the plot [1], distance from its top [px]."""

WIDTHS = (200.0, 400.0, 880.0)
"""Widths of the plot on a phone, in two columns, and alone [px]: a number must stand clear on all of them."""

HEIGHT, CLEAR = 15.0, 3.0
"""Height of a text and the room about it [px]."""

ABOVE_OR_BELOW = [("center", 0, rise) for distance in range(11, 36, 4) for rise in (distance, -distance)]
BESIDE = [(anchor, reach, rise) for reach in (6, 10, 14, 18, 24, 32) for rise in range(-32, 33, 4) for anchor in ("left", "right")]
PLACES = sorted([*ABOVE_OR_BELOW, *BESIDE], key=lambda place: math.hypot(place[1] + (place[0] != "center") * 6, place[2]))
"""Where a number may stand about its point, nearest first: anchor of its text, distance to the side, rise of its middle [px]."""


def clear_place(spot: tuple[float, float], width: float, paths: Sequence[Path], height: float) -> tuple[str, int, int]:
    """The nearest place about a point where a text covers no line, or the one where it covers least.

    Args:
        spot: the point.
        width: width of the text [px].
        paths: lines that it must not cover.
        height: height of the plot [px].
    """
    best, least = PLACES[0], math.inf
    for place in PLACES:
        covered = _crossings(place, spot, width, paths, height)
        if covered < least:
            best, least = place, covered
        if least <= 0:
            break
    return best


def _crossings(place: tuple[str, int, int], spot: tuple[float, float], width: float, paths: Sequence[Path], height: float) -> float:
    """Length of lines that a text would cover at a place, on plots of all widths [px]; standing out of the plot counts as much more."""
    anchor, reach, rise = place
    top, bottom = spot[1] - rise - HEIGHT / 2, spot[1] - rise + HEIGHT / 2
    found = 0.0
    for plot in WIDTHS:
        left = spot[0] * plot + {"center": -width / 2, "left": reach, "right": -reach - width}[anchor]
        right = left + width
        if left < 2 or right > plot - 2 or top < -2 or bottom > height - 1:
            found += 1000.0
            continue
        for path in paths:
            for (x0, y0), (x1, y1) in pairwise(path):
                found += _covered(x0 * plot, y0, x1 * plot, y1, left - CLEAR, right + CLEAR, top, bottom)
    return found


def _covered(x0: float, y0: float, x1: float, y1: float, left: float, right: float, top: float, bottom: float) -> float:
    """Length of a segment within a rectangle [px]."""
    first, last = 0.0, 1.0
    for start, step, low, high in ((x0, x1 - x0, left, right), (y0, y1 - y0, top, bottom)):
        if abs(step) < 1e-9:
            if not low <= start <= high:
                return 0.0
            continue
        ends = sorted(((low - start) / step, (high - start) / step))
        first, last = max(first, ends[0]), min(last, ends[1])
    return max(last - first, 0.0) * math.hypot(x1 - x0, y1 - y0)
