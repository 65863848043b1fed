"""Whom else a plan moves, where it harms the region it is made for, and whether its levers help each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kanmon.pages.blocks import Table
from kanmon.pages.numbers import percent
from kanmon.pages.planned.subject import Choice

REGIONS = 10
"""Regions in view."""

REASONS = 16
"""Reasons in view."""


@dataclass(frozen=True)
class Others:
    """What other regions gain, and the revenue of the exporter."""

    regions: Table
    exporter: Table | None
    exporter_name: str


def others(choice: Choice) -> Others:
    """In expectation over the futures."""
    say, keys = choice.say, [plan.key for plan in choice.plans]
    table = choice.expected(choice.tables["others"], ["plan", "region"])
    wide = table.pivot(index="region", columns="plan", values="value").reindex(columns=keys)
    wide = wide.drop(index=[region for region in wide.index if region == choice.manifest["focus"]])
    wide = wide.loc[wide.abs().max(axis=1).sort_values(ascending=False, kind="stable").index].head(REGIONS)
    texts = choice.amounts([float(value) for value in wide.to_numpy(dtype=float).ravel()])
    rows = [[choice.names.region(str(region)), *texts[place * len(keys) : (place + 1) * len(keys)]] for place, region in enumerate(wide.index)]
    regions = Table(say("plans.others.table", unit=choice.unit), [say("column.region"), *(plan.label for plan in choice.plans)], rows, file="others")
    return Others(regions, *_exporter(choice))


def _exporter(choice: Choice) -> tuple[Table | None, str]:
    """Change of the exporter's revenue by plan and future."""
    say, table = choice.say, choice.tables["exporter"]
    if table.empty:
        return None, ""
    values = {(str(row["plan"]), str(row["future"])): float(row["value"]) for row in table.to_dict("records")}
    futures = [future for future in choice.disturbed if any((plan.key, future.key) in values for plan in choice.plans)]
    texts = iter(choice.amounts([values.get((plan.key, future.key), float("nan")) for plan in choice.plans for future in futures]))
    rows = [[plan.label, *(next(texts) for _ in futures)] for plan in choice.plans]
    name = choice.say.series([choice.names.region(str(region)) for region in dict.fromkeys(table["region"])])
    return Table(say("plans.others.exporter_table", exporter=name, unit=choice.unit), [say("plans.column.plan"), *(future.label for future in futures)], rows, file="exporter"), name


def harms(choice: Choice) -> Table | None:
    """Accounts of the focus region that a plan makes worse, each plan's largest first; a part that futures share stands once."""
    say, table = choice.say, choice.tables["reasons"]
    if table.empty:
        return None
    worst = table.loc[table.groupby(["plan", "part", "account"], sort=False)["value"].idxmin()]
    worst = worst[worst["plan"].isin([plan.key for plan in choice.plans])].sort_values("value", kind="stable").head(REASONS)
    texts = choice.amounts([float(value) for value in worst["value"]])
    rows = []
    for text, row in zip(texts, worst.to_dict("records"), strict=True):
        when = say("plans.part.path") if row["part"] == "on the path" else choice.future(str(row["future"]))
        account = say.or_else(f"economy.owner.{row['account']}", str(row["account"]))
        rows.append([choice.plan(str(row["plan"])), when, account, text, percent(100 * float(row["share"])), say.or_else(f"plans.reason.{row.get('reason_key')}", str(row["reason"]))])
    columns = [say(f"plans.column.{key}") for key in ("plan", "when", "account", "loss_of", "share", "reason")]
    return Table(say("plans.harms_table", unit=choice.unit), columns, rows, frozenset({0, 1, 2, 5}), "reasons")


def interaction(choice: Choice) -> Sequence[Table]:
    """Loss avoided by a plan against that of its levers one by one, expected; none where that was not asked for."""
    table, say = choice.tables.get("interaction"), choice.say
    if table is None or table.empty:
        return []
    weight = {future.key: future.probability for future in choice.futures}
    rows = []
    for plan, part in table.groupby("plan", sort=False):
        shares = part["future"].map(weight)
        together, apart = float((part["together"] * shares).sum()), float((part["one_by_one"] * shares).sum())
        largest = part.loc[part["interaction"].abs().idxmax()] if part["interaction"].notna().any() else None
        reading = "" if largest is None else say.or_else(f"plans.reading.{largest.get('reading_key')}", str(largest["reading"]))
        rows.append([choice.plan(str(plan)), *choice.amounts([together, apart, together - apart]), reading])
    columns = [say(f"plans.column.{key}") for key in ("plan", "together", "one_by_one", "interaction", "reading")]
    return [Table(say("plans.interaction_table", unit=choice.unit), columns, rows, frozenset({0, 4}), "interaction")]
