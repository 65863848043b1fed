"""Plans set against each other: tables that a page needs no computation for. Money in million USD unless a column says otherwise."""

from __future__ import annotations

import pandas as pd

from kanmon.pack.load import Pack
from kanmon.plans.costs import MILLION
from kanmon.plans.evaluate import Evaluation
from kanmon.plans.reasons import reasons
from kanmon.plans.risk import dominated_by, expected, near_equal, regret, tail_mean
from kanmon.solution.layout import Tables

NEAR = 0.02
"""Plans whose expected net benefit differs by no more than this share of the range over all plans are called near-equal [1]."""

HEADLINE = "value added lost"
PATH, CRISIS, OUTSIDE = "on the path", "in the crisis", "paid beside the market"


def compared(evaluation: Evaluation, pack: Pack, near: float = NEAR) -> Tables:
    """Tables of a comparison.

    Args:
        evaluation: plans in futures.
        pack: for the yen.
        near: tolerance of near-equal plans, a share of the range [1].

    Returns:
        ``ranking`` (a row a plan), ``by_future``, ``regret``, ``accounts`` (the split of what a plan gains, which adds up), ``reasons`` (why
        something is lost), ``futures``; and the tables of the evaluation.
    """
    return {
        "ranking": ranking(evaluation, near, yen_rate(pack)),
        "by_future": by_future(evaluation),
        "regret": long(regret(evaluation.net()), "regret"),
        "accounts": split(evaluation),
        "reasons": reasons(split(evaluation)),
        "futures": future_table(evaluation),
        "losses": evaluation.losses,
        "path_gains": evaluation.path,
        "costs": evaluation.costs,
        "value_added": evaluation.value_added,
        "prices": evaluation.prices,
        "timing": evaluation.timing,
        "exporter": evaluation.exporter,
        "others": others(evaluation),
        "runs": evaluation.runs,
    }


def yen_rate(pack: Pack) -> float:
    """Yen per dollar of the pack; no number where it does not say."""
    row = pack.find("parameters", "exchange_rate", "exchange_rate")
    return float("nan") if row is None else row.value


def ranking(evaluation: Evaluation, near: float, yen: float) -> pd.DataFrame:
    """A row for each plan, the largest expected net benefit first.

    Returns:
        columns plan, rank, cost, expected_loss, expected_avoided, expected_net, tail_loss (mean of the worst futures, cost apart),
        tail_total (with the cost), largest_regret, cost_per_avoided [1], value_added_avoided (expected; undiscounted, another account of the
        same events, not added), value_added_rank, dominated_by, near_equal, unit, expected_net_billion_yen.
    """
    futures, loss, cost, net = evaluation.futures, evaluation.loss(), evaluation.cost(), evaluation.net()
    table = pd.DataFrame({
        "cost": cost,
        "expected_loss": expected(loss, futures.probability),
        "expected_avoided": expected(evaluation.avoided(), futures.probability),
        "expected_net": expected(net, futures.probability),
        "tail_loss": tail_mean(loss, futures.probability, futures.tail),
        "largest_regret": regret(net).max(axis=1, skipna=False),
        "value_added_avoided": expected(value_added_avoided(evaluation), futures.probability),
    })  # fmt: skip
    table["tail_total"] = table["tail_loss"] + table["cost"]
    table["cost_per_avoided"] = (table["cost"] / table["expected_avoided"]).where(table["expected_avoided"] > 0)
    best, alike = dominated_by(loss, cost), near_equal(table["expected_net"], near)
    table["dominated_by"] = [best.get(plan, "") for plan in table.index]
    table["near_equal"] = [", ".join(alike[plan]) for plan in table.index]
    table["rank"] = table["expected_net"].rank(ascending=False, method="min")
    table["value_added_rank"] = (table["value_added_avoided"] - table["cost"]).rank(ascending=False, method="min")
    table["expected_net_billion_yen"] = table["expected_net"] * yen / 1e3
    return table.sort_values("rank", kind="stable").rename_axis("plan").reset_index().assign(unit=MILLION)


def value_added_avoided(evaluation: Evaluation) -> pd.DataFrame:
    """Value added that a plan saves, plan x future, at central values and undiscounted [million USD]."""

    def lost(table: pd.DataFrame, key: list[str]) -> pd.Series:
        return table[table["account"] == HEADLINE].groupby(key)["value"].sum()

    columns = list(evaluation.futures.scenarios)
    mine = lost(evaluation.value_added, ["plan", "future"]).unstack("future").reindex(index=list(evaluation.plans), columns=columns).fillna(0.0).astype(float)
    nothing = lost(evaluation.reference.value_added, ["future"]).reindex(columns, fill_value=0.0).astype(float)
    table = nothing - mine
    for plan, future in evaluation.failed:
        table.loc[plan, future] = float("nan")
    return table


