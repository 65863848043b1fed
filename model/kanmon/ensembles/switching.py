"""Switching values: how far one fact would have to be from its central figure for the second-best plan to win, the others held.

Along each of the facts that decide most about the lead of the best plan over the second, the engine is run at a few figures from low to
high; a smooth curve through these leads (monotone between them, after Fritsch and Carlson 1980) says where it is nil, and one more run
at that figure says how far the curve was out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.interpolate import PchipInterpolator
from scipy.optimize import brentq

from kanmon.ensembles.chunks import Chunk, done, read_draws, write_chunk
from kanmon.ensembles.factors import Factor, central
from kanmon.ensembles.outcomes import PLAN
from kanmon.ensembles.sensitivity import tornado_of
from kanmon.ensembles.summary import CENTRAL_DRAW, worths

Compute = Callable[[Sequence[Chunk]], Iterator[tuple[int, pd.DataFrame]]]

FOLDER = "switching"

COLUMNS = ["plan", "other", "factor", "unit", "low", "central", "high", "lead_at_low", "lead_at_central", "lead_at_high", "switching_value", "lead_found", "error"]

STRIDE = 10
"""Runs that are numbered for a fact: those along its range, and the last one to verify."""


@dataclass(frozen=True)
class Lead:
    """The best plan at the central figures, the second, and by how much the first leads in each draw [million USD]."""

    plan: str
    other: str
    central: float
    draws: pd.Series

    def of(self, worth: pd.DataFrame) -> pd.Series:
        """The lead in other runs, by run."""
        return (worth[self.plan] - worth[self.other]).dropna() if {self.plan, self.other} <= set(worth.columns) else pd.Series(dtype=float)


def lead_of(outcomes: pd.DataFrame) -> Lead | None:
    """The two best plans; None where fewer than two have a number at the central figures."""
    worth = worths(outcomes)
    if CENTRAL_DRAW not in worth.index or worth.loc[CENTRAL_DRAW].notna().sum() < 2:
        return None
    best, second = worth.loc[CENTRAL_DRAW].sort_values(ascending=False, kind="stable").index[:2]
    lead = (worth[best] - worth[second]).dropna()
    return Lead(str(best), str(second), float(lead[CENTRAL_DRAW]), lead.drop(CENTRAL_DRAW))


def switching_values(outcomes: pd.DataFrame, inputs: pd.DataFrame, factors: Sequence[Factor], folder: Path, compute: Compute, count: int) -> pd.DataFrame:
    """Switching values of the facts that decide most about who leads.

    Args:
        outcomes: draws and the run at the central figures.
        inputs: one row a draw, one column a factor.
        factors: what is drawn.
        folder: of the ensemble; runs that are there are kept.
        compute: runs chunks.
        count: of facts.

    Returns:
        columns :data:`COLUMNS`: leads in million USD; no switching value where the lead does not change sign within the range; ``lead_found``: the lead that the
        engine finds there; ``error``: its size over the swing of the lead along the range [1].
    """
    lead = lead_of(outcomes)
    if lead is None or count < 1 or len(lead.draws) < 2:
        return pd.DataFrame(columns=COLUMNS)
    low, high, _ = tornado_of(inputs.loc[lead.draws.index].to_numpy(), lead.draws.to_numpy())
    chosen = [int(place) for place in np.argsort(-np.abs(high - low), kind="stable")[:count]]
    along = {place: _figures(factors[place], place * STRIDE) for place in chosen}
    _run(folder, compute, factors, {number: (place, value) for place, figures in along.items() for number, value in figures.items()})
    leads = lead.of(worths(read_draws(folder / FOLDER, [PLAN])))
    curves = {place: _curve(along[place], factors[place].value, leads, lead.central) for place in chosen}
    found = {place: _crossing(curves[place], factors[place].value) for place in chosen}
    _run(folder, compute, factors, {_last(place): (place, value) for place, value in found.items() if value is not None})
    leads = lead.of(worths(read_draws(folder / FOLDER, [PLAN])))
    rows = [_row(lead, factors[place], curves[place], found[place], float(leads.get(_last(place), np.nan))) for place in chosen]
    return pd.DataFrame(rows, columns=COLUMNS)


def _figures(factor: Factor, first: int) -> dict[int, float]:
    """Figures along the range at which the engine is run, the central one apart, by number of the run."""
    spread = dict.fromkeys([factor.low, (factor.low + factor.value) / 2, (factor.value + factor.high) / 2, factor.high])
    return {first + step: value for step, value in enumerate(value for value in spread if value != factor.value)}


def _last(place: int) -> int:
    """Number of the run that verifies what was found along a fact."""
    return place * STRIDE + STRIDE - 1


def _run(folder: Path, compute: Compute, factors: Sequence[Factor], asked: dict[int, tuple[int, float]]) -> None:
    """Run the engine with one fact moved and the others central; what is there already is kept."""
    there, middle, chunks = done(folder / FOLDER), central(factors), []
    for number, (place, value) in asked.items():
        moved = middle.copy()
        moved[place] = value
        if number not in there:
            chunks.append(Chunk(number, number, moved[None, :]))
    for number, outcomes in compute(chunks):
        write_chunk(folder / FOLDER, number, outcomes)


Curve = tuple[np.ndarray, np.ndarray]
"""Figures in rising order, and the lead at each."""


def _curve(figures: dict[int, float], middle: float, leads: pd.Series, there: float) -> Curve:
    """Where the lead is known along a fact, the central figure among them."""
    known = [(middle, there), *((value, float(leads[number])) for number, value in figures.items() if number in leads.index)]
    values, found = zip(*sorted(known), strict=True)
    return np.array(values), np.array(found)


def _crossing(curve: Curve, middle: float) -> float | None:
    """Figure at which the lead is nil, the nearest one to the central figure; None where it does not change sign."""
    values, leads = curve
    changes = np.flatnonzero(np.sign(leads[:-1]) * np.sign(leads[1:]) < 0)
    if not changes.size:
        return None
    smooth = PchipInterpolator(values, leads)
    roots = [float(brentq(smooth, values[place], values[place + 1])) for place in changes]
    return min(roots, key=lambda root: abs(root - middle))


def _row(lead: Lead, factor: Factor, curve: Curve, found: float | None, verified: float) -> tuple:
    values, leads = curve
    ends = [float(leads[place]) if values[place] == end else np.nan for place, end in ((0, factor.low), (-1, factor.high))]
    error = abs(verified) / np.ptp(leads) if found is not None else np.nan
    return lead.plan, lead.other, factor.name, factor.unit, factor.low, factor.value, factor.high, ends[0], lead.central, ends[1], np.nan if found is None else found, verified, error
