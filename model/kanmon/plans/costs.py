r"""What a plan costs beside what the market pays by itself, discounted to the month from which is counted.

Capital is recovered over its life: what is counted is the annuity of the months on line until the end of the futures, so that what is left of
a plant then is not charged to them.

.. math::
    C = \sum_\ell z_\ell\, s_\ell \Big( \sum_{t \ge t_\ell + L_\ell} \delta^t (a_\ell + o_\ell) + \delta^{t_\ell} g_\ell + \sum_{t_\ell \le t < t_\ell + T_\ell} \delta^t p_\ell \Big),
    \qquad a_\ell = \kappa_\ell \frac{1-\delta}{1-\delta^{N_\ell}} \qquad [\mathrm{USD}]

with level z, share s that the region pays, start t, lead time L, operating cost o, grant g, programme cost p over T months, capital κ over a
life of N months. Source: capital recovery as in any cost-benefit guide; the rate is ``plan_discount_rate``.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kanmon.errors import InputError, Problem
from kanmon.pack.load import Pack
from kanmon.pack.units import MONTHS_PER_YEAR
from kanmon.plans.levers import Lever
from kanmon.plans.schema import Plan
from kanmon.world.expansion import annuity

MILLION = "million USD"
COST_COLUMNS = ["lever", "item", "unit", "value"]
CAPITAL, OPERATING, SUBSIDY, PROGRAMME = "capital", "operation", "subsidy abroad", "programme"


def monthly_factor(pack: Pack) -> float:
    """Factor by which plans discount a month [1].

    Raises:
        InputError: the pack does not say.
    """
    row = pack.find("parameters", "plan_discount_rate", "plan_discount_rate")
    if row is None:
        raise InputError([Problem("parameters.csv", "plan_discount_rate is missing", "add it: the real rate at which plans are judged")])
    return float((1.0 + row.value) ** (-1.0 / MONTHS_PER_YEAR))


def outside_costs(plan: Plan, levers: Mapping[str, Lever], first: int, last: int, factor: float) -> pd.DataFrame:
    """What each lever of a plan costs the region.

    Args:
        plan: what is decided.
        levers: of the pack.
        first: month from which is counted, and to which is discounted.
        last: first month that is no longer counted.
        factor: monthly discount factor [1].

    Returns:
        columns lever, item, unit (million USD), value.
    """
    rows = []
    for step in plan.pulled:
        lever = levers[step.name]
        for item, values in monthly_costs(lever, plan.start_of(step), first, last, factor).items():
            worth = float(values @ factor ** np.arange(last - first, dtype=float))
            if worth:
                rows.append((step.name, item, MILLION, step.level * lever.fact("paid_share", 1.0) * worth / 1e6))
    return pd.DataFrame(rows, columns=COST_COLUMNS)


def monthly_costs(lever: Lever, start: int, first: int, last: int, factor: float) -> dict[str, np.ndarray]:
    """Cost of a unit of a lever in each month counted, by item [USD/month]."""
    months = np.arange(first, last)
    begins = start + round(lever.fact("lead_time"))
    life = lever.fact("life", float("inf"))
    on_line = (months >= begins) & (months < begins + life)
    programme = (months >= start) & (months < start + lever.fact("programme_time", float("inf")))
    capital = annuity(lever.fact("capital_cost"), life, factor) if lever.fact("capital_cost") else 0.0
    return {
        CAPITAL: capital * on_line,
        OPERATING: lever.fact("operating_cost") * (months >= begins),
        SUBSIDY: lever.fact("subsidy") * (months == max(start, first)),
        PROGRAMME: lever.fact("programme_cost") * programme,
    }
