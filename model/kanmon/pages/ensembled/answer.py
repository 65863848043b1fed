"""The answer of an ensemble on one screen: numbers with their ranges, the fan that matters, three sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kanmon.pages.blocks import Chart, Table
from kanmon.pages.ensembled.fans import fan
from kanmon.pages.ensembled.subject import ALL_ACCOUNTS, HEADLINE, LOST, PLAN, SURPLUS, VALUE_ADDED, Drawn, Number
from kanmon.pages.headline import Headline
from kanmon.pages.numbers import percent

NUMBERS, PLANS_SAID = 5, 3
ROLES = {SURPLUS: "loss", VALUE_ADDED: "loss", PLAN: "price"}
HEADLINE_ROLES = {Headline.MEAN: "price", Headline.UNMET_SHARE: "shortage", Headline.COVER: "stock"}
"""Colours of meaning of the numbers."""


@dataclass(frozen=True)
class Big:
    """One number of the screen: its middle, its range, its central run."""

    name: str
    value: str
    unit: str
    span: str
    beside: str
    role: str


@dataclass(frozen=True)
class Screen:
    """Numbers, chart, sentences, and every number in view as a table."""

    numbers: Sequence[Big]
    chart: Chart | None
    sentences: Sequence[str]
    table: Table


def screen(drawn: Drawn) -> Screen:
    """Of each kind of number the first; the fan of the good that moves most."""
    shown = _shown(drawn)
    chart = fan(drawn, drawn.goods[0]) if drawn.goods else None
    return Screen([_big(drawn, item) for item in shown], chart, _sentences(drawn), bands_table(drawn))


def _shown(drawn: Drawn) -> list[Number]:
    """One number of each kind."""
    seen: dict[str, Number] = {}
    for item in drawn.numbers:
        if item.key[1] != Headline.RECOVERY:
            seen.setdefault(item.key[2] if item.key[0] == PLAN else item.key[1], item)
    return list(seen.values())[:NUMBERS]


def _big(drawn: Drawn, number: Number) -> Big:
    say = drawn.say
    span = say("ensemble.span", low=number.apart(number.at("p5"))[0], high=number.apart(number.at("p95"))[0])
    middle = number.at("central")
    beside = say("ensemble.central", value=number.apart(middle)[0]) if middle == middle else ""
    role = HEADLINE_ROLES.get(Headline(number.key[1]), "") if number.key[0] == HEADLINE else ROLES[number.key[0]]
    return Big(number.name, *number.apart(number.at("p50")), span, beside, role)


def _sentences(drawn: Drawn) -> list[str]:
    """The price, what decides it, and the two accounts."""
    say, found = drawn.say, []
    price = drawn.number(HEADLINE, Headline.MEAN, drawn.goods[0]) if drawn.goods else None
    if price is not None:
        good, choked = drawn.names.good_in_text(price.key[2]), float(price.row["noted"])
        text = say("ensemble.sentence.price", focus=drawn.focus, good=good, middle=price.text(price.at("p50")), low=price.text(price.at("p5")), high=price.text(price.at("p95")), draws=str(int(price.row["draws"])))
        found.append(say.sentences(text, say("ensemble.sentence.choke", share=percent(100 * choked)) if choked >= 5e-3 else ""))
        found.append(strongest(drawn, price))
    region = drawn.view.focus or ""
    surplus, added = drawn.number(SURPLUS, ALL_ACCOUNTS, region), drawn.number(VALUE_ADDED, LOST, region)
    if surplus and added:
        ends = {f"{name}_{end}": item.text(item.at(column)) for name, item in (("surplus", surplus), ("value", added)) for end, column in (("low", "p5"), ("high", "p95"))}
        found.append(say("ensemble.sentence.loss", focus=drawn.focus, **ends))
    for plan in [item for item in drawn.numbers if item.key[0] == PLAN][:PLANS_SAID]:
        found.append(say("ensemble.sentence.plan", plan=drawn.plan(plan.key[2]), middle=plan.text(plan.at("p50")), low=plan.text(plan.at("p5")), high=plan.text(plan.at("p95"))))
    return found or [say("ensemble.sentence.still")]


def strongest(drawn: Drawn, number: Number) -> str:
    """Which facts move a number most, or that none rises above chance."""
    say = drawn.say
    rows = drawn.rows("tornado", number)
    if rows.empty:
        return say("ensemble.sentence.few", draws=str(drawn.draws))
    rows = rows[rows["above_noise"].astype(bool)]
    if rows.empty:
        return say("ensemble.sentence.none", number=_inside(number.name))
    first = rows.to_dict("records")[0]
    low, high = (number.text(number.sign * float(first[end])) for end in ("low", "high"))
    text = say("ensemble.sentence.first", fact=_inside(drawn.fact(first["factor"])), number=_inside(number.name), low=low, high=high)
    others = [_inside(drawn.fact(name)) for name in rows["factor"].iloc[1:3]]
    return say.sentences(text, say("ensemble.sentence.next", facts=say.series(others)) if others else "")


def _inside(name: str) -> str:
    return name[0].lower() + name[1:] if name.split()[0][1:].islower() else name


def _with_unit(number: Number) -> str:
    unit = number.apart(0.0)[1]
    return number.say("ensemble.in_unit", name=number.name, unit=unit) if unit else number.name


def bands_table(drawn: Drawn) -> Table:
    """Every number in view with its percentiles."""
    say = drawn.say
    rows = [[_with_unit(item), *(item.apart(item.at(column))[0] for column in ("central", "p5", "p25", "p50", "p75", "p95")), str(int(item.row["draws"]))] for item in drawn.numbers]
    columns = [say("column.headline"), say("ensemble.column.central"), *(say("ensemble.column.percentile", share=share) for share in ("5", "25", "50", "75", "95")), say("ensemble.column.draws")]
    return Table(say("ensemble.bands"), columns, rows, file="bands")
