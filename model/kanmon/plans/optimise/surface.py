r"""Outcomes between the points that the engine has evaluated, group by group, and added up over groups.

In each continuous lever a monotone cubic (Fritsch and Carlson 1980) is drawn through the points of the grid, tabulated finely, and
interpolated linearly in all levers at once. What the engine finds at further points differs from that by a residual, which is spread over
their neighbourhood by linear radial functions: with them the surface meets every outcome that there is.

.. math:: \hat L(p) = \bar L(p) + \sum_j \lambda_j \lVert p - p_j \rVert + \mu \qquad [\mathrm{USD}]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.interpolate import PchipInterpolator, RBFInterpolator, RegularGridInterpolator

from kanmon.plans.optimise.axes import Axis, size_of
from kanmon.plans.optimise.choice import Evaluated
from kanmon.world.world import Floats

FINEST = 8
"""Parts that an interval between two points of a lever is tabulated in at most."""

LARGEST_TABLE = 60_000
"""Points of a table at most: with many levers it is less fine."""

FAILED = 1e-9
"""Weight of a point that failed beyond which what lies beside it is not known [1]."""


@dataclass(frozen=True)
class Surface:
    """Cost and losses over the levers of one group.

    Attributes:
        axes: of its levers.
        points: levels at the grid points, point x lever, the last lever fastest.
        values: cost and loss in each future there, less those of no plan, point x (cost, futures) [USD]; not a number where it failed.
        further, seen: levels and outcomes of points beside the grid.
    """

    axes: tuple[Axis, ...]
    points: Floats
    values: Floats
    further: Floats
    seen: Floats

    def __call__(self, levels: Floats) -> Floats:
        """Cost and losses at levels, plan x lever to plan x (cost, futures) [USD]; not a number beside a point that failed."""
        smooth = np.asarray(self._table(levels))
        return smooth + self._residual(levels / self._span) if self._residual is not None else smooth

    def with_further(self, levels: Floats, values: Floats) -> Surface:
        """The same surface, made to meet outcomes at further points within its ends; those on the grid, or failed, are left out."""
        ends = np.array([[axis.points[0], axis.points[-1]] for axis in self.axes])
        on_grid = np.asarray((np.abs(levels[:, None, :] - self.points[None, :, :]) <= 1e-9 * self._span).all(axis=2)).any(axis=1)
        inside = ((levels >= ends[:, 0]) & (levels <= ends[:, 1])).all(axis=1)
        use = inside & ~on_grid & np.isfinite(values).all(axis=1)
        return replace(self, further=levels[use], seen=values[use])

    @property
    def evaluated(self) -> Evaluated:
        """The points of the grid and those beside it."""
        return Evaluated(np.concatenate([self.points, self.further]), np.concatenate([self.values, self.seen]))

    @property
    def _span(self) -> Floats:
        return np.array([axis.lever.largest for axis in self.axes])

    @cached_property
    def _table(self) -> RegularGridInterpolator:
        """The tabulated cubics, and what is not known marked."""
        shape = [axis.points.size for axis in self.axes]
        failed = ~np.asarray(np.isfinite(self.values).all(axis=1))
        table = np.where(failed[:, None], np.nanmax(np.where(failed[:, None], np.nan, self.values), axis=0), self.values).reshape(*shape, -1)
        fine = []
        for place, axis in enumerate(self.axes):
            parts = 1 if axis.lever.whole else self._parts
            inner = np.linspace(axis.points[:-1], axis.points[1:], parts, endpoint=False, axis=1).reshape(-1)
            fine.append(np.append(inner, axis.points[-1]))
            table = table if parts == 1 else PchipInterpolator(axis.points, table, axis=place)(fine[-1])
        if failed.any():
            mark = RegularGridInterpolator([axis.points for axis in self.axes], failed.reshape(shape).astype(float))(np.stack(np.meshgrid(*fine, indexing="ij"), axis=-1))
            table[mark > FAILED] = np.nan
        return RegularGridInterpolator(fine, table, method="linear")

    @property
    def _parts(self) -> int:
        """Parts of an interval, as fine as the largest table allows."""
        soft = sum(not axis.lever.whole for axis in self.axes)
        return max(1, min(FINEST, int((LARGEST_TABLE / size_of(self.axes)) ** (1.0 / max(soft, 1)))))

    @cached_property
    def _residual(self) -> RBFInterpolator | None:
        """What the engine adds to the cubics at further points; nothing at those of the grid."""
        if not len(self.further):
            return None
        known = np.isfinite(self.values).all(axis=1)
        places = np.concatenate([self.points[known], self.further]) / self._span
        missed = np.concatenate([np.zeros_like(self.values[known]), self.seen - np.asarray(self._table(self.further))])
        fine = np.isfinite(missed).all(axis=1)
        return RBFInterpolator(places[fine], missed[fine], kernel="linear")


@dataclass(frozen=True)
class Landscape:
    """The groups together: what a plan of all levers costs and loses.

    Attributes:
        none: cost and losses without a plan, (cost, futures) [USD].
        surfaces: of each group.
    """

    none: Floats
    surfaces: tuple[Surface, ...]

    @property
    def axes(self) -> list[Axis]:
        """Axes of all levers, group after group."""
        return [axis for surface in self.surfaces for axis in surface.axes]

    def of_each(self, levels: Floats) -> list[Floats]:
        """Levels of each group from those of all levers, plan x lever."""
        ends = np.cumsum([len(surface.axes) for surface in self.surfaces])[:-1]
        return np.split(levels, ends, axis=1)

    def __call__(self, levels: Floats) -> tuple[Floats, Floats]:
        """Cost by plan and loss by plan and future [USD], of levels plan x lever."""
        total = self.none + sum(surface(mine) for surface, mine in zip(self.surfaces, self.of_each(levels), strict=True))
        return total[:, 0], total[:, 1:]


def surface_over(axes: Sequence[Axis], points: Floats, values: Floats) -> Surface:
    """A surface from outcomes at all points of a grid, less those of no plan, plan x (cost, futures) [USD]."""
    assert len(values) == size_of(axes)
    return Surface(tuple(axes), points, values, points[:0], values[:0])
