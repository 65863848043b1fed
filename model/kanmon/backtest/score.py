"""How far predictions are from what was observed, and whether two naive forecasts come nearer.

Everything is compared as a ratio to the base period, so that the level of the pack does not matter: an error of 0.2 is a fifth of the
base value. A series is judged as a whole, by the mean absolute error of its figures.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from kanmon.backtest.episodes import PRICES, Episode, Figure
from kanmon.pack.load import Pack
from kanmon.scenario.months import month_name
from kanmon.scenario.schema import EVERY, Kind, Measure, Scenario
from kanmon.solution.layout import Tables

NOTHING = float("nan")
NO_CHANGE = 1.0
"""The first naive forecast: what was, stays [1]."""

WIDEST = 1.0
"""Width from which a band counts as no evidence: the base value itself [1]."""

BETTER, WORSE, NO_EVIDENCE, NOT_RUN = "better", "worse", "no evidence", "did not run"

FIGURES = (
    "episode", "series", "date", "months", "what", "observed", "observed_low", "observed_high", "predicted", "band_low", "band_high", "width", "inside",
    "error", "error_no_change", "lost_share_forecast", "error_lost_share", "apart", "error_apart", "failed", "source", "note",
)  # fmt: skip
"""Columns of the figures: observed, predicted, band and forecasts as ratios to the base [1]; errors are forecast less observed [1]."""

SERIES = ("episode", "series", "figures", "error", "bias", "error_no_change", "error_lost_share", "error_apart", "width", "inside", "verdict")
"""Columns of the series: mean absolute errors [1], mean error (bias), mean width of the band, figures inside it."""


def predicted_ratio(tables: Tables, row: Figure) -> float:
    """What a run says of an observed figure, relative to the base; not a number if it has no such row [1]."""
    months = [month_name(month) for month in row.months]
    if row.table == "unit_values":
        return _unit_value(tables, row, months)
    frame = _named(tables[row.table], row)
    frame = frame[frame["month"].isin(months)]
    base = frame["baseline"].sum()
    return float(frame["value"].sum() / base) if base > 0 else NOTHING


def _unit_value(tables: Tables, row: Figure, months: Sequence[str]) -> float:
    """Worth of a tonne shipped, at the prices of its destination, over the same in the base."""
    flows = _named(tables["flows"], row)
    flows = flows[flows["month"].isin(months)]
    prices = tables["prices"].rename(columns={"region": "destination"})[["destination", "good", "month", "value", "baseline"]]
    joined = flows.merge(prices, on=["destination", "good", "month"], suffixes=("", "_price"))
    worth = [(joined[column] * joined[f"{column}_price"]).sum() / joined[column].sum() if joined[column].sum() > 0 else NOTHING for column in ("value", "baseline")]
    return float(worth[0] / worth[1])


def _named(frame: pd.DataFrame, row: Figure) -> pd.DataFrame:
    for column, members in row.keys.items():
        frame = frame[frame[column].isin(members)]
    return frame


def lost_share_forecast(row: Figure, tables: Tables, scenario: Scenario, pack: Pack, elasticity: float) -> float:
    """The second naive forecast, for prices: they move with the lost share of supply over an elasticity; not a number elsewhere [1].

    The share of supply that measures take from a market (base flows into it, less what is allowed in the month, over base output and
    inflows) raises its price by itself over the elasticity; what they keep in the exporter's market lowers the price there in the same way.
    Stocks, substitutes and other suppliers play no part.
    """
    if row.table not in PRICES:
        return NOTHING
    market = "destination" if row.table == "unit_values" else "region"
    outputs = {key: item["output"] for key, item in pack.labels["processes"].items()}
    found = []
    for region in row.keys.get(market, ()):
        for good in row.keys.get("good", ()):
            found += [_moved(tables, scenario, outputs, region, good, month, elasticity) for month in row.months]
    return sum(found) / len(found) if found else NOTHING


def _moved(tables: Tables, scenario: Scenario, outputs: Mapping[str, str], region: str, good: str, month: int, elasticity: float) -> float:
    name = month_name(month)
    flows = tables["flows"]
    flows = flows[(flows["month"] == name) & (flows["good"] == good)]
    made = tables["outputs"]
    made = made[(made["month"] == name) & (made["region"] == region) & (made["activity"].map(outputs) == good)]["baseline"].sum()
    supply = made + flows.loc[flows["destination"] == region, "baseline"].sum()
    if supply <= 0:
        return NOTHING
    all_flows = tables["flows"][tables["flows"]["month"] == name]
    lost = sum(_sign(lane, region) * lane.baseline * (1.0 - _allowed(lane, all_flows, scenario.measures, month)) for lane in flows.itertuples() if region in (lane.origin, lane.destination))
    return float(max(0.0, 1.0 + lost / supply / elasticity))


def _sign(lane, region: str) -> float:
    """What is lost to a market counts up, what is kept in it down."""
    return float(lane.destination == region) - float(lane.origin == region)


def _allowed(lane, flows: pd.DataFrame, measures: Sequence[Measure], month: int) -> float:
    """Share of a lane's base flow that all measures leave in a month [1]."""
    left = 1.0
    for measure in measures:
        if measure.kind in (Kind.EXPORT_TAX, Kind.TARIFF, Kind.IMPORT_SUBSIDY, Kind.OUTAGE) or measure.industries or not measure.in_force(month) or not _covers(measure, lane):
            continue
        limit = measure.limit_in(month)
        if limit is None:
            left = min(left, measure.share_in(month))
            continue
        base = sum(other.baseline for other in flows.itertuples() if _covers(measure, other)) if measure.pooled else lane.baseline
        left = min(left, limit / base if base > 0 else 1.0)
    return left


