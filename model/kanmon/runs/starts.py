"""Where the windows of a run start from: the solved windows of a like one, so that no program has to find the neighbourhood.

A start moves no equilibrium by more than the tolerance of the solver. Many runs that shall not depend on the order in which they are
solved all start from the same one, never from each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kanmon.scenario.market import Market
from kanmon.solve.equilibrium import Equilibrium, alike


@dataclass(frozen=True)
class Starts:
    """A run to start from.

    Attributes:
        path: windows of its path as solved, in order; empty without a path.
        windows: windows of the scenario.
    """

    path: tuple[Equilibrium, ...] = ()
    windows: tuple[Equilibrium, ...] = ()

    def of_path(self, market: Market) -> Equilibrium | None:
        """The window of the path that a market starts from; None where none has its months and rows."""
        return _like(self.path, market)

    def of_window(self, market: Market) -> Equilibrium | None:
        """The same among the windows of the scenario."""
        return _like(self.windows, market)


COLD = Starts()
"""No run to start from."""


def starts_of(path: Sequence[Equilibrium], windows: Sequence[Equilibrium]) -> Starts:
    """Solved windows as starts, without their equations, so that they are light to hand to another process."""
    return Starts(*(tuple(replace(solved, system=None) for solved in group) for group in (path, windows)))


def _like(known: Sequence[Equilibrium], market: Market) -> Equilibrium | None:
    """The one that opens in the same month, of the same length, in a world of the same rows."""
    return next((start for start in known if start.market.first == market.first and start.market.months == market.months and alike(start.market, market)), None)
