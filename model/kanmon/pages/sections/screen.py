"""The answer on one screen: at most five numbers, the one chart that matters, three sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from kanmon.indicators.prices import FOCUS
from kanmon.pages.blocks import Chart, Table
from kanmon.pages.headline import Headline, Headlines, headlines_of
from kanmon.pages.lines import Line, Scale, line_figure
from kanmon.pages.money import RANGED
from kanmon.pages.numbers import days, percent, tonnes
from kanmon.pages.palette import FOCUS as FOCUS_COLOUR
from kanmon.pages.palette import SCENARIOS
from kanmon.pages.sections.answer import against, ranked
from kanmon.pages.sections.prices import LEAST_HEIGHT, farthest
from kanmon.pages.subject import Subject

HEIGHT = 300
MOST_LINES = 5
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")


@dataclass(frozen=True)
class Number:
    """One number of the screen: what it is, its value and unit, its range, what it is compared with, and the colour of its meaning."""

    name: str
    value: str
    unit: str
    span: str
    beside: str
    role: str
    choke: bool = False


@dataclass(frozen=True)
class Screen:
    """Numbers, chart and sentences; without numbers where nothing changes."""

    numbers: Sequence[Number]
    chart: Chart | None
    sentences: Sequence[str]


def screen(subject: Subject) -> Screen:
    """Of each kind of consequence the largest: price, use not met, stock, the two accounts of the loss."""
    headlines = headlines_of(subject.table("headlines"))
    goods = ranked(subject, headlines)
    if subject.unchanged or not goods:
        return Screen([], None, [])
    thirst = _thirstiest(headlines, goods)
    numbers = [_price(subject, headlines, goods[0]), _unmet(subject, headlines, thirst), _cover(subject, headlines, goods), *_losses(subject)]
    sentences = [_price_sentence(subject, headlines, goods[0]), _use_sentence(subject, headlines, thirst), _loss_sentence(subject)]
    return Screen([item for item in numbers if item], _chart(subject, goods[:MOST_LINES]), [text for text in sentences if text])


def _thirstiest(headlines: Headlines, goods: Sequence[str]) -> str | None:
    """The good of which the largest share of use is not met, if any."""
    shares = {good: entry.value for good in goods if (entry := headlines.get(good, Headline.UNMET_SHARE))}
    good = max(shares, key=shares.__getitem__, default=None)
    return good if good is not None and shares[good] > 0.05 else None


def _price(subject: Subject, headlines: Headlines, good: str) -> Number:
    say, entry = subject.say, headlines.get(good, Headline.MEAN)
    assert entry is not None
    path = subject.path(good, FOCUS)
    force = path[path["month"].isin(subject.months_in_force)]
    span = say("screen.monthly", low=say.multiple(force["multiple"].min()), high=say.multiple(force["multiple"].max()))
    return Number(say("screen.price", good=subject.names.good_in_text(good)), say.multiple(entry.value), say("card.mean", focus=subject.focus), _believed(subject, good) or span, against(subject, good), "price", entry.at_choke)


def _believed(subject: Subject, good: str) -> str:
    """The means under the beliefs that stand beside, as a range; empty without them."""
    table = subject.table("beliefs")
    if table.empty:
        return ""
    say = subject.say
    means = pd.to_numeric(table["multiple"])[(table["good"] == good) & table["month"].isin(subject.months_in_force)].groupby(table["belief"]).mean()
    return say("screen.believed", low=say.multiple(means.min()), high=say.multiple(means.max())) if len(means) > 1 else ""


def _unmet(subject: Subject, headlines: Headlines, good: str | None) -> Number | None:
    if good is None:
        return None
    say, share, amount = subject.say, headlines.get(good, Headline.UNMET_SHARE), headlines.get(good, Headline.UNMET)
    assert share is not None and amount is not None
    others = [entry.value for other in subject.restricted if (entry := headlines.get(other, Headline.UNMET_SHARE)) and entry.value > 0]
    span = say("screen.goods", low=percent(min(others)), high=percent(max(others))) if len(others) > 1 else ""
    return Number(say("screen.unmet", good=subject.names.good_in_text(good)), percent(share.value), say("screen.of_use", focus=subject.focus), span, say("card.amount_of", amount=tonnes(amount.value), base=tonnes(amount.baseline)), "shortage")


def _cover(subject: Subject, headlines: Headlines, goods: Sequence[str]) -> Number | None:
    """The good whose stocks last least long."""
    say = subject.say
    least = {good: entry for good in goods if (entry := headlines.get(good, Headline.COVER))}
    if not least:
        return None
    good = min(least, key=lambda key: least[key].value)
    entry = least[good]
    return Number(say("screen.cover", good=subject.names.good_in_text(good)), days(entry.value), say("screen.days"), say("card.in_month", month=say.month(entry.month)), say("screen.normally", base=say("card.days", days=days(entry.baseline))), "stock")


@dataclass(frozen=True)
class Losses:
    """Losses in million USD: the market's account of the focus region and of the exporter, and value added with its range."""

    surplus: float
    value: float
    low: float
    high: float
    theirs: float | None


