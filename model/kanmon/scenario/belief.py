"""What the market believes about the end of a measure, and so about the months ahead.

Nobody knows how long a measure will last. Each month the market sees what is in force, believes something about the rest, plans, and
is surprised or not. The true path beyond the present month is used by nobody, unless the scenario says that it is known.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kanmon.scenario.schema import Belief, Level, Measure, Remaining, Scenario
from kanmon.world.world import Floats

RECENT = 3
"""Months over which a level counts as recent."""


def with_foresight(scenario: Scenario) -> Scenario:
    """The same scenario, in which everybody knows from the announcement on how long a measure lasts: one window, and many times faster."""
    return scenario.model_copy(update={"belief": Belief.model_validate({}), "beside": ()})


def believed_force(measure: Measure, belief: Belief, now: int, calendar: Sequence[int]) -> Floats:
    """Chance, in the eyes of the market, that a measure is in force in each month [1].

    Args:
        measure: a measure that is known.
        belief: what is believed about its end.
        now: the present month; what is in force now is seen, and so is that it has ended.
        calendar: months asked about, from the present one on.
    """
    actual = np.array([measure.in_force(month) for month in calendar], dtype=float)
    if belief.kind == Remaining.TRUE or (measure.end is not None and measure.end <= now):
        return actual
    months = np.array(calendar)
    from_start = months - max(now, measure.effective)
    if belief.kind == Remaining.MONTHS:
        believed = (months >= measure.effective) & (from_start < (belief.months or 0))
        chance = believed.astype(float)
    else:
        chance = np.where(months >= measure.effective, (1.0 - (belief.hazard or 0.0)) ** np.maximum(from_start, 0), 0.0)
    return np.where(months == now, actual, chance)


def believed_allowance(measure: Measure, belief: Belief, now: int, calendar: Sequence[int], usual: Floats) -> Floats:
    """What a ban or quota is believed to let pass in each month, for rows of usual flow x month [t/month]; infinite where it does not bind.

    Under a hazard the market plans on the expected allowance: what is allowed while the measure lasts and the usual flow once it has
    ended, each with its chance. Where there is no usual flow (curves stated outright), on the likelier of the two.
    """
    chance = believed_force(measure, belief, now, calendar)
    columns = []
    for month, weight, flow in zip(calendar, chance.tolist(), usual.T, strict=True):
        if weight <= 0.0 or (weight < 0.5 and not usual.any()):
            columns.append(np.full(flow.size, np.inf))
            continue
        allowed = _level(measure, belief, now, month, flow)
        if weight >= 1.0 or not usual.any():
            columns.append(allowed)
        else:
            columns.append(weight * np.minimum(allowed, flow) + (1.0 - weight) * flow)
    return np.stack(columns, axis=1)


def _level(measure: Measure, belief: Belief, now: int, month: int, usual: Floats) -> Floats:
    """What the measure is believed to allow in a month while it lasts."""
    if belief.kind == Remaining.TRUE or belief.level == Level.STATED or month == now:
        return measure.allowance(month, usual)
    seen = [past for past in range(max(measure.effective, now - RECENT + 1), now + 1) if measure.in_force(past)] or [measure.effective]
    return np.mean([measure.allowance(past, usual) for past in seen], axis=0)
