"""Every plan with its figures, and how soon each future is felt under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kanmon.pages.blocks import Table
from kanmon.pages.numbers import number, significant
from kanmon.pages.planned.subject import Choice

FIRST_SHORTAGE, RECOVERY = "days until first shortage", "months until the price has recovered"


@dataclass(frozen=True)
class Ranking:
    """The table of plans, what is in each plan, and times by future."""

    table: Table
    remarks: Sequence[str]
    contents: Table
    timing: Sequence[Table]


def ranking(choice: Choice) -> Ranking:
    """From the table of the ranking."""
    timing = [table for quantity in (FIRST_SHORTAGE, RECOVERY) if (table := _timing(choice, quantity))]
    return Ranking(_table(choice), [*_dominated(choice), *_failed(choice)], _contents(choice), timing)


def _table(choice: Choice) -> Table:
    say = choice.say
    keys = ("cost", "expected_avoided", "expected_net", "tail_loss", "largest_regret", "value_added_avoided")
    amounts = {key: choice.amounts(list(choice.ranking[key])) for key in keys}
    rows = []
    for place, row in enumerate(choice.ranking.to_dict("records")):
        per = "–" if number(row["cost_per_avoided"]) is None else significant(float(row["cost_per_avoided"]), 2)
        ranks = [str(int(row[key])) if number(row[key]) is not None else "–" for key in ("rank", "value_added_rank")]
        rows.append([choice.plan(str(row["plan"])), ranks[0], *(amounts[key][place] for key in keys[:3]), per, *(amounts[key][place] for key in keys[3:]), ranks[1]])
    names = ["plan", "rank", "cost", "avoided", "net", "per_cost", "tail", "regret", "value_added", "value_added_rank"]
    return Table(say("plans.ranking_table", unit=choice.unit), [say(f"plans.column.{name}") for name in names], rows, file="ranking")


def _dominated(choice: Choice) -> list[str]:
    """Plans that no reader should choose: another one costs no more and loses no more, whatever comes."""
    say = choice.say
    return [say("plans.dominated", plan=choice.plan(str(row["plan"])), by=choice.plan(str(row["dominated_by"]))) for row in choice.ranking.to_dict("records") if row["dominated_by"]]


def _failed(choice: Choice) -> list[str]:
    """Plans and futures without numbers, with their reasons."""
    say = choice.say
    return [say("plans.failed", name=str(name), reason=str(reason)[:300]) for name, reason in choice.manifest["failed"].items()]


def _contents(choice: Choice) -> Table:
    """Levers of every plan with their levels, and why it is put together so."""
    say, rows = choice.say, []
    for plan in choice.plans:
        steps = [step for step in choice.manifest["plans"][plan.key]["levers"] if step["level"] > 0]
        parts = [say("plans.step", lever=choice.lever(step["name"]), level=significant(float(step["level"])), unit=choice.level(step["name"])) for step in steps]
        rows.append([plan.label, say("plans.join").join(parts) or say("plans.no_lever"), choice.word_of(choice.manifest["plans"][plan.key], "note")])
    return Table(say("plans.contents"), [say("plans.column.plan"), say("plans.column.levers"), say("plans.column.note")], rows, frozenset({0, 1, 2}))


def _timing(choice: Choice, quantity: str) -> Table | None:
    """One quantity of time by plan and future."""
    say = choice.say
    table = choice.tables["timing"]
    table = table[table["quantity"] == quantity]
    if table.empty:
        return None
    values = {(str(row["plan"]), str(row["future"])): row["value"] for row in table.to_dict("records")}
    rows = [[plan.label, *("–" if number(values.get((plan.key, future.key))) is None else significant(float(values[plan.key, future.key]), 2) for future in choice.disturbed)] for plan in choice.plans]
    return Table(say(f"plans.timing.{quantity}"), [say("plans.column.plan"), *(future.label for future in choice.disturbed)], rows, file="timing")
