"""Value added lost by rule of rationing, the bridge between the two accounts, the exporter's own cost, and what others published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from kanmon.pages.blocks import Table
from kanmon.pages.money import RANGED
from kanmon.pages.numbers import NBSP, significant, small
from kanmon.pages.subject import Subject

LOST, SHORTAGE, SHARE, GDP = "value added lost", "value added lost, shortage", "share of GDP, shortage", "value added"
OF_COST = ("value added lost, cost not passed on", "value added lost, dearer product sells less", "value added lost, industries further down", "value added lost, cost channel", "cost passed on to buyers")


@dataclass(frozen=True)
class EconomySection:
    """Sentences, tables in view and folded away; ``none`` says why there are none."""

    sentences: Sequence[str]
    tables: Sequence[Table]
    folded: Sequence[Table] = ()
    none: str = ""


def economy(subject: Subject) -> EconomySection:
    """The economy of the focus region over the months in force."""
    say = subject.say
    table = subject.table("economy").copy()
    if table.empty:
        return EconomySection([], [], none=say("economy.none"))
    for column in ("low", "central", "high"):
        table[column] = pd.to_numeric(table[column])
    mine = table[table["region"] == subject.view.focus]
    tables = [_rules(subject, mine), _bridge(subject), _cost(subject, mine), _published(subject, mine)]
    folded = [_sectors(subject, mine), _owners(subject)]
    if subject.view.exporter and subject.view.exporter != subject.view.focus:
        folded.append(_exporter(subject, table[table["region"] == subject.view.exporter]))
    return EconomySection(_sentences(subject, mine), [item for item in tables if item.rows], [item for item in folded if item.rows])


def _rules(subject: Subject, mine: pd.DataFrame) -> Table:
    """One row a rule and quantity."""
    say = subject.say
    plain = mine[mine["sector"] == ""]
    rows = []
    for quantity, rule in dict.fromkeys(zip(plain.loc[plain["account"] == SHORTAGE, "quantity"], plain.loc[plain["account"] == SHORTAGE, "rule"], strict=True)):
        part = plain[(plain["quantity"] == quantity) & (plain["rule"] == rule)].set_index("account")
        total, share = part.loc[SHORTAGE], part["central"].get(SHARE)
        rows.append([say(f"economy.quantity.{quantity}"), say(f"economy.rule.{rule}"), subject.money.millions(part.loc["value added lost, directly", "central"], RANGED), *(subject.money.millions(total[end], RANGED) for end in ("low", "central", "high")), "–" if share is None else significant(1e4 * float(share), 2, 5e-3)])
    columns = [say("economy.column.quantity"), say("economy.column.rule"), say("economy.column.direct"), say("economy.column.low"), say("economy.column.central"), say("economy.column.high"), say("economy.column.share")]
    return Table(say("economy.rules", unit=subject.money.unit("title")), columns, rows, frozenset({0, 1}), "economy")


def _cost(subject: Subject, mine: pd.DataFrame) -> Table:
    say = subject.say
    part = mine.set_index("account")
    rows = [[say(f"economy.account.{name}"), *(subject.money.millions(float(part.loc[name, end]), RANGED) for end in ("low", "central", "high"))] for name in OF_COST]
    return Table(say("economy.cost", unit=subject.money.unit("title")), [say("economy.column.account"), say("economy.column.low"), say("economy.column.central"), say("economy.column.high")], rows, file="economy")


def _sectors(subject: Subject, mine: pd.DataFrame) -> Table:
    """Where the widest rule takes value added from, largest first."""
    say = subject.say
    part = mine[(mine["sector"] != "") & (mine["rule"] == "pro rata")].sort_values("central", ascending=False)
    total = part["central"].sum()
    rows = [[subject.names.any(name), subject.money.millions(value, RANGED)] for name, value in zip(part["sector"], part["central"], strict=True) if value > 0.005 * total]
    return Table(say("economy.sectors", unit=subject.money.unit("title")), [say("economy.column.sector"), say("economy.column.central")], rows, file="economy")


def _bridge(subject: Subject) -> Table:
    say = subject.say
    bridge = subject.table("bridge")
    rows = [[say(f"economy.step.{row['step']}"), subject.money.millions(float(row["value"]))] for row in bridge.to_dict("records")]
    return Table(say("economy.bridge"), [say("economy.column.step"), subject.money.unit("column")], rows, file="bridge")


def _owners(subject: Subject) -> Table:
    """Every rent and its owner: regions whose surplus moves by more than a hundredth of the largest change, largest first."""
    say = subject.say
    table = subject.table("owners").copy()
    for column in ("change", "discounted"):
        table[column] = pd.to_numeric(table[column])
    size = table["change"].abs().groupby(table["region"]).max().sort_values(ascending=False)
    rows = []
    for region in size.index[size > 0.01 * size.max()]:
        for row in table[(table["region"] == region) & (table["change"].abs() > 0.01 * size.max())].to_dict("records"):
            rows.append([subject.names.region(str(region)), _owner(subject, str(row["account"])), subject.money.millions(row["change"]), subject.money.millions(row["discounted"])])
    return Table(say("economy.owners", unit=subject.money.unit("title")), [say("economy.column.region"), say("economy.column.account"), say("economy.column.plain_sum"), say("economy.column.discounted")], rows, frozenset({0, 1}), "owners")


def _exporter(subject: Subject, theirs: pd.DataFrame) -> Table:
    say = subject.say
    rows = []
    for row in theirs.to_dict("records"):
        if row["account"] == "price at home":
            rows.append([say("economy.price_at_home", good=subject.names.good_in_text(str(row["quantity"]))), f"{significant(row['central'], 2, 5e-3)}{NBSP}%"])
        else:
            head, _, account = str(row["account"]).partition(", ")
            rows.append([say(f"economy.account.{head}") if not account else say("economy.surplus_of", account=_owner(subject, account)), subject.money.millions(row["central"])])
    return Table(say("economy.exporter", exporter=subject.exporter), [say("economy.column.account"), subject.money.unit("column")], rows, file="economy")


def _published(subject: Subject, mine: pd.DataFrame) -> Table:
    """What others published about this region, beside this run's range."""
    say = subject.say
    published = subject.table("published")
    published = published[published["region"] == subject.view.focus]
    rows = []
    for row in published.to_dict("records"):
        low, value, high = (_published_figure(subject, str(row["unit"]), float(row[key])) for key in ("low", "value", "high"))
        rows.append([str(row["estimate"]), say(f"economy.published.{row['quantity']}", unit=subject.money.unit("column")), value if low == high else f"{value} ({low} … {high})", str(row["note"])])
    if rows:
        plain = mine[mine["sector"] == ""].set_index("account")
        lost = plain.loc[LOST]
        rows.append([say("economy.this_run"), say("economy.published.gdp_loss", unit=subject.money.unit("column")), "{} ({} … {})".format(*(subject.money.millions(float(lost[end]), RANGED) for end in ("central", "low", "high"))), say("economy.this_run_note")])
        if GDP in plain.index:
            product = float(plain.loc[GDP, "central"])
            shares = [small(100 * float(lost[end]) / product) for end in ("central", "low", "high")]
            rows.append([say("economy.this_run"), say("economy.published.gdp_loss_share"), f"{shares[0]} ({shares[1]} … {shares[2]})", say("economy.this_run_note")])
    return Table(say("economy.beside"), [say("economy.column.estimate"), say("economy.column.measured"), say("economy.column.figure"), say("column.note")], rows, frozenset({0, 1, 3}), "published")


