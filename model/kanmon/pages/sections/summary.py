"""The answer in sentences, each with its numbers from the tables."""

from __future__ import annotations

import pandas as pd

from kanmon.indicators.sourcing import DOMESTIC, FROM_STOCK, FROM_STOCKPILE
from kanmon.indicators.view import UNRESTRICTED_MARK
from kanmon.pages.headline import Headline, Headlines
from kanmon.pages.names import IN_SCOPE_MARK
from kanmon.pages.numbers import number, percent, significant, tonnes
from kanmon.pages.subject import MOVES, TRACE, UNCHANGED, Subject
from kanmon.scenario.schema import EVERY

WORTH_SAYING = 0.05
"""A change of another good's price above this is mentioned [1]."""


def summary(subject: Subject, headlines: Headlines, goods: list[str]) -> list[str]:
    """What happens to prices, what goes unmet, what fills the gap, and what the numbers rest on."""
    paragraphs = (
        [_prices(subject, headlines, goods), _elsewhere(subject, headlines, goods)],
        [_unmet(subject, headlines, goods), _filled(subject, headlines, goods)],
        [*_nature(subject, headlines), driver(subject)],
    )
    return [subject.say.sentences(*sentences) for sentences in paragraphs if any(sentences)]


def _prices(subject: Subject, headlines: Headlines, goods: list[str]) -> str:
    say = subject.say
    if not goods:
        return say("summary.no_price", focus=subject.focus)
    if len(goods) == 1:
        mean, peak = headlines.get(goods[0], Headline.MEAN), headlines.get(goods[0], Headline.PEAK)
        assert mean is not None and peak is not None
        return say("summary.price", span=subject.span, focus=subject.focus, good=subject.names.good_in_text(goods[0]), mean=say.multiple(mean.value), peak=say.multiple(peak.value), month=say.month(peak.month))
    parts = []
    for good in goods:
        mean = headlines.get(good, Headline.MEAN)
        assert mean is not None
        parts.append(say("summary.price_part", good=subject.names.good_in_text(good), mean=say.multiple(mean.value)) + (say("choke.after") if mean.at_choke else ""))
    return say("summary.prices", span=subject.span, focus=subject.focus, parts=say.series(parts))


def _elsewhere(subject: Subject, headlines: Headlines, goods: list[str]) -> str:
    """Exporter and third countries for the first good, and goods without a measure that move."""
    say = subject.say
    parts = []
    for good in goods[:1]:
        exporter, third = headlines.get(good, Headline.EXPORTER), headlines.get(good, Headline.THIRD)
        key = "summary.elsewhere_one" if len(goods) == 1 else "summary.elsewhere"
        if exporter and third:
            parts.append(say(key, good=subject.names.good_in_text(good), exporter=subject.exporter, there=say.multiple(exporter.value), third=say.multiple(third.value)))
    moved = [(good, mean) for good in subject.moving if good not in goods and (mean := headlines.get(good, Headline.MEAN)) and abs(mean.value - 1) >= WORTH_SAYING]
    if moved:
        parts.append(say("summary.moved", goods=say.series([say("summary.price_part", good=subject.names.good_in_text(good), mean=say.multiple(mean.value)) for good, mean in moved])))
    return say.sentences(*parts)


def _unmet(subject: Subject, headlines: Headlines, goods: list[str]) -> str:
    say = subject.say
    parts, more_parts, shed_parts = [], [], []
    measured = [good for good in subject.moving if headlines.get(good, Headline.UNMET_SHARE)]
    for good in measured:
        share, amount, shed = (headlines.get(good, headline) for headline in (Headline.UNMET_SHARE, Headline.UNMET, Headline.SHED))
        assert share is not None and amount is not None
        if share.value >= 100 * MOVES / 2:
            parts.append(say("summary.unmet_part", good=subject.names.good_in_text(good), share=percent(share.value), amount=tonnes(amount.value)))
        if share.value <= -100 * MOVES / 2:
            more_parts.append(say("summary.more_part", good=subject.names.good_in_text(good), share=percent(-share.value), amount=tonnes(-amount.value)))
        if shed and shed.value > 1e-6 * amount.baseline:
            key = "summary.shed_part" if shed.month else "summary.shed_part_undated"
            shed_parts.append(say(key, good=subject.names.good_in_text(good), amount=tonnes(shed.value), month=say.month(shed.month) if shed.month else ""))
    if not measured:
        return ""
    more = say("summary.more", parts=say.series(more_parts)) if more_parts else ""
    if not parts and not shed_parts:
        return more or say("summary.unmet_none", focus=subject.focus)
    text = say("summary.unmet", focus=subject.focus, parts=say.series(parts)) if parts else ""
    return say.sentences(text, say("summary.shed", parts=say.series(shed_parts)) if shed_parts else say("summary.shed_none"), more)


