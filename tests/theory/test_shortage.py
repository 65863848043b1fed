"""When an industry falls short, by hand: four months, use of 10 t in each without the measure."""

from __future__ import annotations

import pandas as pd
import pytest

import kanmon
import worlds
from kanmon.indicators.shortage import COLUMNS, first_shortage
from kanmon.indicators.view import View
from kanmon.scenario.load import load_scenario

MONTHS = ("2027-01", "2027-02", "2027-03", "2027-04")
VIEW = View("BBB", "AAA", ("metal",), "2027-01", "2027-02", "2027-04", MONTHS)


def tables(**uses: tuple[list[float], list[float]]) -> dict[str, pd.DataFrame]:
    """Use met and use shed by industry [t/month], and another region that must not count."""
    rows = [(region, industry, "metal", month, met, cut) for region in ("BBB", "CCC") for industry, path in uses.items() for month, met, cut in zip(MONTHS, *path, strict=True)]
    frame = pd.DataFrame(rows, columns=["region", "industry", "good", "month", "met", "cut"]).assign(baseline=10.0)
    frame.loc[frame["region"] == "CCC", "met"] = 0.0
    return {"uses": frame.rename(columns={"met": "value"}).drop(columns="cut"), "shed": frame.rename(columns={"cut": "value"}).drop(columns="met").assign(baseline=0.0)}


def row_of(industry: str, met: list[float], shed: list[float]) -> dict:
    table = first_shortage(tables(**{industry: (met, shed)}), VIEW)
    assert list(table.columns) == COLUMNS and len(table) == 1
    return table.to_dict("records")[0]


def test_an_industry_is_short_from_the_first_month_below_95_per_cent_of_its_baseline():
    row = row_of("lamps", [9.6, 9.4, 8.0, 10.0], [0.0] * 4)
    assert (row["first_short"], row["last_short"], row["months_short"]) == ("2027-02", "2027-03", 2)
    assert (row["deepest"], row["deepest_month"]) == (pytest.approx(0.2), "2027-03")
    assert row["not_met"] == pytest.approx(0.4 + 0.6 + 2.0) and row["unit"] == "t"
    assert row["first_stop"] == "", "thrift stops no line"


def test_a_line_stops_in_the_first_month_in_which_use_is_shed():
    row = row_of("lamps", [9.9, 9.0, 7.0, 7.0], [0.0, 0.0, 0.5, 1.0])
    assert (row["first_short"], row["first_stop"]) == ("2027-02", "2027-03")


def test_exactly_95_per_cent_is_not_short_and_noise_is_neither_short_nor_stopped():
    row = row_of("lamps", [9.5, 10.0 - 1e-9, 10.0, 10.0], [1e-9] * 4)
    assert (row["first_short"], row["first_stop"], row["months_short"]) == ("", "", 0)
    assert row["not_met"] == pytest.approx(0.5)


def test_more_use_than_the_baseline_does_not_make_up_for_a_shortfall():
    row = row_of("lamps", [12.0, 8.0, 12.0, 12.0], [0.0] * 4)
    assert row["not_met"] == pytest.approx(2.0)
    assert row_of("lamps", [12.0] * 4, [0.0] * 4)["deepest_month"] == ""


def test_a_path_that_grows_is_measured_against_the_same_month():
    grown = tables(lamps=([10.0, 10.0, 10.0, 10.0], [0.0] * 4))
    grown["uses"]["baseline"] = grown["uses"]["month"].map(dict(zip(MONTHS, [10.0, 10.4, 10.6, 10.8], strict=True)))
    row = first_shortage(grown, VIEW).iloc[0]
    assert (row["first_short"], row["deepest_month"]) == ("2027-03", "2027-04")


def test_a_run_agrees_with_its_table_of_use():
    """In the months in force, what is not met is thrift and shed together, where no month is above its baseline."""
    scenario = load_scenario(worlds.SCENARIOS / "examplium-ban.toml")
    run = kanmon.run(scenario, worlds.examplium(), "ban")
    table = run.reports["first_shortage"].set_index(["industry", "good"])
    use = run.reports["use_by_industry"].set_index(["industry", "good"])
    assert set(table.index) == set(use.index)
    lamps = table.loc[("lamps", "examplium")]
    assert "2027-02" <= lamps["first_short"] <= lamps["deepest_month"] <= lamps["last_short"]
    assert lamps["not_met"] >= (1 - 1e-9) * use.loc[("lamps", "examplium"), ["thrift", "shed"]].sum() > 0
