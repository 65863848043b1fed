"""What plans do to prices: the mean price of each good under every plan and in every future, on one scale."""

from __future__ import annotations

from collections.abc import Sequence

from kanmon.pages.blocks import PAPER_LAYOUT, Chart, Table, plain
from kanmon.pages.figure import Figure
from kanmon.pages.headline import Headline
from kanmon.pages.lettering import letters, wrap
from kanmon.pages.palette import INK, MUTED, PAPER, RULE, SCENARIOS
from kanmon.pages.planned.subject import Choice

ROW, TOP, BOTTOM = 30, 6, 44
LETTER = 6.6
"""Width of a letter of a label [px]."""

SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star", "pentagon", "hexagon")
STILL = 0.005
"""Goods whose price stays this close to its baseline everywhere are left out [1]."""


def prices(choice: Choice) -> Sequence[Chart]:
    """A chart for each good whose price moves, the one that moves most first."""
    table = choice.tables["prices"]
    table = table[table["headline"] == Headline.MEAN]
    table = table[table["plan"].isin([plan.key for plan in choice.plans])]
    away = (table["value"] - 1.0).abs().groupby(table["good"]).max().sort_values(ascending=False, kind="stable")
    goods = [str(good) for good in away[away > STILL].index]
    values = table[table["good"].isin(goods)]["value"]
    span = (min(1.0, float(values.min())), max(1.0, float(values.max()))) if len(values) else (1.0, 1.0)
    return [_chart(choice, good, {(str(row["plan"]), str(row["future"])): float(row["value"]) for row in table[table["good"] == good].to_dict("records")}, span) for good in goods]


def _chart(choice: Choice, good: str, values: dict[tuple[str, str], float], span: tuple[float, float]) -> Chart:
    say, name = choice.say, choice.names.good(good)
    futures = [future for future in choice.disturbed if any((plan.key, future.key) in values for plan in choice.plans)]
    figure, height = _figure(choice, values, span)
    rows = [[plan.label, *(say.multiple(values[plan.key, future.key]) if (plan.key, future.key) in values else "–" for future in futures)] for plan in choice.plans]
    table = Table(say("plans.prices.table", good=choice.names.good_in_text(good)), [say("plans.column.plan"), *(future.label for future in futures)], rows, file="prices")
    alt = say("plans.prices.alt", good=choice.names.good_in_text(good), focus=choice.focus, low=say.multiple(min(values.values())), high=say.multiple(max(values.values())))
    swatches = [(future.label, SCENARIOS[choice.disturbed.index(future) % len(SCENARIOS)]) for future in futures]
    return Chart(f"price-{good}", name, figure, height, alt, table, swatches=swatches)


def _figure(choice: Choice, values: dict[tuple[str, str], float], span: tuple[float, float]) -> tuple[Figure, int]:
    """One row a plan, one mark a future."""
    say, figure = choice.say, Figure()
    for place, future in enumerate(choice.disturbed):
        known = [(row, plan) for row, plan in enumerate(choice.plans) if (plan.key, future.key) in values]
        texts = [plain(say("plans.prices.hover", plan=plan.label, future=future.label, value=say.multiple(values[plan.key, future.key]))) for _, plan in known]
        figure.add_scatter(
            x=[values[plan.key, future.key] for _, plan in known], y=[row for row, _ in known], mode="markers", text=texts, hovertemplate="%{text}<extra></extra>",
            marker={"size": 10, "symbol": SYMBOLS[place % len(SYMBOLS)], "color": SCENARIOS[place % len(SCENARIOS)], "line": {"width": 1, "color": PAPER}},
        )  # fmt: skip
    labels = [wrap(plan.label, 18, 24) for plan in choice.plans]
    height = TOP + BOTTOM + ROW * len(labels)
    room = 0.06 * max(span[1] - span[0], 0.1)
    figure.update_layout(
        height=height,
        margin={"l": int(max(letters(line) for lines in labels for line in lines) * LETTER) + 12, "r": 14, "t": TOP, "b": BOTTOM},
        **PAPER_LAYOUT,
        xaxis={"range": [span[0] - room, span[1] + room], "title": {"text": plain(say("ensemble.axis_multiple")), "font": {"size": 11, "color": MUTED}, "standoff": 6}, "nticks": 5, "gridcolor": RULE, "zeroline": False, "fixedrange": True, "tickfont": {"size": 11, "color": MUTED}, "ticksuffix": say("number.times"), "tickangle": 0},
        yaxis={"tickmode": "array", "tickvals": list(range(len(labels))), "ticktext": ["<br>".join(plain(line) for line in lines) for lines in labels], "range": [len(labels) - 0.4, -0.6], "fixedrange": True, "tickfont": {"size": 12, "color": INK}, "gridcolor": RULE, "zeroline": False},
        shapes=[{"type": "line", "xref": "x", "yref": "paper", "x0": 1.0, "x1": 1.0, "y0": 0, "y1": 1, "line": {"color": MUTED, "width": 1, "dash": "dash"}, "layer": "below"}],
    )
    return figure, height
