"""The question and its answer on one screen: which plan is best, by how much, how sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kanmon.pages.blocks import Chart, Table
from kanmon.pages.planned.second import flips
from kanmon.pages.planned.stacks import Part, Stack, stack_figure
from kanmon.pages.planned.subject import Choice, probability


@dataclass(frozen=True)
class Big:
    """One number of the screen."""

    name: str
    value: str
    unit: str
    beside: str
    role: str = ""


@dataclass(frozen=True)
class Screen:
    """Numbers, sentences, chart."""

    numbers: Sequence[Big]
    sentences: Sequence[str]
    chart: Chart


def screen(choice: Choice) -> Screen:
    """The best plan, the runner-up, and what each is worth."""
    return Screen(_numbers(choice), _sentences(choice), _chart(choice))


def _numbers(choice: Choice) -> list[Big]:
    say, money, row = choice.say, choice.money, choice.row(choice.best.key)
    unit = money.unit("column")
    share = say("plans.big.per_cost", value=f"{row['cost_per_avoided']:.2f}") if row["cost_per_avoided"] == row["cost_per_avoided"] else ""
    tail = probability(float(choice.manifest["tail"]))
    return [
        Big(say("plans.big.best"), choice.best.label, "", say("plans.big.under", focus=choice.focus), "plan"),
        Big(say("plans.big.net"), money.millions(row["expected_net"]), unit, say("plans.big.expected"), "price"),
        Big(say("plans.big.avoided", focus=choice.focus), money.millions(row["expected_avoided"]), unit, say("plans.big.expected"), "loss"),
        Big(say("plans.big.cost"), money.millions(row["cost"]), unit, share, "loss"),
        Big(say("plans.big.tail", tail=tail), money.millions(row["tail_loss"]), unit, _tail_of_nothing(choice), "shortage"),
    ]


def _tail_of_nothing(choice: Choice) -> str:
    """The tail loss of doing nothing, for comparison."""
    idle = [plan for plan in choice.idle if plan in set(choice.ranking["plan"])]
    return choice.say("plans.big.without", value=choice.money.millions(choice.row(idle[0])["tail_loss"])) if idle else ""


def _sentences(choice: Choice) -> list[str]:
    return [text for text in (_best(choice), _worth(choice), _sure(choice)) if text]


def _best(choice: Choice) -> str:
    """Which plan, and by how much; near-equal plans are said to be so."""
    say, best = choice.say, choice.best
    if best.key in choice.idle:
        return say("plans.sentence.nothing", focus=choice.focus, count=str(len(choice.plans) - 1))
    if len(choice.plans) < 2:
        return say("plans.sentence.alone", plan=best.label, net=choice.money.amount(choice.row(best.key)["expected_net"]))
    second = choice.plans[1]
    ahead = choice.row(best.key)["expected_net"] - choice.row(second.key)["expected_net"]
    text = say("plans.sentence.best", plan=best.label, focus=choice.focus, net=choice.money.amount(choice.row(best.key)["expected_net"]), ahead=choice.money.amount(ahead), second=second.label)
    near = [choice.plan(key) for key in str(choice.row(best.key)["near_equal"]).split(", ") if key]
    return say.sentences(text, say("plans.sentence.near", plans=say.series(near)) if near else "")


def _worth(choice: Choice) -> str:
    """What it costs and avoids; whether value added ranks plans otherwise."""
    say, row = choice.say, choice.row(choice.best.key)
    text = "" if choice.best.key in choice.idle else say("plans.sentence.worth", cost=choice.money.amount(row["cost"]), avoided=choice.money.amount(row["expected_avoided"]))
    other = choice.ranking.sort_values("value_added_rank", kind="stable")["plan"].iloc[0]
    flip = say("plans.sentence.same") if other == choice.best.key else say("plans.sentence.flip", plan=choice.plan(str(other)))
    return say.sentences(text, flip)


def _sure(choice: Choice) -> str:
    """Which change of a probability would put another plan first."""
    say = choice.say
    if len(choice.plans) < 2:
        return ""
    found = [flip for flip in flips(choice) if flip.within]
    if not found:
        return say("plans.sentence.firm")
    nearest = min(found, key=lambda flip: abs(flip.at - flip.now))
    return say("plans.sentence.flips", plan=choice.plan(nearest.plan), future=choice.future(nearest.future), now=probability(nearest.now), at=probability(nearest.at))


def _chart(choice: Choice) -> Chart:
    """Loss avoided and cost of every plan, expected, and what is left."""
    say = choice.say
    stacks, rows = [], []
    for plan in choice.plans:
        row = choice.row(plan.key)
        avoided, cost, net = (float(row[key]) for key in ("expected_avoided", "cost", "expected_net"))
        figures = choice.amounts([avoided, cost, net])
        parts = [Part(choice.money.size(avoided), "avoided", say("plans.hover", plan=plan.label, what=say("plans.part.avoided"), value=choice.money.amount(avoided)))]
        parts.append(Part(choice.money.size(-cost), "cost", say("plans.hover", plan=plan.label, what=say("plans.part.cost"), value=choice.money.amount(-cost))))
        stacks.append(Stack(plan.label, parts, choice.money.size(net), figures[2]))
        rows.append([plan.label, *figures])
    figure, height, swatches = stack_figure(stacks, {"avoided": say("plans.part.avoided"), "cost": say("plans.part.cost")}, choice.unit)
    columns = [say("plans.column.plan"), *(say("plans.in_unit", name=say(f"plans.column.{key}"), unit=choice.unit) for key in ("avoided", "cost", "net"))]
    alt = say("plans.net_alt", parts=say.series([f"{row[0]} {row[3]}" for row in rows]), unit=choice.unit)
    return Chart("net", say("plans.net_chart"), figure, height, alt, Table(say("plans.net_table"), columns, rows, file="ranking"), say("plans.net_note"), swatches)
