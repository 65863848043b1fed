"""Levers as axes of a grid: continuous ones at some points, builds that come whole at every number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from kanmon.errors import InputError, Problem
from kanmon.world.world import Floats


@dataclass(frozen=True)
class Lever:
    """A lever that is chosen.

    Attributes:
        name: as the pack calls it.
        largest: highest level; the lowest is zero.
        whole: whether only whole levels can be built.
    """

    name: str
    largest: float
    whole: bool = False


@dataclass(frozen=True)
class Axis:
    """Points of one lever in ascending order, and whether there is anything between them."""

    lever: Lever
    points: Floats

    @property
    def span(self) -> float:
        """Distance between its ends, in levels."""
        return float(self.points[-1] - self.points[0])

    def around(self, level: float, width: float) -> Axis:
        """Three points of the same lever: a level, and the same less and more by a width; a whole lever by one."""
        step = 1.0 if self.lever.whole else width
        near = np.unique(np.clip([level - step, level, level + step], 0.0, float(int(self.lever.largest)) if self.lever.whole else self.lever.largest))
        return Axis(self.lever, near)


def axis_of(lever: Lever, points: int) -> Axis:
    """A lever from zero to its largest level; a whole lever at every whole level.

    Raises:
        InputError: there is nothing to choose.
    """
    if not 0 < lever.largest < np.inf or (lever.whole and lever.largest < 1):
        raise InputError([Problem(f"lever {lever.name}", f"its largest level is {lever.largest:g}", "give a largest level above zero, or leave it out")])
    if points < 2:
        raise InputError([Problem("points", f"{points} is not enough for a grid", "give 2 or more")])
    return Axis(lever, np.arange(int(lever.largest) + 1.0) if lever.whole else np.linspace(0.0, lever.largest, points))


def grid_of(axes: Sequence[Axis]) -> Floats:
    """All points of a grid, point x lever, the last lever fastest."""
    mesh = np.meshgrid(*(axis.points for axis in axes), indexing="ij")
    return np.stack([part.reshape(-1) for part in mesh], axis=-1)


def size_of(axes: Sequence[Axis]) -> int:
    """How many points a grid has."""
    return prod(axis.points.size for axis in axes)
