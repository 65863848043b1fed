"""What protection costs: cost of every plan against the loss that it leaves, expected and in the tail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kanmon.pages.blocks import PAPER_LAYOUT, Chart, Table, plain
from kanmon.pages.figure import Figure
from kanmon.pages.lettering import letters, shortened
from kanmon.pages.palette import FOCUS, INK, MUTED, PAPER, RULE
from kanmon.pages.planned.subject import Choice, probability

TOP, BOTTOM, LEFT = 10, 46, 58
LINE = 17
"""Height of a label [px]."""

LEAST = 240
LETTER, LONGEST = 6.4, 23
"""Width of a letter of a label [px], and letters of a label at most."""

ROOM = 0.08
"""Room about the points, as a share of their range [1]."""


@dataclass(frozen=True)
class Point:
    """One plan: where it stands, what a pointer shows, and whether another one is better whatever comes."""

    name: str
    x: float
    y: float
    text: str
    dominated: bool


def frontier(choice: Choice) -> Sequence[Chart]:
    """Against the expected loss, and against the mean of the worst futures."""
    tail = probability(float(choice.manifest["tail"]))
    return [_chart(choice, "expected_loss", choice.say("plans.frontier.expected")), _chart(choice, "tail_loss", choice.say("plans.frontier.tail", tail=tail))]


def _chart(choice: Choice, column: str, title: str) -> Chart:
    say, points = choice.say, []
    for row in choice.ranking.to_dict("records"):
        name, cost, loss = choice.plan(str(row["plan"])), float(row["cost"]), float(row[column])
        text = say("plans.frontier.hover", plan=name, cost=choice.money.amount(cost), loss=choice.money.amount(loss))
        points.append(Point(name, choice.money.size(cost), choice.money.size(loss), text, bool(row["dominated_by"])))
    costs, losses = choice.amounts(list(choice.ranking["cost"])), choice.amounts(list(choice.ranking[column]))
    rows = [[point.name, *figures, say("yes") if point.dominated else ""] for point, *figures in zip(points, costs, losses, strict=True)]
    figure, height = point_figure(points, say("plans.frontier.cost_axis", unit=choice.unit), say("plans.frontier.loss_axis", unit=choice.unit))
    columns = [say("plans.column.plan"), say("plans.column.cost"), say("plans.column.loss"), say("plans.column.dominated")]
    alt = say("plans.frontier.alt", title=title, parts=say.series([say("plans.frontier.part", plan=row[0], cost=row[1], loss=row[2]) for row in rows]))
    return Chart(f"frontier-{column.replace('_', '-')}", title, figure, height, alt, Table(say("plans.frontier.table", unit=choice.unit), columns, rows, frozenset({0, 3}), "ranking"))


def point_figure(points: Sequence[Point], x_axis: str, y_axis: str, line: Sequence[tuple[float, float]] = ()) -> tuple[Figure, int]:
    """Points with their names at the right, each joined to its point; hollow where another one is better whatever comes. A stepped line lies under them."""
    height = max(LEAST, LINE * len(points) + 20) + TOP + BOTTOM
    x_range, y_range = _range([*(point.x for point in points), *(x for x, _ in line)]), _range([*(point.y for point in points), *(y for _, y in line)])
    figure = Figure()
    if line:
        figure.add_scatter(x=[x for x, _ in line], y=[y for _, y in line], mode="lines", line={"color": MUTED, "width": 1.6, "shape": "hv"}, hoverinfo="skip")
    figure.add_scatter(
        x=[point.x for point in points], y=[point.y for point in points], mode="markers", text=[plain(point.text) for point in points], hovertemplate="%{text}<extra></extra>",
        marker={"size": 11, "color": [PAPER if point.dominated else FOCUS for point in points], "line": {"width": 2, "color": FOCUS}},
    )  # fmt: skip
    names = [shortened(point.name, LONGEST) for point in points]
    axis = {"gridcolor": RULE, "zerolinecolor": MUTED, "fixedrange": True, "tickfont": {"size": 11, "color": MUTED}, "separatethousands": True, "nticks": 5, "tickangle": 0}
    title = {"font": {"size": 11, "color": MUTED}, "standoff": 6}
    figure.update_layout(
        height=height,
        margin={"l": LEFT, "r": int(max(map(letters, names)) * LETTER) + 26, "t": TOP, "b": BOTTOM},
        **PAPER_LAYOUT,
        xaxis={**axis, "range": x_range, "title": {**title, "text": plain(x_axis)}},
        yaxis={**axis, "range": y_range, "title": {**title, "text": plain(y_axis)}},
        annotations=_labels(points, names, x_range, y_range, height - TOP - BOTTOM),
    )
    return figure, height


def _range(values: Sequence[float]) -> list[float]:
    low, high = min(values), max(values)
    room = ROOM * ((high - low) or abs(high) or 1.0)
    return [low - room, high + room]


def _labels(points: Sequence[Point], names: Sequence[str], x_range: Sequence[float], y_range: Sequence[float], height: float) -> list[dict]:
    """Names in a column at the right, moved apart where they would overlap."""
    scale = (y_range[1] - y_range[0]) / height
    order = sorted(range(len(points)), key=lambda place: -points[place].y)
    levels = [(y_range[1] - points[place].y) / scale for place in order]
    for place in range(1, len(levels)):
        levels[place] = max(levels[place], levels[place - 1] + LINE)
    ceiling = height - LINE / 2
    for place in reversed(range(len(levels))):
        levels[place] = min(levels[place], ceiling)
        ceiling = levels[place] - LINE
    edge = x_range[1] + 0.02 * (x_range[1] - x_range[0])
    return [
        {"x": points[place].x, "y": points[place].y, "xref": "x", "yref": "y", "ax": edge, "ay": y_range[1] - level * scale, "axref": "x", "ayref": "y", "text": plain(names[place]), "showarrow": True, "arrowhead": 0, "arrowwidth": 0.8, "arrowcolor": MUTED, "standoff": 7, "xanchor": "left", "yanchor": "middle", "font": {"size": 12, "color": INK}}
        for place, level in zip(order, levels, strict=True)
    ]
