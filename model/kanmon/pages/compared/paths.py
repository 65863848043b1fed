"""Price paths of the focus region: one small chart per good, one colour per scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kanmon.indicators.prices import FOCUS
from kanmon.indicators.view import View
from kanmon.pages.blocks import Chart, Table
from kanmon.pages.compared.scenarios import Compared, Comparison
from kanmon.pages.headline import Headline
from kanmon.pages.lettering import wrap
from kanmon.pages.lines import BOTTOM, HEIGHT, LABEL_LINE, TOP, Line, Scale, line_figure
from kanmon.pages.months_axis import Span
from kanmon.pages.sections.prices import LEAST_HEIGHT, farthest


@dataclass(frozen=True)
class Paths:
    """Charts, and what is said before them."""

    charts: Sequence[Chart]
    lead: str


def paths(comparison: Comparison) -> Paths:
    """Charts of the goods that move, in the order of the tables."""
    view, spans = _dates(comparison)
    key = "comparison.prices_lead_bars" if spans else "comparison.prices_lead"
    charts = [_chart(comparison, good, view, spans) for good in comparison.moving if any(comparison.has_path(item, good) for item in comparison.scenarios)]
    return Paths(charts, comparison.say(key))


def _dates(comparison: Comparison) -> tuple[View, list[Span]]:
    """The months of all scenarios; their dates if they share them, else a bar for each."""
    views = [item.subject.view for item in comparison.scenarios]
    months = tuple(sorted({month for view in views for month in view.months}))
    dated = [(view, item) for view, item in zip(views, comparison.scenarios, strict=True) if view.effective]
    dates = {(view.announced, view.effective, view.end) for view, _ in dated}
    focus = next((view.focus for view in views if view.focus), None)
    if len(dates) == 1:
        ((announced, effective, end),) = dates
        return View(focus, None, (), announced, effective, end, months), []
    return View(focus, None, (), None, None, None, months), [Span(view.effective or "", view.end or "", item.colour) for view, item in dated]


def _chart(comparison: Comparison, good: str, view: View, spans: Sequence[Span]) -> Chart:
    say = comparison.say
    shown = [item for item in comparison.scenarios if comparison.has_path(item, good)]
    extreme = max(shown, key=lambda item: abs(farthest(item.subject.path(good, FOCUS))["multiple"] - 1.0))
    lines = [_line(item, good, item is extreme) for item in shown]
    room = sum(LABEL_LINE * len(wrap(line.name)) + 2 for line in lines)
    height = max(HEIGHT, room + TOP + BOTTOM + 10)
    figure = line_figure(lines, Scale(say("number.times"), 1.0, LEAST_HEIGHT), view, say, spans, height)
    parts = [say("comparison.alt_part", name=item.title, value=say.multiple(entry.value)) for item in shown if (entry := item.entry(good, Headline.MEAN))]
    alt = say("comparison.alt", good=comparison.good_in_text(good), count=str(len(shown)), parts=say.series(parts))
    note = say.sentences(_bases(comparison, shown, good), say("comparison.choked") if any(any(line.marked) for line in lines) else "")
    return Chart(f"price-{good}", comparison.good(good), figure, height, alt, _table(comparison, shown, good, view), note)


def _line(item: Compared, good: str, numbered: bool) -> Line:
    path, say = item.subject.path(good, FOCUS), item.subject.say
    texts = [
        say("prices.hover", name=item.label, month=say.month(row.month), multiple=say.multiple(row.multiple), price=item.subject.money.price(row.value, row.baseline)) + (say("choke.after") if row.at_choke else "")
        for row in path.itertuples()
    ]
    months, top = list(path["month"]), farthest(path)
    return Line(item.label, months, list(path["multiple"]), texts, item.colour, item.dash, 2.2, list(path["at_choke"]), say.multiple(top["multiple"]) if numbered else "", months.index(top["month"]))


def _bases(comparison: Comparison, shown: Sequence[Compared], good: str) -> str:
    """Baseline price, where all scenarios share it."""
    bases = {(item.subject.focus, item.subject.money.price(base, base)) for item in shown if (base := item.subject.base_price(good)) == base}
    return comparison.say("prices.base", focus=next(iter(bases))[0], price=next(iter(bases))[1]) if len(bases) == 1 else comparison.say("comparison.own_base")


def _table(comparison: Comparison, shown: Sequence[Compared], good: str, view: View) -> Table:
    say = comparison.say
    by_month = [dict(zip(path["month"], path["multiple"], strict=True)) for item in shown if len(path := item.subject.path(good, FOCUS))]
    rows = [[say.month(month), *(say.multiple(path[month]) if month in path else say("comparison.absent") for path in by_month)] for month in view.months]
    return Table(say("comparison.table", good=comparison.good_in_text(good)), [say("column.month"), *(item.label for item in shown)], rows)