def by_future(evaluation: Evaluation) -> pd.DataFrame:
    """Columns plan, future, probability, loss, avoided, cost, net, cost_per_avoided [1], value_added_avoided, unit."""
    parts = {"loss": evaluation.loss(), "avoided": evaluation.avoided(), "net": evaluation.net(), "value_added_avoided": value_added_avoided(evaluation)}
    table = pd.concat({name: part.stack(future_stack=True) for name, part in parts.items()}, axis=1).rename_axis(["plan", "future"]).reset_index()
    table["cost"] = table["plan"].map(evaluation.cost())
    table["cost_per_avoided"] = (table["cost"] / table["avoided"]).where(table["avoided"] > 0)
    table["probability"] = table["future"].map(evaluation.futures.probability)
    return table.assign(unit=MILLION)


def long(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """A table plan x future as rows."""
    rows = table.stack(future_stack=True).rename(name).rename_axis(["plan", "future"]).reset_index()
    return rows.assign(unit=MILLION)


def split(evaluation: Evaluation) -> pd.DataFrame:
    """What the focus region gains by a plan in a future over doing nothing, by account: what is avoided in the crisis, what is gained on the path,
    and what is paid beside the market; the values of a plan and future add up to its net benefit.

    Returns:
        columns plan, future, part, account, unit, value; a loss is negative.
    """
    mine = evaluation.losses[evaluation.losses["region"] == evaluation.focus]
    nothing = evaluation.reference.losses[evaluation.reference.losses["region"] == evaluation.focus].set_index(["future", "account"])["value"]
    path = evaluation.path[evaluation.path["region"] == evaluation.focus]
    rows = []
    for plan in evaluation.plans:
        for future in evaluation.futures.scenarios:
            if (plan, future) in evaluation.failed:
                continue
            lost = mine[(mine["plan"] == plan) & (mine["future"] == future)].set_index("account")["value"]
            usual = nothing.loc[future] if future in nothing.index.get_level_values("future") else nothing.droplevel("future").iloc[:0]
            avoided = usual.sub(lost, fill_value=0.0)
            rows += [(plan, future, CRISIS, account, value) for account, value in avoided.items()]
            rows += [(plan, future, PATH, item.account, item.value) for item in path[path["plan"] == plan].itertuples()]
            rows += [(plan, future, OUTSIDE, f"{item.lever}: {item.item}", -item.value) for item in evaluation.costs[evaluation.costs["plan"] == plan].itertuples()]
    return pd.DataFrame(rows, columns=["plan", "future", "part", "account", "value"]).assign(unit=MILLION)


def others(evaluation: Evaluation) -> pd.DataFrame:
    """What each region gains by a plan in a future over doing nothing, path and crisis together.

    Returns:
        columns plan, future, region, unit, value; without what the plan costs beside the market, and without the capital of plants abroad.
    """
    keys = ["future", "region"]
    nothing = evaluation.reference.losses.groupby(keys)["value"].sum()
    rows = []
    for plan in evaluation.plans:
        lost = evaluation.losses[evaluation.losses["plan"] == plan].groupby(keys)["value"].sum()
        gained = evaluation.path[evaluation.path["plan"] == plan].groupby("region")["value"].sum()
        for future in evaluation.futures.scenarios:
            if (plan, future) in evaluation.failed:
                continue
            for region in gained.index:
                avoided = nothing.get((future, region), 0.0) - lost.get((future, region), 0.0)
                rows.append((plan, future, region, float(avoided + gained[region])))
    return pd.DataFrame(rows, columns=["plan", "future", "region", "value"]).assign(unit=MILLION)


def future_table(evaluation: Evaluation) -> pd.DataFrame:
    """Columns future, title, probability, low, high, reason; and title and reason in every language that some future has words in, empty where one has none."""
    futures = evaluation.futures
    rows = [(name, scenario.title, futures.probability[name], *futures.ranges[name], futures.reasons[name]) for name, scenario in futures.scenarios.items()]
    table = pd.DataFrame(rows, columns=["future", "title", "probability", "low", "high", "reason"])
    for language in sorted({*futures.words, *(language for scenario in futures.scenarios.values() for language in scenario.words)}):
        titles = [scenario.words[language].title if language in scenario.words else None for scenario in futures.scenarios.values()]
        reasons = futures.words[language].reasons if language in futures.words else {}
        table = table.assign(**{f"title_{language}": [title or "" for title in titles], f"reason_{language}": [reasons.get(name, "") for name in futures.scenarios]})
    return table
