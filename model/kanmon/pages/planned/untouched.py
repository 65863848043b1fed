"""What the futures do where nothing is prepared, by account: what there is to avoid, and who gains from a crisis."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kanmon.pages.blocks import Table
from kanmon.pages.planned.accounts import SHOWN, capital
from kanmon.pages.planned.subject import Choice

NAMED = 0.1
"""Share of all gains, or of all losses, from which an account is named in a sentence [1]."""


@dataclass(frozen=True)
class Untouched:
    """The table, and a sentence for each future in which the focus region gains."""

    table: Table
    sentences: list[str]


def untouched(choice: Choice) -> Untouched | None:
    """From the losses of the plan that does nothing; None where no such plan is compared or it has no numbers."""
    losses = choice.tables.get("losses")
    idle = [plan.key for plan in choice.plans if plan.key in choice.idle]
    if losses is None or not idle:
        return None
    mine = losses[(losses["plan"] == idle[0]) & (losses["region"] == choice.manifest["focus"])]
    wide = mine.pivot_table(index="account", columns="future", values="value", aggfunc="sum", sort=False).reindex(columns=[future.key for future in choice.disturbed]).fillna(0.0)
    shown = wide[wide.abs().max(axis=1) > SHOWN]
    if shown.empty:
        return None
    say = choice.say
    rows = [[capital(_owner(choice, str(account))), *choice.amounts(values)] for account, values in zip(shown.index, shown.to_numpy(dtype=float).tolist(), strict=True)]
    rows.append([say("plans.untouched.total"), *choice.amounts([float(value) for value in wide.sum()])])
    columns = [say("plans.column.account"), *(future.label for future in choice.disturbed)]
    table = Table(say("plans.untouched.table", focus=choice.focus, unit=choice.unit), columns, rows, file="losses")
    return Untouched(table, [_gain(choice, future.label, wide[future.key]) for future in choice.disturbed if wide[future.key].sum() < -SHOWN])


def _gain(choice: Choice, future: str, losses: pd.Series) -> str:
    """Why the focus region gains in a future: who gains more than who loses."""
    say = choice.say
    ends = []
    for part in (-losses[losses < 0], losses[losses > 0]):
        named = part[part >= NAMED * part.sum()].sort_values(ascending=False, kind="stable")
        ends.append(say.series([say("plans.untouched.part", account=_owner(choice, str(account)), amount=choice.money.amount(float(value))) for account, value in named.items()]))
    gain = choice.money.amount(-float(losses.sum()))
    return say("plans.untouched.gain" if ends[1] else "plans.untouched.gain_alone", future=future, focus=choice.focus, amount=gain, winners=ends[0], losers=ends[1])


def _owner(choice: Choice, account: str) -> str:
    return choice.say.or_else(f"economy.owner.{account}", account)