def _published_figure(subject: Subject, unit: str, value: float) -> str:
    """A published figure: an amount of money, or a share in per cent."""
    return significant(100.0 * value, 2, 5e-4) if unit == "1" else subject.money.millions(value, 2)


def _owner(subject: Subject, account: str) -> str:
    return subject.say.or_else(f"economy.owner.{account}", account)


def _sentences(subject: Subject, mine: pd.DataFrame) -> list[str]:
    say = subject.say
    plain = mine[mine["sector"] == ""]
    lost = plain[plain["account"] == LOST].iloc[0]
    bridge = subject.table("bridge").set_index("step")["value"].astype(float)
    wide = plain[(plain["account"] == SHORTAGE) & (plain["rule"] == "pro rata") & (plain["quantity"] == "unmet")].iloc[0]
    return [
        say("economy.sentence.lost", focus=subject.focus, **{end: subject.money.amount(float(lost[end]), RANGED) for end in ("low", "central", "high")}),
        say("economy.sentence.two", surplus=subject.money.amount(float(bridge["market surplus lost"])), value=subject.money.amount(float(bridge["value added lost"]), RANGED)),
        say("economy.sentence.rule", wide=subject.money.amount(float(wide["central"]), RANGED)),
        say("economy.sentence.jobs"),
    ]
