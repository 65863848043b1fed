"""The answer on one screen: a card per restricted good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kanmon.indicators.prices import FOCUS
from kanmon.pages.headline import Headline, Headlines, headlines_of
from kanmon.pages.numbers import change, days, percent, significant, tonnes
from kanmon.pages.sections.summary import quiet_summary, summary
from kanmon.pages.subject import Subject


@dataclass(frozen=True)
class Fact:
    """A line of a card: what, its number, what it is compared with."""

    name: str
    value: str
    beside: str = ""
    choke: bool = False


@dataclass(frozen=True)
class Card:
    """One good: the number that matters most, and the others."""

    title: str
    value: str
    unit: str
    beside: str
    choke: bool
    facts: Sequence[Fact] = field(default=())


@dataclass(frozen=True)
class Answer:
    """Cards and the summary in sentences."""

    cards: Sequence[Card]
    sentences: Sequence[str]


def answer(subject: Subject) -> Answer:
    """Cards of the restricted goods, dearest first; where nothing changes, that."""
    if subject.unchanged:
        return Answer(_quiet_cards(subject), quiet_summary(subject))
    headlines = headlines_of(subject.table("headlines"))
    goods = ranked(subject, headlines)
    return Answer([_card(subject, headlines, good) for good in goods], summary(subject, headlines, goods))


def ranked(subject: Subject, headlines: Headlines) -> list[str]:
    """Restricted goods with a headline price, the greatest change first."""

    def size(good: str) -> float:
        entry = headlines.get(good, Headline.MEAN)
        return -abs(entry.value - 1.0) if entry else 0.0

    return sorted((good for good in subject.restricted if headlines.get(good, Headline.MEAN)), key=size)


def against(subject: Subject, good: str) -> str:
    """Mean price in the focus region while in force, against the mean baseline of the same months."""
    path, base = subject.path(good, FOCUS), subject.base_price(good)
    force = path[path["month"].isin(subject.months_in_force)]
    price, baseline = (subject.money.price(float(force[column].mean()), base) for column in ("value", "baseline"))
    return subject.say("card.against", price=price, base=baseline)


def dearest(subject: Subject) -> str | None:
    """The good whose price the page opens with; None where nothing changes."""
    goods = [] if subject.unchanged else ranked(subject, headlines_of(subject.table("headlines")))
    return goods[0] if goods else None


def _card(subject: Subject, headlines: Headlines, good: str) -> Card:
    say = subject.say
    mean = headlines.get(good, Headline.MEAN)
    assert mean is not None
    beside = against(subject, good)
    return Card(subject.names.good(good), say.multiple(mean.value), say("card.mean", focus=subject.focus), beside, mean.at_choke, [fact for fact in _facts(subject, headlines, good) if fact])


def _facts(subject: Subject, headlines: Headlines, good: str) -> list[Fact | None]:
    return [_peak(subject, headlines, good), *_elsewhere(subject, headlines, good), *_unmet(subject, headlines, good), *_imports(subject, headlines, good), _least_cover(subject, headlines, good), _recovery(subject, headlines, good)]


def _peak(subject: Subject, headlines: Headlines, good: str) -> Fact | None:
    entry = headlines.get(good, Headline.PEAK)
    return None if entry is None else Fact(subject.say("card.peak"), subject.say.multiple(entry.value), subject.say("card.in_month", month=subject.say.month(entry.month)), entry.at_choke)


def _elsewhere(subject: Subject, headlines: Headlines, good: str) -> list[Fact | None]:
    facts: list[Fact | None] = []
    for headline, name in ((Headline.EXPORTER, subject.exporter), (Headline.THIRD, subject.say("region.third_in_text"))):
        entry = headlines.get(good, headline)
        if entry:
            facts.append(Fact(subject.say("card.price_in", region=name), subject.say.multiple(entry.value), "", entry.at_choke))
    return facts


def _unmet(subject: Subject, headlines: Headlines, good: str) -> list[Fact | None]:
    say = subject.say
    amount, share, shed = (headlines.get(good, headline) for headline in (Headline.UNMET, Headline.UNMET_SHARE, Headline.SHED))
    if not (amount and share):
        return []
    noise = 1e-6 * amount.baseline
    if abs(amount.value) < noise:
        return [Fact(say("card.unmet"), tonnes(0.0), say("card.of", base=tonnes(amount.baseline)))]
    if amount.value < 0:
        return [Fact(say("card.rises"), percent(-share.value), say("card.amount_on", amount=tonnes(-amount.value), base=tonnes(amount.baseline)))]
    facts: list[Fact | None] = [Fact(say("card.unmet"), percent(share.value), say("card.amount_of", amount=tonnes(amount.value), base=tonnes(amount.baseline)))]
    if shed and shed.value > noise:
        facts.append(Fact(say("card.shed"), tonnes(shed.value), say("card.from_month", month=say.month(shed.month)) if shed.month else ""))
    else:
        facts.append(Fact(say("card.shed"), tonnes(0.0)))
    return facts


def _imports(subject: Subject, headlines: Headlines, good: str) -> list[Fact | None]:
    say = subject.say
    facts: list[Fact | None] = []
    share = headlines.get(good, Headline.EXPORTER_SHARE)
    if share:
        facts.append(Fact(say("card.share", exporter=subject.exporter), percent(share.value), say("card.before", base=percent(share.baseline))))
    replaced = headlines.get(good, Headline.REPLACED)
    if replaced and share and share.baseline - share.value > 0.5:
        facts.append(Fact(say("card.replaced"), percent(replaced.value)))
    return facts


def _least_cover(subject: Subject, headlines: Headlines, good: str) -> Fact | None:
    entry = headlines.get(good, Headline.COVER)
    return None if entry is None else Fact(subject.say("card.cover"), subject.say("card.days", days=days(entry.value)), subject.say("card.cover_beside", month=subject.say.month(entry.month), base=days(entry.baseline)))


def _recovery(subject: Subject, headlines: Headlines, good: str) -> Fact | None:
    entry = headlines.get(good, Headline.RECOVERY)
    if entry is None:
        return None
    if entry.note:
        return Fact(subject.say("card.recovery"), subject.say("card.not_within"))
    if entry.value == 0:
        return Fact(subject.say("card.recovery"), subject.say("card.at_once"))
    return Fact(subject.say("card.recovery"), subject.say("card.month" if entry.value == 1 else "card.months", months=significant(entry.value)), subject.say("card.by_month", month=subject.say.month(entry.month)))


def _quiet_cards(subject: Subject) -> list[Card]:
    """What does not change, in numbers."""
    say = subject.say
    size = subject.run.manifest["size"]
    largest = 100 * max(subject.deviation.values(), default=0.0)
    cards = [Card(say("quiet.price_title"), change(largest), say("quiet.price_unit"), say("quiet.markets", markets=str(size["markets"]), months=str(size["months"])), False)]
    headlines = headlines_of(subject.table("headlines"))
    for good in subject.restricted:
        share = headlines.get(good, Headline.EXPORTER_SHARE)
        unmet = headlines.get(good, Headline.UNMET)
        if unmet:
            cards.append(Card(say("quiet.unmet_title", good=subject.names.good(good)), tonnes(0.0), say("quiet.unmet_unit"), say("quiet.of_use", base=tonnes(unmet.baseline)), False))
        if share:
            cards.append(Card(say("quiet.share_title", exporter=subject.exporter), percent(share.value), say("quiet.share_unit", good=subject.names.good_in_text(good)), say("card.before", base=percent(share.baseline)), False))
    return cards
