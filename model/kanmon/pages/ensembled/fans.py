"""Price paths of the focus region as fans over the draws."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kanmon.indicators.prices import EXPORTER, FOCUS, THIRD
from kanmon.pages.blocks import Chart, Table
from kanmon.pages.ensembled.subject import Drawn
from kanmon.pages.fan import CENTRAL_COLOUR, MEDIAN_COLOUR, fan_figure
from kanmon.pages.lines import Line
from kanmon.pages.palette import FAN_INNER, FAN_OUTER

HEIGHT = 300
PERCENTILES = ("p5", "p25", "p50", "p75", "p95")


def fans(drawn: Drawn) -> Sequence[Chart]:
    """A fan for each restricted good that moves, and of the first, whose fan stands with the answer, those of the exporter and of third countries."""
    first = [(good, group) for good in drawn.goods[:1] for group in (EXPORTER, THIRD)]
    return [chart for good, group in [*((good, FOCUS) for good in drawn.goods[1:]), *first] if (chart := fan(drawn, good, group))]


def fan(drawn: Drawn, good: str, group: str = FOCUS) -> Chart | None:
    """The fan of one good in a group of regions; None where its path was not kept."""
    path, say, region = drawn.path(good, group), drawn.say, drawn.groups[group]
    if path.empty:
        return None
    median = _line(drawn, path, "p50", say("ensemble.median"), MEDIAN_COLOUR, "solid", 2.6)
    central = None if path["central"].isna().any() else _line(drawn, path, "central", say("ensemble.central_line"), CENTRAL_COLOUR, "dot", 1.6)
    figure = fan_figure(path, median, central, drawn.view, say, HEIGHT)
    top = path.loc[path["p50"].idxmax()]
    name = drawn.names.good_in_text(good)
    alt = say("ensemble.fan_alt", good=name, focus=region, month=say.month(top["month"]), low=say.multiple(top["p5"]), middle=say.multiple(top["p50"]), high=say.multiple(top["p95"]))
    columns = [say("column.month"), *(say("ensemble.column.percentile", share=column[1:]) for column in PERCENTILES), say("ensemble.column.central")]
    rows = [[say.month(row["month"]), *(say.multiple(row[column]) for column in (*PERCENTILES, "central"))] for row in path.to_dict("records")]
    swatches = [(say("ensemble.inner"), FAN_INNER), (say("ensemble.outer"), FAN_OUTER)]
    title = say("ensemble.fan", good=drawn.names.good(good), focus=region)
    return Chart(f"fan-{group.replace(' ', '-')}-{good}", title, figure, HEIGHT, alt, Table(say("ensemble.fan_table", good=name, focus=region), columns, rows, file="bands"), _note(drawn, path), swatches)


def _line(drawn: Drawn, path: pd.DataFrame, column: str, name: str, colour: str, dash: str, width: float) -> Line:
    say = drawn.say
    values, months = list(path[column]), list(path["month"])
    texts = [say("ensemble.hover", name=name, month=say.month(row["month"]), value=say.multiple(row[column]), low=say.multiple(row["p5"]), high=say.multiple(row["p95"])) for row in path.to_dict("records")]
    top = max(range(len(values)), key=lambda place: abs(values[place] - 1.0))
    return Line(name, months, values, texts, colour, dash, width, number=say.multiple(values[top]) if column == "p50" else "", number_at=top)


def _note(drawn: Drawn, path: pd.DataFrame) -> str:
    """Where some draws stand at the assumed choke."""
    choked = path[path["noted"].astype(float) > 0]
    return drawn.say("ensemble.choked", count=str(len(choked))) if len(choked) else ""
