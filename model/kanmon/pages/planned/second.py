r"""What would have to be true for another plan to come first: the probability of one future at which the ranking flips.

Expectation is linear in the probabilities. With :math:`d_s` what the best plan gains more than another one in future :math:`s`, the probability
of one future :math:`f` raised to :math:`q` and those of all others scaled down alike, the lead is

.. math:: q\, d_f + (1-q)\, R, \qquad R = \frac{\sum_{s \ne f} \pi_s d_s}{1 - \pi_f}

which is nil at :math:`q^* = R / (R - d_f)`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kanmon.pages.blocks import Table
from kanmon.pages.planned.subject import Choice, probability


@dataclass(frozen=True)
class Flip:
    """The probability of a future at which a plan takes the lead, beside the one stated and its range."""

    plan: str
    future: str
    now: float
    at: float
    low: float
    high: float

    @property
    def within(self) -> bool:
        """Whether that is within what may be held likely."""
        return self.low <= self.at <= self.high


def flip_at(lead: Mapping[str, float], probabilities: Mapping[str, float], future: str) -> float | None:
    """The probability of a future at which a lead is nil, the other futures scaled alike; None where no probability does that.

    Args:
        lead: what one plan gains more than another, by future.
        probabilities: of all futures, as stated.
        future: the one whose probability changes.
    """
    rest = 1.0 - probabilities[future]
    if rest <= 0.0:
        return None
    others = sum(probabilities[name] * lead[name] for name in lead if name != future) / rest
    if others == lead[future]:
        return None
    at = others / (others - lead[future])
    return at if 0.0 <= at <= 1.0 else None


def flips(choice: Choice) -> list[Flip]:
    """Every future that could put another plan first, those of the runner-up first."""
    net, stated = choice.net, {future.key: future.probability for future in choice.futures}
    ranges = {str(row["future"]): (float(row["low"]), float(row["high"])) for row in choice.tables["futures"].to_dict("records")}
    found = []
    for plan in choice.plans[1:]:
        lead = dict((net.loc[choice.best.key] - net.loc[plan.key]).items())
        for future in stated:
            at = flip_at({str(key): float(value) for key, value in lead.items()}, stated, future)
            if at is not None:
                found.append(Flip(plan.key, future, stated[future], at, *ranges[future]))
    return found


@dataclass(frozen=True)
class Second:
    """What is said of the runner-up, its flips, and flips of all other plans within what may be held likely."""

    sentence: str
    runner_up: Table | None
    likely: Table | None


def second(choice: Choice) -> Second:
    """From the net benefits and the probabilities."""
    say = choice.say
    if len(choice.plans) < 2:
        return Second(say("plans.second.alone"), None, None)
    plan, found = choice.plans[1], flips(choice)
    mine = [flip for flip in found if flip.plan == plan.key]
    others = [flip for flip in found if flip.plan != plan.key and flip.within]
    sentence = say("plans.second.runner_up", plan=plan.label, best=choice.best.label) if mine else say("plans.second.never", plan=plan.label, best=choice.best.label)
    return Second(sentence, _table(choice, mine, say("plans.second.table", plan=plan.label)), _table(choice, others, say("plans.second.likely")))


def _table(choice: Choice, found: Sequence[Flip], caption: str) -> Table | None:
    say = choice.say
    rows = [[choice.plan(flip.plan), choice.future(flip.future), probability(flip.now), say("plans.second.range", low=probability(flip.low), high=probability(flip.high)), probability(flip.at), say("plans.second.within" if flip.within else "plans.second.beyond")] for flip in found]
    columns = [say(f"plans.column.{key}") for key in ("plan", "future", "stated", "likely", "flips_at", "verdict")]
    return Table(caption, columns, rows, frozenset({0, 1, 5}), "by_future") if rows else None