def losses(subject: Subject) -> Losses | None:
    """The two accounts, which are never added, and the exporter's own; None where nothing was computed downstream of the market."""
    economy, bridge = subject.table("economy"), subject.table("bridge")
    if economy.empty or bridge.empty:
        return None
    plain = economy[economy["sector"] == ""]
    mine = plain[(plain["region"] == subject.view.focus) & (plain["account"] == "value added lost")].iloc[0]
    theirs = plain[(plain["region"] == subject.view.exporter) & (plain["account"] == "market surplus lost")]
    surplus = float(bridge.set_index("step").loc["market surplus lost", "value"])
    own = float(theirs["central"].iloc[0]) if len(theirs) and subject.view.exporter != subject.view.focus else None
    return Losses(surplus, float(mine["central"]), float(mine["low"]), float(mine["high"]), own)


def _losses(subject: Subject) -> list[Number]:
    say, lost = subject.say, losses(subject)
    if lost is None:
        return []
    theirs = say("screen.theirs", exporter=subject.exporter, amount=subject.money.amount(lost.theirs)) if lost.theirs is not None else ""
    span = say("screen.from_to", low=subject.money.millions(lost.low, RANGED), high=subject.money.millions(lost.high, RANGED))
    return [
        Number(say("screen.surplus", focus=subject.focus), subject.money.millions(lost.surplus), subject.money.unit("column"), "", theirs, "loss"),
        Number(say("screen.value_added", focus=subject.focus), subject.money.millions(lost.value, RANGED), subject.money.unit("column"), span, say("screen.never_added"), "loss"),
    ]


def _price_sentence(subject: Subject, headlines: Headlines, good: str) -> str:
    say, mean, peak = subject.say, headlines.get(good, Headline.MEAN), headlines.get(good, Headline.PEAK)
    assert mean is not None and peak is not None
    text = say("screen.sentence.price", focus=subject.focus, span=subject.span, good=subject.names.good_in_text(good), mean=say.multiple(mean.value), peak=say.multiple(peak.value), month=say.month(peak.month))
    return say.sentences(text, say("screen.sentence.choke") if mean.at_choke or peak.at_choke else "")


def _use_sentence(subject: Subject, headlines: Headlines, good: str | None) -> str:
    say = subject.say
    if good is None:
        return say("summary.unmet_none", focus=subject.focus)
    share, amount, replaced = (headlines.get(good, headline) for headline in (Headline.UNMET_SHARE, Headline.UNMET, Headline.REPLACED))
    assert share is not None and amount is not None
    text = say("screen.sentence.use", focus=subject.focus, good=subject.names.good_in_text(good), share=percent(share.value), amount=tonnes(amount.value))
    return say.sentences(text, say("screen.sentence.replaced", share=percent(replaced.value), exporter=subject.exporter) if replaced else "")


def _loss_sentence(subject: Subject) -> str:
    say, lost = subject.say, losses(subject)
    if lost is None:
        return ""
    surplus = subject.money.amount(lost.surplus)
    value, low, high = (subject.money.amount(amount, RANGED) for amount in (lost.value, lost.low, lost.high))
    text = say("screen.sentence.loss", focus=subject.focus, surplus=surplus, value=value, low=low, high=high)
    return say.sentences(text, say("screen.sentence.theirs", exporter=subject.exporter, amount=subject.money.amount(lost.theirs)) if lost.theirs is not None else "")


def _chart(subject: Subject, goods: Sequence[str]) -> Chart:
    """Prices of the restricted goods in the focus region on one scale, the dearest first."""
    say, lines = subject.say, []
    for place, good in enumerate(goods):
        path = subject.path(good, FOCUS)
        name, top, months = subject.names.good(good), farthest(path), list(path["month"])
        texts = [say("prices.hover", name=name, month=say.month(row.month), multiple=say.multiple(row.multiple), price=subject.money.price(row.value, row.baseline)) for row in path.itertuples()]
        colour = FOCUS_COLOUR if place == 0 else SCENARIOS[1 + place]
        lines.append(Line(name, months, list(path["multiple"]), texts, colour, DASHES[place], 2.6 if place == 0 else 2.0, list(path["at_choke"]), say.multiple(top["multiple"]) if place == 0 else "", months.index(top["month"])))
    figure = line_figure(lines, Scale(say("number.times"), 1.0, LEAST_HEIGHT), subject.view, say, height=HEIGHT)
    rows = [[say.month(month), *(say.multiple(value) for value in values)] for month, values in zip(lines[0].months, zip(*(line.values for line in lines), strict=True), strict=True)]
    table = Table(say("screen.table", focus=subject.focus), [say("column.month"), *(line.name for line in lines)], rows, file="price_paths")
    alt = say("screen.alt", focus=subject.focus, goods=say.series([subject.names.good_in_text(good) for good in goods]))
    return Chart("screen", say("screen.chart", focus=subject.focus), figure, HEIGHT, alt, table)
