"""The answer good by good: a card for one, a table for several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kanmon.indicators.prices import FOCUS
from kanmon.pages.blocks import Table
from kanmon.pages.headline import Headline, Headlines, headlines_of
from kanmon.pages.numbers import change, days, percent, significant, tonnes
from kanmon.pages.sections.summary import quiet_summary, summary
from kanmon.pages.subject import Subject
from kanmon.pages.wording import Wording

UNMET, RISES = "unmet", "rises"
ROWS = ("peak", "exporter", "third", UNMET, "shed", "share", "replaced", "cover", "recovery")
"""Facts of a good, in the order of the table."""


@dataclass(frozen=True)
class Fact:
    """A line of a card: its key, what it is, its number, what it is compared with."""

    key: str
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
    """Cards and the summary in sentences; of several goods a table instead of cards."""

    cards: Sequence[Card]
    sentences: Sequence[str]
    goods: Table | None = None


def answer(subject: Subject) -> Answer:
    """Cards of the restricted goods, dearest first; where nothing changes, that."""
    if subject.unchanged:
        return Answer(_quiet_cards(subject), quiet_summary(subject))
    headlines = headlines_of(subject.table("headlines"))
    goods = ranked(subject, headlines)
    cards, sentences = [_card(subject, headlines, good) for good in goods], summary(subject, headlines, goods)
    return Answer([], sentences, goods_table(subject, cards)) if len(cards) > 1 else Answer(cards, sentences)


def goods_table(subject: Subject, cards: Sequence[Card]) -> Table:
    """The cards side by side: a column a good, a row a fact."""
    say, names = subject.say, {fact.key: fact.name for card in cards for fact in card.facts if fact.key in ROWS}
    rows = [[say("answer.price"), *(_marked(say, card.value, card.choke) for card in cards)], [say("answer.money"), *(card.beside for card in cards)]]
    rows += [[names[key], *(_in_row(say, key, card.facts) for card in cards)] for key in ROWS if key in names]
    return Table(say("answer.table", focus=subject.focus), [say("column.headline"), *(card.title for card in cards)], rows, file="headlines")


def _in_row(say: Wording, key: str, facts: Sequence[Fact]) -> str:
    """The fact of a good that belongs in a row; a rise of use says that it is one, in the row of use that is not met."""
    for fact in facts:
        if (UNMET if fact.key == RISES else fact.key) == key:
            text = _marked(say, fact.value, fact.choke)
            text = say("answer.rises", name=fact.name, value=text) if fact.key == RISES else text
            return say("answer.beside", value=text, beside=fact.beside) if fact.beside else text
    return "–"


def _marked(say: Wording, text: str, choke: bool) -> str:
    return text + say("choke.after") if choke else text


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
    return None if entry is None else Fact("peak", subject.say("card.peak"), subject.say.multiple(entry.value), subject.say("card.in_month", month=subject.say.month(entry.month)), entry.at_choke)


def _elsewhere(subject: Subject, headlines: Headlines, good: str) -> list[Fact | None]:
    facts: list[Fact | None] = []
    for key, headline, name in (("exporter", Headline.EXPORTER, subject.exporter), ("third", Headline.THIRD, subject.say("region.third_in_text"))):
        entry = headlines.get(good, headline)
        if entry:
            facts.append(Fact(key, subject.say("card.price_in", region=name), subject.say.multiple(entry.value), "", entry.at_choke))
    return facts


def _unmet(subject: Subject, headlines: Headlines, good: str) -> list[Fact | None]:
    say = subject.say
    amount, share, shed = (headlines.get(good, headline) for headline in (Headline.UNMET, Headline.UNMET_SHARE, Headline.SHED))
    if not (amount and share):
        return []
    noise = 1e-6 * amount.baseline
    if abs(amount.value) < noise:
        return [Fact(UNMET, say("card.unmet"), tonnes(0.0), say("card.of", base=tonnes(amount.baseline)))]
    if amount.value < 0:
        return [Fact(RISES, say("card.rises"), percent(-share.value), say("card.amount_on", amount=tonnes(-amount.value), base=tonnes(amount.baseline)))]
    facts: list[Fact | None] = [Fact(UNMET, say("card.unmet"), percent(share.value), say("card.amount_of", amount=tonnes(amount.value), base=tonnes(amount.baseline)))]
    if shed and shed.value > noise:
        facts.append(Fact("shed", say("card.shed"), tonnes(shed.value), say("card.from_month", month=say.month(shed.month)) if shed.month else ""))
    else:
        facts.append(Fact("shed", say("card.shed"), tonnes(0.0)))
    return facts


def _imports(subject: Subject, headlines: Headlines, good: str) -> list[Fact | None]:
    say = subject.say
    facts: list[Fact | None] = []
    share = headlines.get(good, Headline.EXPORTER_SHARE)
    if share:
        facts.append(Fact("share", say("card.share", exporter=subject.exporter), percent(share.value), say("card.before", base=percent(share.baseline))))
    replaced = headlines.get(good, Headline.REPLACED)
    if replaced and share and share.baseline - share.value > 0.5:
        facts.append(Fact("replaced", say("card.replaced"), percent(replaced.value)))
    return facts


def _least_cover(subject: Subject, headlines: Headlines, good: str) -> Fact | None:
    entry = headlines.get(good, Headline.COVER)
    return None if entry is None else Fact("cover", subject.say("card.cover"), subject.say("card.days", days=days(entry.value)), subject.say("card.cover_beside", month=subject.say.month(entry.month), base=days(entry.baseline)))


def _recovery(subject: Subject, headlines: Headlines, good: str) -> Fact | None:
    entry = headlines.get(good, Headline.RECOVERY)
    if entry is None:
        return None
    if entry.note:
        return Fact("recovery", subject.say("card.recovery"), subject.say("card.not_within"))
    if entry.value == 0:
        return Fact("recovery", subject.say("card.recovery"), subject.say("card.at_once"))
    return Fact("recovery", subject.say("card.recovery"), subject.say("card.month" if entry.value == 1 else "card.months", months=significant(entry.value)), subject.say("card.by_month", month=subject.say.month(entry.month)))


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
