"""What the market believes about the end, and what its prices would be under other beliefs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from kanmon.pages.blocks import Chart, Table
from kanmon.pages.lines import HEIGHT, Line, Scale, line_figure
from kanmon.pages.numbers import percent
from kanmon.pages.palette import FOCUS, SCENARIOS
from kanmon.pages.sections.prices import LEAST_HEIGHT, farthest
from kanmon.pages.subject import Subject
from kanmon.pages.wording import Wording
from kanmon.scenario.schema import Belief, Remaining

DASHES = ("solid", "dash", "dot", "dashdot")


@dataclass(frozen=True)
class Beliefs:
    """The belief in a sentence; charts and a table where other beliefs are shown beside."""

    sentence: str
    charts: Sequence[Chart]
    table: Table | None


def beliefs(subject: Subject) -> Beliefs:
    """From the scenario and the table of prices under each belief."""
    say, scenario = subject.say, subject.run.scenario
    sentence = belief_sentence(say, scenario.belief) if scenario.measures else ""
    table = subject.table("beliefs")
    if table.empty or subject.unchanged:
        return Beliefs(sentence, [], None)
    table = table.assign(multiple=pd.to_numeric(table["multiple"]), value=pd.to_numeric(table["value"]), baseline=pd.to_numeric(table["baseline"]))
    names = {belief.name: belief_name(subject, belief) for belief in (scenario.belief, *scenario.beside)}
    goods = [good for good in subject.restricted if good in set(table["good"])]
    return Beliefs(sentence, [_chart(subject, good, table[table["good"] == good], names) for good in goods], _table(subject, goods, table, names))


def belief_sentence(say: Wording, belief: Belief) -> str:
    """What the market believes about the end, in a sentence or two."""
    return say(f"beliefs.sentence.{belief.kind.value}", months=str(belief.months), chance=percent(100 * (belief.hazard or 0.0)))


def belief_name(subject: Subject, belief: Belief) -> str:
    """A belief in a few words, for labels."""
    if belief.kind == Remaining.TRUE:
        return subject.say("beliefs.name.true")
    return subject.say(f"beliefs.name.{belief.kind.value}", months=str(belief.months), chance=percent(100 * (belief.hazard or 0.0)))


def _chart(subject: Subject, good: str, table: pd.DataFrame, names: dict[str, str]) -> Chart:
    say, lines = subject.say, []
    for place, (belief, name) in enumerate(names.items()):
        path = table[table["belief"] == belief]
        months, top = list(path["month"]), farthest(path)
        texts = [say("prices.hover", name=name, month=say.month(row.month), multiple=say.multiple(row.multiple), price=subject.money.price(row.value, row.baseline)) for row in path.itertuples()]
        colour = FOCUS if place == 0 else SCENARIOS[1 + (place - 1) % (len(SCENARIOS) - 1)]
        lines.append(Line(name, months, list(path["multiple"]), texts, colour, DASHES[place % len(DASHES)], 2.6 if place == 0 else 2.0, (), say.multiple(top["multiple"]) if place == 0 else "", months.index(top["month"])))
    figure = line_figure(lines, Scale(say("number.times"), 1.0, LEAST_HEIGHT), subject.view, say)
    alt = say("beliefs.alt", good=subject.names.good_in_text(good), focus=subject.focus, lines=say.series(list(names.values())))
    rows = [[say.month(month), *(say.multiple(value) for value in values)] for month, values in zip(months, zip(*(line.values for line in lines), strict=True), strict=True)]
    data = Table(say("beliefs.of_good", good=subject.names.good_in_text(good)), [say("column.month"), *names.values()], rows, frozenset({0}), "beliefs")
    return Chart(f"belief-{good}", subject.names.good(good), figure, HEIGHT, alt, data, "")


def _table(subject: Subject, goods: Sequence[str], table: pd.DataFrame, names: dict[str, str]) -> Table:
    say, force, rows = subject.say, table[table["month"].isin(subject.months_in_force)], []
    for good in goods:
        for belief, name in names.items():
            path = force[(force["good"] == good) & (force["belief"] == belief)].sort_values("month")
            if len(path):
                rows.append([subject.names.good(good), name, say.multiple(path["multiple"].iloc[0]), say.multiple(path["multiple"].mean()), say.multiple(path["multiple"].max()), say.multiple(path["multiple"].iloc[-1])])
    columns = [say("column.good"), say("column.belief"), say("column.first_month"), say("column.mean"), say("column.peak"), say("column.last_month")]
    return Table(say("beliefs.table", focus=subject.focus), columns, rows, frozenset({0, 1}), "beliefs")
