"""The best plan at each budget: levels, what it leaves, what the next unit of budget is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kanmon.pages.blocks import Chart, Table
from kanmon.pages.numbers import percent, significant
from kanmon.pages.optimised.subject import Found
from kanmon.pages.planned.frontier import Point, point_figure

FIGURES = ("cost", "expected loss", "tail loss", "objective")
AGAINST = ("expected loss avoided", "expected net benefit")
WITHOUT = " without a plan"
"""End of the names of figures of doing nothing."""

LOSS = "loss: "
"""Beginning of the names of losses by future."""

LEAST = 0.005
"""Fall of the objective for a unit of budget that would be written as nothing [USD per USD]."""

MORE, LAST = "fall of the objective for the next unit of budget", "fall of the objective for the last unit of budget"
GAP, GRID, TOGETHER = "engine less interpolation at the last proposal", "value of the best plan on the grid", "all groups in one run less their sum, largest"


@dataclass(frozen=True)
class Answer:
    """Sentences, levels and figures by aim."""

    sentences: Sequence[str]
    levels: Table
    figures: Table


def answer(found: Found) -> Answer:
    """From the tables of optimum and levels."""
    return Answer(_sentences(found), _levels(found), _figures(found))


def _sentences(found: Found) -> list[str]:
    """One for each aim: what is built and what it leaves."""
    say, sentences = found.say, []
    for aim in found.aims:
        levels = found.tables["levels"]
        pulled = [say("optimise.level", lever=found.lever(str(row["lever"])), level=significant(float(row["level"]))) for row in levels[(levels["aim"] == aim) & (levels["level"] > 0)].to_dict("records")]
        figures = {key: found.money.amount(found.figure(aim, quantity) or 0.0) for key, quantity in (("cost", "cost"), ("loss", "expected loss"), ("tail", "tail loss"))}
        text = say("optimise.best", aim=found.aim(aim), levers=say.series(pulled) or say("plans.no_lever"), **figures)
        sentences.append(say.sentences(text, _against_nothing(found, aim), _next(found, aim)))
    return [*sentences, *_gains(found)]


def _gains(found: Found) -> list[str]:
    """That a negative loss is a gain, where the focus region has one without any plan."""
    first = found.aims[0]
    names = [name.removeprefix(LOSS) for name in dict.fromkeys(found.tables["optimum"]["quantity"]) if name.startswith(LOSS) and not name.endswith(WITHOUT)]
    gaining = [found.say("optimise.named", future=found.future(name)) for name in names if (found.figure(first, f"{LOSS}{name}{WITHOUT}") or 0.0) < 0]
    return [found.say("optimise.gain", futures=found.say.series(gaining), focus=found.focus)] if gaining else []


def _against_nothing(found: Found, aim: str) -> str:
    """What the plan avoids of what is lost without one, and whether that is more than it costs."""
    avoided, net = (found.figure(aim, name) for name in AGAINST)
    before = found.figure(aim, f"expected loss{WITHOUT}")
    if avoided is None or net is None or before is None:
        return ""
    worth = "worth" if net > 0 else "not_worth"
    return found.say(f"optimise.{worth}", avoided=found.money.amount(avoided), before=found.money.amount(before), net=found.money.amount(abs(net)))


def _next(found: Found, aim: str) -> str:
    """What the next unit of budget brings; nothing where a limit was asked for."""
    shadow = found.figure(aim, MORE)
    if shadow is None:
        return ""
    return found.say("optimise.next", worth=f"{shadow:.2f}") if shadow >= LEAST else found.say("optimise.next_nothing")


def _levels(found: Found) -> Table:
    say, table = found.say, found.tables["levels"]
    rows = []
    for lever, part in table.groupby("lever", sort=False):
        values = dict(zip(part["aim"], part["level"], strict=True))
        rows.append([found.lever(str(lever)), found.level(str(lever)), *(significant(float(values.get(aim, 0.0))) for aim in found.aims)])
    return Table(say("optimise.levels"), [say("optimise.column.lever"), say("optimise.column.one"), *map(found.aim, found.aims)], rows, frozenset({0, 1}), "levels")


def _figures(found: Found) -> Table:
    """Figures of each answer; amounts of money in one unit, shares and prices of the budget below."""
    say = found.say
    first = found.aims[0]
    rows = [[say("plans.in_unit", name=say(f"optimise.figure.{name}"), unit=found.unit), found.amount(found.figure(first, name + WITHOUT)), *(found.amount(found.figure(aim, name)) for aim in found.aims)] for name in FIGURES]
    rows += [[say("plans.in_unit", name=say(f"optimise.figure.{name}"), unit=found.unit), "–", *(found.amount(found.figure(aim, name)) for aim in found.aims)] for name in AGAINST]
    for name in (MORE, LAST):
        values = [found.figure(aim, name) for aim in found.aims]
        if any(value is not None for value in values):
            rows.append([say(f"optimise.figure.{name}"), "–", *("–" if value is None else f"{value:.2f}" for value in values)])
    losses = [name for name in dict.fromkeys(found.tables["optimum"]["quantity"]) if name.startswith(LOSS) and not name.endswith(WITHOUT)]
    rows += [[say("optimise.loss_in", future=found.future(name.removeprefix(LOSS)), unit=found.unit), found.amount(found.figure(first, name + WITHOUT)), *(found.amount(found.figure(aim, name)) for aim in found.aims)] for name in losses]
    return Table(say("optimise.figures"), [say("optimise.column.figure"), say("optimise.column.nothing"), *map(found.aim, found.aims)], rows, frozenset({0}), "optimum")


def frontiers(found: Found) -> list[Chart]:
    """Plans that no cheaper one beats, in expected loss and in the tail, with the answers on them."""
    return [_frontier(found, "expected loss"), _frontier(found, "tail loss")]


def _frontier(found: Found, measure: str) -> Chart:
    say, table = found.say, found.tables["frontier"]
    table = table[table["frontier"] == measure]
    line = [(found.money.size(float(row["cost"])), found.money.size(float(row[measure]))) for row in table.to_dict("records")]
    points = []
    for aim in found.aims:
        cost, loss = found.figure(aim, "cost") or 0.0, found.figure(aim, measure) or 0.0
        points.append(Point(found.aim(aim), found.money.size(cost), found.money.size(loss), say("plans.frontier.hover", plan=found.aim(aim), cost=found.money.amount(cost), loss=found.money.amount(loss)), False))
    figure, height = point_figure(points, say("plans.frontier.cost_axis", unit=found.unit), say("plans.frontier.loss_axis", unit=found.unit), line)
    rows = [[found.plan(str(row["plan"])), found.amount(float(row["cost"])), found.amount(float(row[measure]))] for row in table.to_dict("records")]
    title = say(f"optimise.frontier.{measure.replace(' ', '_')}")
    shown = Table(say("optimise.frontier.table", unit=found.unit), [say("plans.column.plan"), say("plans.column.cost"), say("plans.column.loss")], rows, file="frontier")
    alt = say("plans.frontier.alt", title=title, parts=say.series([say("plans.frontier.part", plan=point.name, cost=significant(point.x), loss=significant(point.y)) for point in points]))
    return Chart(f"frontier-{measure.replace(' ', '-')}", title, figure, height, alt, shown, say("optimise.frontier.note"))


def proof(found: Found) -> Table:
    """What is proved, and how far interpolation and the adding up of groups are out."""
    say = found.say
    rows = [[say("plans.in_unit", name=say("optimise.figure.grid"), unit=found.unit), *(found.amount(found.figure(aim, GRID)) for aim in found.aims)]]
    rows.append([say("optimise.figure.gap"), *(percent(100 * abs(found.figure(aim, GAP) or 0.0)) for aim in found.aims)])
    rows.append([say("plans.in_unit", name=say("optimise.figure.together"), unit=found.unit), *(found.amount(found.figure(aim, TOGETHER)) for aim in found.aims)])
    return Table(say("optimise.proof"), [say("optimise.column.figure"), *map(found.aim, found.aims)], rows, frozenset({0}), "optimum")
