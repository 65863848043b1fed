"""Where the windows of a run start from: the solved windows of a like one, so that no program has to find the neighbourhood.

A start moves no equilibrium by more than the tolerance of the solver. Many runs that shall not depend on the order in which they are
solved all start from the same one, never from each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kanmon.runs.baseline import Baseline
from kanmon.scenario.market import Market
from kanmon.solution.plan import Plan
from kanmon.solution.tables import base_plan
from kanmon.solve.equilibrium import Equilibrium, alike, in_months_of, moved


@dataclass(frozen=True)
class Starts:
    """A run to start from.

    Attributes:
        path: windows of its path as solved, in order; empty without a path.
        windows: windows of the scenario.
        plan: its months without measures.
    """

    path: tuple[Equilibrium, ...] = ()
    windows: tuple[Equilibrium, ...] = ()
    plan: Plan | None = None

    def of_path(self, market: Market, before: Equilibrium | None) -> Equilibrium | None:
        """Where a window of the path starts.

        Args:
            market: the window.
            before: the window of this run before it.

        Returns:
            the like window, moved as the one before it has moved, the first as what is usual has; None where none has its months and rows.
        """
        place = _like(self.path, market)
        if place is None:
            return None
        near = self.path[place]
        if place and before is not None:
            return _moved_with(near, self.path[place - 1], before)
        return moved(near, usual_plan(near.market), usual_plan(market))

    def of_window(self, market: Market, before: Equilibrium | None, baseline: Baseline, first: int) -> Equilibrium | None:
        """Where a window of the scenario starts; its first one moves as the months without measures have.

        Args:
            market: the window.
            before: the window of this run before it.
            baseline: the months without measures.
            first: first month of the scenario.
        """
        place = _like(self.windows, market)
        if place is None:
            return None
        near = self.windows[place]
        if place and before is not None:
            return _moved_with(near, self.windows[place - 1], before)
        if self.plan is None or self.plan.price.shape != baseline.plan.price.shape:
            return near
        return moved(near, in_months_of(self.plan, first, market), in_months_of(baseline.plan, first, market))


COLD = Starts()
"""No run to start from."""


def starts_of(path: Sequence[Equilibrium], windows: Sequence[Equilibrium], plan: Plan) -> Starts:
    """Solved windows as starts, without their equations, so that they are light to hand to another process."""
    on_path, of_scenario = (tuple(replace(solved, system=None) for solved in group) for group in (path, windows))
    return Starts(on_path, of_scenario, plan)


def usual_plan(market: Market) -> Plan:
    """What is usual in the months of a window: base prices, and the quantities that its curves pass through."""
    anchor = market.anchor
    return replace(base_plan(market.world, market.months), use=anchor.use, output=anchor.output, flow=anchor.flow, stock=anchor.stock)


def _moved_with(near: Equilibrium, then: Equilibrium, now: Equilibrium) -> Equilibrium:
    """A window moved as the one before it has; as it is where those are not alike."""
    if then.market.first != now.market.first or not alike(then.market, now.market):
        return near
    return moved(near, in_months_of(then, then.market.first, near.market), in_months_of(now, now.market.first, near.market))


def _like(known: Sequence[Equilibrium], market: Market) -> int | None:
    """Place of the one that opens in the same month, of the same length, in a world of the same rows."""
    return next((place for place, start in enumerate(known) if start.market.first == market.first and start.market.months == market.months and alike(start.market, market)), None)