def _covers(measure: Measure, lane) -> bool:
    return lane.good in measure.goods and measure.exporter in (lane.origin, EVERY) and (lane.destination in measure.destinations or EVERY in measure.destinations) and lane.origin != lane.destination


def score_episode(episode: Episode, central: Tables | None, band: Sequence[Tables], apart: Sequence[Tables], failed: str = "") -> pd.DataFrame:
    """Every scored figure of an episode.

    Args:
        episode: what was observed, and how the second naive forecast is made.
        central: tables of the prediction; None if it did not come out.
        band: tables of every run that the band is drawn over, the central one among them.
        apart: tables of runs that are informed by the episode; the first is shown.
        failed: runs that did not come out, in words.

    Returns:
        columns :data:`FIGURES`.
    """
    rows = []
    for row in episode.scored:
        observed = row.ratio(row.value)
        predicted = NOTHING if central is None else predicted_ratio(central, row)
        reached = [value for value in (predicted_ratio(tables, row) for tables in band) if not math.isnan(value)]
        low, high = (min(reached), max(reached)) if reached else (NOTHING, NOTHING)
        lost = NOTHING if central is None else lost_share_forecast(row, central, episode.scenarios[episode.sheet.central], episode.pack, episode.sheet.naive.elasticity)
        informed = predicted_ratio(apart[0], row) if apart else NOTHING
        rows.append((
            episode.name, row.series, row.date, row.period, _what(row), observed, row.ratio(row.low), row.ratio(row.high), predicted, low, high, high - low, bool(low <= observed <= high),
            predicted - observed, NO_CHANGE - observed, lost, lost - observed, informed, informed - observed, failed, row.source, row.note,
        ))  # fmt: skip
    return pd.DataFrame(rows, columns=list(FIGURES))


def _what(row: Figure) -> str:
    return f"{row.table} ({', '.join('+'.join(members) for members in row.keys.values())})"


def summarise(figures: pd.DataFrame) -> pd.DataFrame:
    """Every scored series: mean absolute errors, and whether the prediction comes nearer than both naive forecasts.

    Returns:
        columns :data:`SERIES`. The verdict is ``better`` where the mean absolute error is below that of every naive forecast that there is,
        ``no evidence`` where the band is wider than the base value on average, ``did not run`` where there is no prediction.
    """
    rows = []
    for (episode, series), group in figures.groupby(["episode", "series"], sort=False):
        error, same, lost = (float(group[column].abs().mean(skipna=False)) for column in ("error", "error_no_change", "error_lost_share"))
        width = float(group["width"].mean(skipna=False))
        rivals = [value for value in (same, lost) if not math.isnan(value)]
        if math.isnan(error):
            verdict = NOT_RUN
        elif width > WIDEST:
            verdict = NO_EVIDENCE
        else:
            verdict = BETTER if error < min(rivals) else WORSE
        rows.append((episode, series, len(group), error, float(group["error"].mean(skipna=False)), same, lost, float(group["error_apart"].abs().mean(skipna=False)), width, int(group["inside"].sum()), verdict))
    return pd.DataFrame(rows, columns=list(SERIES))
