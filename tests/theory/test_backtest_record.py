"""The record of the back-tests that reports carry is that of the published page and of the episodes."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pandas as pd
import pytest

from kanmon.backtest.episodes import read_episodes
from kanmon.backtest.record import RECORD, record_text
from kanmon.backtest.score import SERIES
from kanmon.carried import backtests_folder, data_folder
from kanmon.pack.load import load_pack

PAGE = Path(__file__).parents[2] / "reports" / "backtests.md"


@pytest.fixture(scope="module")
def kept() -> dict:
    return json.loads((backtests_folder() / RECORD).read_text(encoding="utf-8"))


def test_the_record_holds_the_figures_of_the_published_page(kept):
    lines = PAGE.read_text(encoding="utf-8").partition("## Series")[2].partition("Mean absolute errors")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")][1:]
    written = [[row["series"]["en"], str(row["figures"]), *("" if row[key] is None else f"{row[key]:.2f}" for key in ("error", "error_no_change", "error_lost_share")), row["verdict"]] for row in kept["series"]]
    assert len(rows) == len(written) > 10
    for shown, mine in zip(rows, written, strict=True):
        assert [shown[1], shown[2], shown[8]] == [mine[0], mine[1], mine[5]]
        for text, number in zip(shown[3:6], mine[2:5], strict=True):
            assert (text == number == "") or float(text) == pytest.approx(float(number), abs=0.0101), "rounded twice"


def test_every_scored_series_stands_in_it_and_has_a_name_in_japanese(kept):
    scored = {(episode.sheet.title, figure.series) for episode in read_episodes() for figure in episode.scored}
    assert scored == {(row["episode"]["en"], row["series"]["en"]) for row in kept["series"]}
    assert all(row["episode"]["ja"] and row["series"]["ja"] for row in kept["series"])


def test_a_record_is_rounded_and_says_what_it_was_made_of():
    episode = next(episode for episode in read_episodes() if episode.name == "antimony_2024")
    row = dict(zip(SERIES, (episode.name, "price in China", 2, 0.123456, -0.1, 0.2, math.nan, math.nan, 0.5, 1, "better"), strict=True))
    pack = load_pack(data_folder())
    content = json.loads(record_text(pd.DataFrame([row]), [episode], pack))
    entry = content["series"][0]
    assert (entry["error"], entry["error_lost_share"], entry["verdict"]) == (0.1235, None, "better")
    assert entry["series"] == {"en": "price in China", "ja": "中国の価格"}
    assert content["data"] == {"name": pack.name, "sha256": pack.digest}
    assert all(len(content[key]) == 64 for key in ("engine_sha256", "episodes_sha256"))
