"""Figures of the pages: Plotly knows every word in them, in every edition, and what is no number is a gap."""

from __future__ import annotations

import json
import math
import re

import plotly.graph_objects as go
import pytest
from made_up import ensemble_of, plans_compared
from plotly.offline import get_plotlyjs

from kanmon.pages.ensemble import render_ensemble
from kanmon.pages.figure import Figure
from kanmon.pages.html import plotly
from kanmon.pages.plans import render_plans

CARRIED = re.compile(r'<script type="application/json" class="figure" data-for="([^"]+)">(.*?)</script>', re.DOTALL)
TABLE = re.compile(r'<script type="application/json" id="editions">(.*?)</script>', re.DOTALL)


def in_edition(value: object, table: dict, place: int) -> object:
    """A figure as an edition has it, put together as the page's script does."""
    if isinstance(value, list):
        return [in_edition(item, table, place) for item in value]
    if not isinstance(value, dict):
        return value
    if "slot" in value:
        entry = table["slots"][value["slot"]]
        at = place % (len(entry) + 1)
        return value["own"] if at == 0 or entry[at - 1] < 0 else table["strings"][entry[at - 1]]
    return {key: in_edition(item, table, place) for key, item in value.items()}


def unknown_words(page: str) -> list[str]:
    """What Plotly does not take in the figures of a page, in any edition."""
    table, faults = json.loads(TABLE.search(page)[1]), []
    figures = CARRIED.findall(page)
    assert figures
    for name, text in figures:
        for place, edition in enumerate(table["names"]):
            try:
                go.Figure(in_edition(json.loads(text), table, place))
            except ValueError as error:
                faults.append(f"{name} in {edition}: {str(error)[:200]}")
    return faults


@pytest.mark.parametrize("kind", ["default", "choked", "mechanisms", "tax", "comparison"])
def test_plotly_knows_every_word_in_the_figures_of_a_run(kind, pages):
    assert unknown_words(pages[kind]) == []


def test_plotly_knows_every_word_in_the_figures_of_plans_and_ensembles(ban, pack):
    assert unknown_words(render_plans(plans_compared())) == []
    assert unknown_words(render_ensemble(ensemble_of(ban, pack))) == []


def test_a_word_that_plotly_does_not_know_would_be_found():
    figure = Figure()
    figure.add_scatter(x=[1], y=[2], colour="red")
    with pytest.raises(ValueError, match="colour"):
        go.Figure(figure.to_dict())


def test_a_figure_holds_what_json_allows():
    figure = Figure()
    figure.add_bar(x=[1.0, math.nan, math.inf], y=(1, 2, 3))
    figure.put_under([{"type": "scatter", "x": []}])
    figure.update_layout(xaxis={"nticks": 5}, shapes=[{"type": "rect"}])
    figure.update_xaxes(ticksuffix="%")
    figure.add_shape(type="line")
    assert figure.to_dict() == {
        "data": [{"type": "scatter", "x": []}, {"type": "bar", "x": [1.0, None, None], "y": [1, 2, 3]}],
        "layout": {"xaxis": {"nticks": 5, "ticksuffix": "%"}, "shapes": [{"type": "rect"}, {"type": "line"}]},
    }


def test_plotly_stands_in_the_page_as_it_comes_but_for_parentheses():
    own, carried = get_plotlyjs(), plotly()
    assert len(carried) == len(own) + 2, "Plotly begins otherwise: see LAZY in pages/html.py, without which a page opens a quarter of a second later"
    assert carried.replace("this, (() => {", "this, () => {", 1).replace("})));", "}));") == own.replace("})));", "}));")
