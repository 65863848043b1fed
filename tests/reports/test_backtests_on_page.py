"""What a report says of the back-tests: the record that the run carries, on the default data pack alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from page_reader import Page

from kanmon.backtest.record import read_backtests
from kanmon.pages.page import render_run
from kanmon.pages.sections.backtests import backtests
from kanmon.pages.subject import subject_of
from kanmon.pages.wording import wording


def carrying(run, record):
    """A run with another record."""
    return replace(run, manifest={**run.manifest, "backtests": record})


@pytest.fixture(scope="module")
def record(ban):
    assert ban.manifest["backtests"]["series"]
    return ban.manifest["backtests"] | {"data_current": True, "engine_current": True}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_report_says_how_many_series_were_predicted_better_and_shows_each_with_its_errors(language, ban, record):
    say = wording(language)
    shown = backtests(subject_of(carrying(ban, record), say))
    counts = Counter(row["verdict"] for row in record["series"])
    for number in (len(record["series"]), counts["better"], counts["worse"], counts["no evidence"]):
        assert str(number) in shown.sentence
    assert record["created"] in shown.sentence and record["version"] in shown.sentence
    assert not shown.warnings
    assert [row[1] for row in shown.table.rows] == [row["series"][language] for row in record["series"]]
    assert [float(row[3]) for row in shown.table.rows] == pytest.approx([row["error"] for row in record["series"]], abs=0.005)


def test_a_series_that_counts_as_no_evidence_is_called_so(ban, record):
    shown = backtests(subject_of(carrying(ban, record), wording("en")))
    wide = [row[6] for row, kept in zip(shown.table.rows, record["series"], strict=True) if kept["width"] > 1.0]
    assert wide and set(wide) == {"no evidence"}


def test_a_report_says_so_where_data_or_engine_have_changed_since(ban, record):
    text = Page(render_run(carrying(ban, record | {"data_current": False, "engine_current": False}))).text
    assert "The default data pack has changed since" in text
    assert "Engine or episodes have changed since" in text
    assert "has changed since" not in Page(render_run(carrying(ban, record))).text


def test_a_run_on_another_pack_shows_nothing_of_it(ban, pack):
    assert read_backtests(replace(pack, name="my-pack")) is None
    assert backtests(subject_of(carrying(ban, None), wording("en"))) is None
    text = Page(render_run(carrying(ban, None))).text
    assert "Against history" not in text and "Repeat it" in text


def test_a_run_on_changed_rows_of_the_default_pack_knows_it(pack):
    assert read_backtests(replace(pack, digest="0" * 64))["data_current"] is False


def test_a_series_that_did_not_run_has_no_number_and_is_counted(ban, record):
    failed = record["series"][0] | {"error": None, "verdict": "did not run"}
    shown = backtests(subject_of(carrying(ban, record | {"series": [failed]}), wording("en")))
    assert "1 did not come out" in shown.sentence
    assert shown.table.rows[0][3] == "–"
