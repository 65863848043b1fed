"""Why a plan harms: in words, from the accounts that fall."""

from __future__ import annotations

import pandas as pd

from kanmon.accounts.surplus import CONSUMERS, PRODUCERS, STOCKHOLDERS, STOCKPILE, TAX_REVENUE, TRADERS
from kanmon.plans.path_accounts import SUPPORT

SMALL = 0.02
"""Losses below this share of all that a plan moves are not explained [1]."""

WORDS = {
    ("on the path", CONSUMERS): ("path_consumers", "users pay more before any crisis: what the plan buys lifts the price"),
    ("on the path", PRODUCERS): ("path_producers", "producers at home earn less on the path: what they sell is cheaper, or what they process is dearer"),
    ("on the path", STOCKHOLDERS): ("path_stockholders", "what firms hold is worth less on the path, or costs them more to keep"),
    ("on the path", STOCKPILE): ("path_stockpile", "the stock is bought and kept, and what is left of it at the end is worth less than that"),
    ("on the path", TRADERS): ("path_traders", "traders earn less on the path: less is shipped on lanes that pay"),
    ("on the path", TAX_REVENUE): ("path_tax", "the treasury gets less, or pays on imports, on the path already"),
    ("on the path", SUPPORT): ("path_support", "the state tops up what plants earn on the path already"),
    ("in the crisis", CONSUMERS): ("crisis_consumers", "users lose more in the crisis than without the plan: others bid more of the supply away, or what was dear before falls less"),
    ("in the crisis", PRODUCERS): ("crisis_producers", "producers at home gain less from the crisis: what they sell rises less"),
    ("in the crisis", STOCKHOLDERS): ("crisis_stockholders", "firms gain less on what they hold: the price rises less"),
    ("in the crisis", STOCKPILE): ("crisis_stockpile", "the stock sells for less than it takes to fill it again"),
    ("in the crisis", TRADERS): ("crisis_traders", "traders gain less in the crisis: gaps between prices are smaller, or switching costs more"),
    ("in the crisis", TAX_REVENUE): ("crisis_tax", "the treasury pays on more imports in the crisis"),
    ("in the crisis", SUPPORT): ("crisis_support", "the state tops up more output in the crisis"),
}
"""Part and account that falls: the key of the reason in the catalogues of the pages, and the reason in English."""

OTHERWISE = ("otherwise", "this account falls")
COLUMNS = ["plan", "future", "part", "account", "unit", "value", "share", "reason_key", "reason"]


def reasons(accounts: pd.DataFrame) -> pd.DataFrame:
    """Accounts of the focus region that a plan makes worse, each with what it says, the largest first; costs beside the market need no reason.

    Args:
        accounts: the split of what plans gain (:func:`kanmon.plans.comparison.split`).

    Returns:
        columns plan, future, part, account, unit, value, share (of all that the plan moves in that future, either way), reason_key, reason.
    """
    rows = []
    for (plan, future), part in accounts.groupby(["plan", "future"], sort=False):
        market = part[part["part"].isin([name for name, _ in WORDS])]
        gross = float(market["value"].abs().sum())
        for item in market.sort_values("value", kind="stable").itertuples():
            if item.value < 0 and -item.value > SMALL * gross:
                rows.append((plan, future, item.part, item.account, item.unit, item.value, -item.value / gross, *WORDS.get((item.part, item.account), OTHERWISE)))
    return pd.DataFrame(rows, columns=COLUMNS)
