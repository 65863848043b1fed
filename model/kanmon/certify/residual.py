"""Residuals of conditions: how far a quantity is from where its marginal gain would leave it, and a table of the worst months."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kanmon.scenario.market import Market
from kanmon.scenario.months import month_name


def by_place(condition: str, market: Market, names: list[str], residual: np.ndarray) -> pd.DataFrame:
    """The worst month of each row, as a table: condition, where, month, residual; empty without rows."""
    if not len(names):
        return pd.DataFrame()
    worst = residual.argmax(axis=1)
    return pd.DataFrame({
        "condition": condition,
        "where": names,
        "month": [month_name(market.first + int(t)) for t in worst],
        "residual": residual[np.arange(len(names)), worst],
    })  # fmt: skip


def natural_residual(x, gain, lower, upper, quantity, price) -> np.ndarray:
    """Natural residual of quantities with marginal gain, in relative terms [1]."""
    return np.abs(x / quantity - np.clip(x / quantity + gain / price, lower / quantity, upper / quantity))
