"""When each measure is announced, in force and over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kanmon.pages.numbers import NBSP, percent, significant
from kanmon.pages.subject import Subject
from kanmon.scenario.months import month_name
from kanmon.scenario.schema import EVERY, Kind, Measure


@dataclass(frozen=True)
class Bar:
    """A measure on the line of time; places in per cent of the months shown."""

    name: str
    what: str
    dates: str
    announced: float
    start: float
    width: float
    open: bool


@dataclass(frozen=True)
class Timeline:
    """Bars, and the months under them with their places."""

    bars: Sequence[Bar]
    ticks: Sequence[tuple[float, str]]


def timeline(subject: Subject) -> Timeline:
    """Measures in the order of the scenario."""
    scenario = subject.run.scenario
    bars = [_bar(subject, measure) for measure in scenario.measures]
    months = subject.view.months
    step = 6 if len(months) <= 48 else 12
    ticks = [(100 * place / len(months), subject.say.month(month)) for place, month in enumerate(months) if (int(month[5:]) - 1) % step == 0 and place < 0.84 * len(months)]
    return Timeline(bars, ticks)


def _bar(subject: Subject, measure: Measure) -> Bar:
    scenario, say, names = subject.run.scenario, subject.say, subject.names

    def place(month: int) -> float:
        return 100 * min(max(month - scenario.start, 0), scenario.months) / scenario.months

    last = scenario.start + scenario.months if measure.end is None else measure.end
    start = place(measure.effective)
    announced = say.month(month_name(measure.announced))
    effective = say.month(month_name(measure.effective))
    dates = say("timeline.dates_open", announced=announced, effective=effective) if measure.end is None else say("timeline.dates", announced=announced, effective=effective, last=say.month(month_name(measure.end - 1)))
    return Bar(names.own(measure.name), describe(subject, measure), dates, place(measure.announced), start, max(place(last) - start, 0.5), measure.end is None)


def describe(subject: Subject, measure: Measure) -> str:
    """A measure in one sentence."""
    say, names = subject.say, subject.names
    goods = say.series([names.good_in_text(good) for good in measure.goods])
    every = say("region.every_country")
    exporter = say("region.every_exporter") if measure.exporter == EVERY else names.region(measure.exporter)
    destinations = every if EVERY in measure.destinations else say.series([names.region(region) for region in measure.destinations])
    kind = "quota_tonnes" if measure.limit is not None else measure.kind.value
    parts = [say(f"measure.{kind}", exporter=exporter, goods=goods, destinations=destinations, size=_size(subject, measure), review=str(measure.review))]
    if measure.surge_limit is not None:
        parts.append(say("measure.surge", size=significant(measure.surge_limit)))
    if measure.displacement is not None:
        parts.append(say("measure.displacement", share=percent(100 * measure.displacement)))
    if measure.reexport is not None:
        parts.append(say("measure.reexport" if measure.reexport else "measure.reexport_none", share=percent(100 * measure.reexport)))
    if measure.reach:
        parts.append(say("measure.reach", goods=say.series([names.good_in_text(good) for good in measure.reach])))
    if measure.industries:
        parts.append(say("measure.scope", industries=say.series([names.industry(industry) for industry in measure.industries]), share=percent(100 * measure.share_of_use)))
    return say.sentences(*parts)


def _size(subject: Subject, measure: Measure) -> str:
    """The quota's share or tonnes, the share that an outage leaves, the tax's rate."""
    if measure.limit is not None:
        tonnes = measure.limit if isinstance(measure.limit, tuple) else (measure.limit,)
        return f"{subject.say.series([significant(value) for value in dict.fromkeys(tonnes)])}{NBSP}t"
    if measure.kind == Kind.LICENCE:
        return percent(100 * (measure.granted or 0.0))
    if measure.kind in (Kind.QUOTA, Kind.OUTAGE):
        shares = measure.share if isinstance(measure.share, tuple) else (measure.share or 0.0,)
        return subject.say.series([percent(100 * share) for share in dict.fromkeys(shares)])
    if measure.rate is not None:
        return percent(100 * measure.rate)
    return subject.money.price(measure.amount or 0.0, 0.0)
