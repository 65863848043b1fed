"""The two accounts of one event side by side, never added, and beside them what the measure costs the exporter."""

from __future__ import annotations

from kanmon.pages.blocks import Chart, Table
from kanmon.pages.brackets import Bracket, bracket_figure
from kanmon.pages.money import RANGED
from kanmon.pages.palette import EXPORTER, FOCUS
from kanmon.pages.sections.screen import losses
from kanmon.pages.subject import Subject


def two_accounts(subject: Subject) -> Chart | None:
    """A bracket for each account, losses positive; None where nothing was computed downstream of the market."""
    say, money, lost = subject.say, subject.money, losses(subject)
    if lost is None:
        return None
    rows = [(say("accounts.surplus", region=subject.focus), lost.surplus, lost.surplus, lost.surplus, FOCUS), (say("accounts.value_added", region=subject.focus), lost.value, lost.low, lost.high, FOCUS)]
    if lost.theirs is not None:
        rows.append((say("accounts.surplus", region=subject.exporter), lost.theirs, lost.theirs, lost.theirs, EXPORTER))
    revenue = _revenue(subject)
    if revenue is not None:
        rows.append((say("accounts.revenue", region=subject.exporter), revenue, revenue, revenue, EXPORTER))
    cells = [[name, *(money.millions(amount, RANGED if high > low else 3) for amount in (central, low, high))] for name, central, low, high, _ in rows]
    brackets = [
        Bracket(name, money.size(central), money.size(low), money.size(high), say("accounts.number", central=texts[0], low=texts[1], high=texts[2]) if high > low else texts[0], f"{name}: {money.amount(central)}", colour)
        for (name, central, low, high, colour), (_, *texts) in zip(rows, cells, strict=True)
    ]
    figure, height = bracket_figure(brackets, money.unit("title"))
    columns = [say("economy.column.account"), say("economy.column.central"), say("economy.column.low"), say("economy.column.high")]
    table = Table(say("accounts.table", unit=money.unit("title")), columns, cells, file="economy")
    alt = say("accounts.alt", parts=say.series([f"{name} {cell}" for name, cell, *_ in cells]))
    return Chart("accounts", say("accounts.title"), figure, height, alt, table, say("accounts.note"))


def _revenue(subject: Subject) -> float | None:
    """Export revenue that the exporter loses [million USD]; None where it is the focus region itself or not computed."""
    table = subject.table("economy")
    found = table[(table["region"] == subject.view.exporter) & (table["account"] == "export revenue lost")]
    return float(found["central"].iloc[0]) if len(found) and subject.view.exporter != subject.view.focus else None