def _filled(subject: Subject, headlines: Headlines, goods: list[str]) -> str:
    """What other origins replace of the exporter's shipments, good by good where it is worth a number."""
    say = subject.say
    lost = {}
    for good in goods:
        replaced, share = headlines.get(good, Headline.REPLACED), headlines.get(good, Headline.EXPORTER_SHARE)
        if replaced and share and share.baseline - share.value > 0.5:
            lost[good] = replaced.value
    worth = {good: value for good, value in lost.items() if value >= 1.0}
    if not worth:
        return say("summary.replaced_none", exporter=subject.exporter) if lost else ""
    if len(goods) == 1:
        return say("summary.replaced_one", exporter=subject.exporter, share=percent(worth[goods[0]]))
    parts = [say("summary.replaced_part", good=subject.names.good_in_text(good), share=percent(value)) for good, value in worth.items()]
    return say("summary.replaced", exporter=subject.exporter, parts=say.series(parts))


def _nature(subject: Subject, headlines: Headlines) -> list[str]:
    """Whether prices in the focus region are market prices or the assumed choke."""
    say = subject.say
    force = subject.paths[(subject.paths["group"] == "focus") & subject.paths["month"].isin(subject.months_in_force)]
    counts = force[force["at_choke"]].groupby("good").size()
    shed = [good for good in subject.moving if (entry := headlines.get(good, Headline.SHED)) and entry.value > TRACE * (headlines.entries[good, Headline.UNMET].baseline)]
    stopped = [subject.names.good_in_text(good) for good in shed if good not in counts]
    sentences = [say("summary.stopped", goods=say.series(stopped))] if stopped else []
    if counts.empty:
        return sentences or [say("summary.market_price", focus=subject.focus)]
    parts = [say("summary.choke_part", good=subject.names.good_in_text(str(good)), count=str(count), months=str(len(subject.months_in_force))) for good, count in counts.items()]
    return [say("summary.choke_price", parts=say.series(parts)), *sentences]


def driver(subject: Subject) -> str:
    """How sure the numbers are: the assumption to question first, with its range; or that an ensemble answers it.

    Without one, where one buyer is barred that is the friction of switching suppliers, where all are it is the elasticity of use.
    """
    say, table = subject.say, subject.table("assumptions")
    if len(subject.table("ensemble")):
        return say("summary.drawn")
    every = any(EVERY in measure.destinations for measure in subject.run.scenario.measures)
    quantity, key = ("elasticity_short_run", "summary.driver_use") if every else ("theta", "summary.driver_switching")
    facts = table[table["quantity"] == quantity] if len(table) else table
    if facts.empty:
        return say("summary.sure")
    low, high = pd.to_numeric(facts["low"]).min(), pd.to_numeric(facts["high"]).max()
    values = sorted({number(value) or 0.0 for value in facts["value"]})
    central = significant(values[0]) if len(values) == 1 else f"{significant(values[0])}–{significant(values[-1])}"
    return say.sentences(say("summary.sure"), say(key, value=central, low=significant(low), high=significant(high)))


def quiet_summary(subject: Subject) -> list[str]:
    """Nothing changes: that is the result, with its reason where the tables show one."""
    say = subject.say
    if not subject.run.scenario.measures:
        return [say("quiet.baseline", months=str(subject.run.scenario.months)), say("quiet.baseline_use")]
    sentences = [say("quiet.no_effect", threshold=percent(100 * UNCHANGED))]
    sentences.extend(_why_free(subject))
    sentences.append(say("quiet.caveat"))
    return sentences


def _why_free(subject: Subject) -> list[str]:
    """For end-user measures: what the barred users need beside what is free of the restriction."""
    use, supply = subject.table("use_by_industry"), subject.table("suppliers")
    months = len(subject.view.in_force)
    sentences = []
    for good in subject.restricted:
        barred = use[(use["good"] == good) & use["industry"].str.endswith(IN_SCOPE_MARK)]
        free = supply[(supply["period"] == "in force") & supply["good"].isin([good, good + UNRESTRICTED_MARK]) & ~supply["origin"].isin([subject.view.exporter, FROM_STOCK, FROM_STOCKPILE])]
        if barred.empty or free.empty or not months:
            continue
        need = float(pd.to_numeric(barred["baseline"]).sum()) * 12 / months
        domestic = float(pd.to_numeric(free.loc[free["origin"] == DOMESTIC, "baseline"]).sum())
        imports = float(pd.to_numeric(free["baseline"]).sum()) - domestic
        if need < imports + domestic:
            sentences.append(subject.say("quiet.why_free", good=subject.names.good_in_text(good), need=tonnes(need), imports=tonnes(imports), domestic=tonnes(domestic), exporter=subject.exporter, focus=subject.focus))
    return sentences
