"""Which accounts make up what a plan is worth, so that every avoided loss is explained and adds up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kanmon.pages.blocks import Chart, Table
from kanmon.pages.planned.stacks import Part, Stack, stack_figure
from kanmon.pages.planned.subject import Choice

CRISIS, PATH, OUTSIDE = "in the crisis", "on the path", "paid beside the market"
PARTS = {CRISIS: "avoided", PATH: "path", OUTSIDE: "outside"}
"""Parts of what a plan is worth, as the tables write them, and their keys."""

SHOWN = 5e-4
"""Accounts that stay below this in all plans are left out [million USD]."""


@dataclass(frozen=True)
class Accounts:
    """The three parts as a chart, and every account as a table that adds up."""

    chart: Chart
    groups: Sequence[tuple[str, Sequence[Sequence[str]], Sequence[str]]]
    columns: Sequence[str]
    total: Sequence[str]
    caption: str


def accounts(choice: Choice) -> Accounts:
    """In expectation over the futures."""
    table = choice.tables["accounts"]
    paid = table["part"] == OUTSIDE
    table = choice.expected(table.assign(account=table["account"].where(~paid, table["account"].str.split(": ").str[-1])), ["plan", "part", "account"])
    wide = table.pivot_table(index=["part", "account"], columns="plan", values="value", sort=False).fillna(0.0).reindex(columns=[plan.key for plan in choice.plans], fill_value=0.0)
    groups = []
    for part, key in PARTS.items():
        rows = wide[wide.index.get_level_values("part") == part]
        shown = rows[rows.abs().max(axis=1) > SHOWN]
        names = [_account(choice, part, str(account)) for account in shown.index.get_level_values("account")]
        lines = [[name, *choice.amounts(values)] for name, values in zip(names, shown.to_numpy(dtype=float).tolist(), strict=True)]
        groups.append((capital(choice.say(f"plans.part.{key}")), lines, choice.amounts([float(value) for value in rows.sum()])))
    total = choice.amounts([float(value) for value in wide.sum()])
    columns = [choice.say("plans.column.account"), *(plan.label for plan in choice.plans)]
    return Accounts(_chart(choice, wide), groups, columns, total, choice.say("plans.accounts.caption", unit=choice.unit))


def _account(choice: Choice, part: str, account: str) -> str:
    """Name of an account; what is paid beside the market is by item, all levers together."""
    return capital(choice.say.or_else(f"plans.item.{account}" if part == OUTSIDE else f"economy.owner.{account}", account))


def capital(name: str) -> str:
    """A name at the head of a line."""
    return name[0].upper() + name[1:]


def _chart(choice: Choice, wide) -> Chart:
    say, stacks, rows = choice.say, [], []
    sums = wide.groupby(level="part", sort=False).sum()
    for plan in choice.plans:
        values = [float(sums.loc[part, plan.key]) if part in sums.index else 0.0 for part in PARTS]
        figures = choice.amounts([*values, sum(values)])
        parts = [Part(choice.money.size(value), key, say("plans.hover", plan=plan.label, what=say(f"plans.part.{key}"), value=choice.money.amount(value))) for key, value in zip(PARTS.values(), values, strict=True)]
        stacks.append(Stack(plan.label, parts, choice.money.size(sum(values)), figures[-1]))
        rows.append([plan.label, *figures])
    names = {key: say(f"plans.part.{key}") for key in PARTS.values()}
    figure, height, swatches = stack_figure(stacks, names, choice.unit)
    columns = [say("plans.column.plan"), *names.values(), say("plans.column.net")]
    alt = say("plans.accounts.alt", parts=say.series([f"{row[0]} {row[-1]}" for row in rows]), unit=choice.unit)
    table = Table(say("plans.accounts.table", unit=choice.unit), columns, rows, file="accounts")
    return Chart("accounts", say("plans.accounts.chart"), figure, height, alt, table, say("plans.net_note"), swatches)
