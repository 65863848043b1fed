"""Which facts decide the numbers: the tornado, and the share of the variance that each fact explains alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from kanmon.pages.blocks import Chart, Table
from kanmon.pages.ensembled.subject import Drawn, Number
from kanmon.pages.numbers import percent
from kanmon.pages.swings import HIGH_END, LOW_END, Dot, Swing, dot_figure, swing_figure

SHOWN = 12
"""Facts in a chart."""

FEWEST = 4
"""Facts in a chart even where chance may explain them: a chart of one bar says nothing."""


@dataclass(frozen=True)
class Driven:
    """One number: its name, what is said of it, its tornado and its indices."""

    name: str
    sentence: str
    tornado: Chart
    indices: Chart


def drivers(drawn: Drawn, most: int | None = None) -> Sequence[Driven]:
    """The numbers that have enough draws, the first few of them if so asked."""
    return [_driven(drawn, number) for number in drawn.decided if len(drawn.rows("tornado", number))][:most]


def _driven(drawn: Drawn, number: Number) -> Driven:
    say, tornado, indices = drawn.say, _strong(drawn.rows("tornado", number)), _strong(drawn.rows("indices", number))
    facts = drawn.rows("tornado", number)
    above = int(drawn.rows("indices", number)["above_noise"].sum())
    span = {"low": number.text(number.at("p5")), "high": number.text(number.at("p95"))}
    sentence = say("ensemble.driven", count=str(len(facts)), tornado=str(int(facts["above_noise"].sum())), indices=str(above), middle=number.text(number.at("p50")), **span)
    sentence = say.sentences(sentence, together_sentence(drawn, indices))
    return Driven(number.name, sentence, _tornado(drawn, number, tornado), _indices(drawn, number, indices))


def together_sentence(drawn: Drawn, rows: pd.DataFrame) -> str:
    """Which of some facts are drawn together with others, so that each also shows what those explain; empty where none is."""
    groups: dict[str, list[str]] = {}
    for factor in rows["factor"]:
        cause = drawn.cause(factor)
        if cause:
            groups.setdefault(cause, []).append(drawn.fact(factor))
    return drawn.say("ensemble.together", facts=drawn.say.series([fact for facts in groups.values() for fact in facts])) if groups else ""


def _strong(rows: pd.DataFrame) -> pd.DataFrame:
    """Facts above chance, strongest first; the strongest of the others where these are few."""
    above = rows[rows["above_noise"].astype(bool)]
    return above.head(SHOWN) if len(above) >= FEWEST else rows.head(FEWEST)


def _tornado(drawn: Drawn, number: Number, rows: pd.DataFrame) -> Chart:
    say, swings, cells = drawn.say, [], []
    for row in rows.to_dict("records"):
        fact = drawn.fact(row["factor"])
        low, high = number.sign * float(row["low"]), number.sign * float(row["high"])
        says = say("ensemble.above") if row["above_noise"] else say("ensemble.below")
        swings.append(Swing(drawn.fact_lines(row["factor"]), number.drawn(low), number.drawn(high), say("ensemble.swing_hover", fact=fact, low=number.text(low), high=number.text(high)), bool(row["above_noise"])))
        cells.append([fact, span_of(drawn, row["factor"]), number.text(low), number.text(high), says])
    middle = number.drawn(number.sign * float(number.row["mean"]))
    figure, height = swing_figure(swings, middle, number.axis)
    columns = [say("ensemble.column.fact"), say("ensemble.column.range"), say("ensemble.column.at_low"), say("ensemble.column.at_high"), say("ensemble.column.noise")]
    table = Table(say("ensemble.tornado_table", number=number.name), columns, cells, frozenset({0, 1, 4}), "tornado")
    alt = say("ensemble.tornado_alt", number=number.name, parts=say.series([f"{row[0]} {row[2]} – {row[3]}" for row in cells[:3]]))
    swatches = [(say("ensemble.low_end"), LOW_END), (say("ensemble.high_end"), HIGH_END)]
    note = "" if all(swing.above_noise for swing in swings) else say("ensemble.pale")
    return Chart(f"tornado-{number.place}", say("ensemble.tornado"), figure, height, alt, table, note, swatches)


def _indices(drawn: Drawn, number: Number, rows: pd.DataFrame) -> Chart:
    say, dots, cells = drawn.say, [], []
    floor = float(rows["floor"].iloc[0])
    for row in rows.to_dict("records"):
        fact, index, half = drawn.fact(row["factor"]), float(row["index"]), float(row["half_width"])
        shown, span = percent(100 * index), percent(100 * half)
        dots.append(Dot(drawn.fact_lines(row["factor"]), 100 * index, 100 * half, say("ensemble.index_hover", fact=fact, index=shown, half=span), bool(row["above_noise"])))
        cells.append([fact, shown, f"±{span}", say("ensemble.above") if row["above_noise"] else say("ensemble.below")])
    figure, height = dot_figure(dots, 100 * floor, say("ensemble.index_axis"))
    columns = [say("ensemble.column.fact"), say("ensemble.column.index"), say("ensemble.column.interval"), say("ensemble.column.noise")]
    table = Table(say("ensemble.index_table", number=number.name), columns, cells, frozenset({0, 3}), "indices")
    alt = say("ensemble.index_alt", number=number.name, parts=say.series([f"{row[0]} {row[1]}" for row in cells[:3]]))
    return Chart(f"indices-{number.place}", say("ensemble.indices"), figure, height, alt, table, say("ensemble.floor", floor=percent(100 * floor)))


def span_of(drawn: Drawn, factor: str) -> str:
    """Range of a fact with its unit, as its row states it."""
    row = drawn.facts.get(factor)
    if row is None:
        return ""
    values = [float(row["low"]), float(row["high"])]
    figures, unit = drawn.stated(values, str(row["unit"]))
    return drawn.say("ensemble.fact_span", low=figures[0], high=figures[1], unit=unit).strip()
