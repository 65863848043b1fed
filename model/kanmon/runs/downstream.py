"""Downstream of the market: industries and the economy, from the run's tables and what the pack says about industries."""

from __future__ import annotations

import pandas as pd

from kanmon.accounts.owners import owners
from kanmon.competitiveness.facts import industries_of
from kanmon.competitiveness.industries import follow
from kanmon.competitiveness.market import months_of
from kanmon.competitiveness.tables import INDUSTRY_COLUMNS, SHARE_COLUMNS, industry_table, share_table
from kanmon.economy.shortage import headline, rules_of, shortages, table_of
from kanmon.economy.tables import BRIDGE_COLUMNS, ECONOMY_COLUMNS, MILLION, bridge_table, cost_channel, economy_table, exporter_table
from kanmon.indicators.view import UNRESTRICTED_MARK, View
from kanmon.pack.load import Pack
from kanmon.solution.layout import Tables

VALUE_ADDED_COLUMNS = ["region", "account", "rule", "quantity", "unit", "value"]
PUBLISHED_COLUMNS = ["estimate", "region", "quantity", "unit", "low", "value", "high", "source", "place", "note"]


def require_downstream(pack: Pack, view: View) -> None:
    """Find out before anything is solved whether what the pack says about industries fits together.

    Raises:
        InputError: it does not.
    """
    facts = industries_of(pack)
    if facts is not None and view.focus in facts.regions:
        table_of(pack, facts, view.focus)


def downstream_tables(happened: Tables, accounts: pd.DataFrame, resources: pd.DataFrame, pack: Pack, view: View) -> Tables:
    """Tables owners, industries, export_shares, economy, bridge and published; without rows where the pack does not say anything.

    Args:
        happened: realised tables of the market.
        accounts, resources: surplus by region and account, and the benefit and cost that it divides.
        pack: the data as the scenario uses it.
        view: focus region, exporter and months in force.

    Raises:
        InputError: facts about industries do not fit together.
    """
    facts, months = industries_of(pack), view.in_force
    always = {"owners": owners(accounts, resources), "published": _published(pack)}
    if facts is None or not months or view.focus not in facts.regions:
        return always | {"industries": pd.DataFrame(columns=INDUSTRY_COLUMNS), "export_shares": pd.DataFrame(columns=SHARE_COLUMNS), "economy": pd.DataFrame(columns=ECONOMY_COLUMNS), "bridge": pd.DataFrame(columns=BRIDGE_COLUMNS)}
    market = months_of(happened, facts)
    result = follow(facts, market)
    table = table_of(pack, facts, view.focus)
    found = shortages(facts, market, result, happened["uses"], happened["shed"], view.focus, months, table, rules_of(pack))
    cost = cost_channel(facts, market, result, view.focus, months)
    economy = [economy_table(facts, market, result, found, cost, table, view.focus, months)]
    if view.exporter is not None:
        economy.append(exporter_table(accounts, happened, view.exporter, [good.removesuffix(UNRESTRICTED_MARK) for good in view.restricted], months))
    return always | {
        "industries": industry_table(facts, market, result, months),
        "export_shares": share_table(facts, market, result, months),
        "economy": pd.concat(economy, ignore_index=True),
        "bridge": bridge_table(accounts, happened, found, cost, view.focus, months),
    }


def value_added_table(happened: Tables, pack: Pack, view: View) -> pd.DataFrame:
    """Value added that the focus region loses, at the central value of every fact; the same numbers as in table economy, without ranges.

    Args:
        happened: realised tables of the market.
        pack: the data as the scenario uses it.
        view: focus region and months in force.

    Returns:
        columns region, account, rule, quantity, unit (million USD), value; losses positive. By rule what the shortage costs, then the cost
        channel, and their total under the rule of the headline. Without rows where the pack does not say anything.
    """
    facts, months = industries_of(pack), view.in_force
    if facts is None or not months or view.focus not in facts.regions:
        return pd.DataFrame(columns=VALUE_ADDED_COLUMNS)
    table = table_of(pack, facts, view.focus)
    facts = facts.central
    market = months_of(happened, facts)
    result = follow(facts, market)
    found = shortages(facts, market, result, happened["uses"], happened["shed"], view.focus, months, table, rules_of(pack))
    cost = cost_channel(facts, market, result, view.focus, months)
    channel = float((cost.margin + cost.sales + cost.further)[0])
    rows = [("value added lost, shortage", item.rule, item.quantity, float(item.total.sum())) for item in found]
    rows += [("value added lost, cost channel", "", "", channel), ("value added lost", "", "", float(headline(found).total.sum()) + channel)]
    return pd.DataFrame([(view.focus, account, rule, quantity, MILLION, value / 1e6) for account, rule, quantity, value in rows], columns=VALUE_ADDED_COLUMNS)


def _published(pack: Pack) -> pd.DataFrame:
    """What others published, money in million USD a year."""
    rows = []
    for quantity in ("gdp_loss", "gdp_loss_share", "unit_cost_rise"):
        for row in pack.facts("published_losses", quantity):
            fact = row.fact
            rows.append((*row.keys, quantity, fact.unit, fact.low, fact.value, fact.high, fact.source, fact.place, fact.note))
    return pd.DataFrame(rows, columns=PUBLISHED_COLUMNS)
