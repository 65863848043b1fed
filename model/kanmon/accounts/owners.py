"""Who gains and who loses over a whole run: the change of every account by region, and whether two ways of computing it agree."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kanmon.accounts.resources import BENEFIT, HANDED_ON, SWITCHING

OWNER_COLUMNS = ["region", "account", "unit", "change", "discounted"]


def discount_of(accounts: pd.DataFrame) -> dict[str, float]:
    """Discount factor of each month, the first one 1, read from the present values of the accounts; 1 where all values are nil [1]."""
    month, value, present = (accounts[column] for column in ("month", "value", "present_value"))
    size = value.astype(float).abs()
    largest = size.groupby(month).idxmax()
    return {str(name): float(present.loc[place]) / float(value.loc[place]) if size.loc[place] > 0 else 1.0 for name, place in largest.items()}


def owners(accounts: pd.DataFrame, resources: pd.DataFrame) -> pd.DataFrame:
    """Change of every account over all months of a run, with the cost of switching supplier, which the accounts bear inside, shown apart.

    Args:
        accounts, resources: tables of a run (:func:`kanmon.accounts.statement.statements`).

    Returns:
        columns region, account, unit (million USD), change, discounted; a gain is positive. Accounts of a region add up to its surplus;
        the cost of switching is a part of what traders bear and is not added.
    """
    discount = discount_of(accounts)
    rows = []
    friction = resources[resources["item"] == SWITCHING].rename(columns={"item": "account"})
    for table, sign in ((accounts, 1.0), (friction, -1.0)):
        change = sign * (table["value"].astype(float) - table["baseline"].astype(float)) / 1e6
        present = change * table["month"].map(discount).astype(float)
        total = pd.DataFrame({"change": change, "discounted": present}).groupby([table["region"], table["account"]], sort=False).sum()
        rows.append(total.reset_index().assign(unit="million USD"))
    return pd.concat(rows, ignore_index=True)[OWNER_COLUMNS]


def disagreement(accounts: pd.DataFrame, resources: pd.DataFrame) -> float:
    r"""Distance between two computations of the change of surplus: the sum of all accounts, and benefit of use less resource cost.

    .. math:: \Big|\sum_{r,k,t} \beta^t \Delta A_{rkt} - \sum_{r,t} \beta^t \Delta (B - C)_{rt}\Big| \Big/ \sum_{r,k,t} \beta^t |A_{rkt}| \qquad [1]

    Args:
        accounts, resources: tables of a run.

    Returns:
        the distance over the gross flows of the accounts [1].
    """
    discount = discount_of(accounts)

    def total(table: pd.DataFrame, sign: np.ndarray | float) -> float:
        return float(((table["value"].astype(float) - table["baseline"].astype(float)) * sign * table["month"].map(discount).astype(float)).sum())

    sign = np.where(resources["item"].isin([BENEFIT, HANDED_ON]), 1.0, -1.0)
    gross = float((accounts["value"].astype(float).abs() * accounts["month"].map(discount).astype(float)).sum())
    return abs(total(accounts, 1.0) - total(resources, sign)) / max(gross, 1e-300)
