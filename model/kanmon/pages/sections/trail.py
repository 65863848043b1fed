"""From the first number of the page to what it rests on: the months behind it, the fact it starts from, what moves it most, how to repeat it."""

from __future__ import annotations

from dataclasses import dataclass

from kanmon.indicators.prices import FOCUS
from kanmon.pages.ensembled.answer import strongest
from kanmon.pages.headline import Headline
from kanmon.pages.numbers import number
from kanmon.pages.sections.alternatives import alternatives, asked_price
from kanmon.pages.sections.assumptions import fact_of
from kanmon.pages.sections.beliefs import belief_name
from kanmon.pages.sections.changes import drawn_belief, drawn_of
from kanmon.pages.sections.facts import anchor, fact_behind
from kanmon.pages.subject import Subject

PER_TONNE = {"USD/t": 1.0, "USD/kg": 1000.0}
"""Units of prices in a pack, over the tonne."""


@dataclass(frozen=True)
class Step:
    """A sentence, and the place on the page where more stands."""

    text: str
    place: str
    link: str


def trail(subject: Subject, good: str | None) -> list[Step]:
    """The way back from the price of a good; nothing where no price is shown."""
    if good is None:
        return []
    steps = [_months(subject, good), _fact(subject, good), _mover(subject, good), Step(subject.say("trail.repeat"), "repeat", subject.say("trail.to_repeat"))]
    return [step for step in steps if step]


def _months(subject: Subject, good: str) -> Step:
    """The months behind the mean."""
    say, path = subject.say, subject.path(good, FOCUS)
    force = path[path["month"].isin(subject.months_in_force)]
    base = subject.base_price(good)
    price, beside = (subject.money.price(float(force[column].mean()), base) for column in ("value", "baseline"))
    return Step(say("trail.months", multiple=say.multiple(asked_price(subject, good)), months=str(len(force)), price=price, base=beside), f"chart-price-{good}", say("trail.to_months"))


def _fact(subject: Subject, good: str) -> Step | None:
    """The price of the base year that the baseline starts from."""
    row = fact_behind(subject, "price", good)
    if row is None:
        return None
    say, fact = subject.say, fact_of(subject.say, subject.names, subject.money, row)
    value, span = _as_prices(subject, row, subject.base_price(good)) or (fact.value, fact.span)
    known = say("trail.known", span=span, quality=fact.quality) if span else fact.quality
    return Step(say("trail.fact_path" if subject.run.scenario.path else "trail.fact", value=value, known=known), anchor(row), say("trail.to_fact"))


def _as_prices(subject: Subject, row: dict, base: float) -> tuple[str, str] | None:
    """A price of the pack and its range, in the unit in which the page quotes the good; None where the unit is none of weight."""
    factor = PER_TONNE.get(str(row["unit"]))
    value, low, high = (number(row[key]) for key in ("value", "low", "high"))
    if factor is None or value is None:
        return None
    span = "" if low is None or high is None else f"{subject.money.price_value(low * factor, base)} – {subject.money.price_value(high * factor, base)}"
    year = str(row["currency_year"]).removesuffix(".0")
    return subject.say("trail.of_year", price=subject.money.price(value * factor, base), year=year), span


def _mover(subject: Subject, good: str) -> Step | None:
    """What moves the price most: by an ensemble if there is one, else by what the run was also solved with."""
    say = subject.say
    if len(subject.table("ensemble")):
        drawn = drawn_of(subject)
        price = drawn.number("headline", Headline.MEAN, good)
        believed = drawn_belief(subject)
        other = "" if believed == subject.run.scenario.belief else say("trail.other_belief", drawn=belief_name(subject, believed))
        return Step(say.sentences(strongest(drawn, price), other), "changes", say("trail.to_changes")) if price else None
    found = alternatives(subject, good)
    if not found:
        return Step(say("trail.unknown"), "changes", say("trail.to_changes"))
    first = found[0]
    return Step(say("trail.mover", change=first.name, there=say.multiple(first.multiple), asked=say.multiple(asked_price(subject, good))), "changes", say("trail.to_changes"))
