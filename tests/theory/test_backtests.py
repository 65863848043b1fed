"""Back-tests: the episodes are in order and honest, scores and naive forecasts are what a sum by hand gives, an unseen episode runs."""

from __future__ import annotations

import csv
import datetime
import json
import math
import re
import shutil
import tomllib
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import worlds
from kanmon.backtest.episodes import COLUMNS, LATER, OBSERVED, Figure, Sheet, later_facts, read_episode, read_episodes
from kanmon.backtest.page import backtest_page, verdict
from kanmon.backtest.runs import backtest, backtest_episode, jobs_of
from kanmon.backtest.score import (
    BETTER,
    FIGURES,
    NO_EVIDENCE,
    NOT_RUN,
    SERIES,
    WORSE,
    lost_share_forecast,
    predicted_ratio,
    score_episode,
    summarise,
)
from kanmon.certify.certificate import PASS
from kanmon.errors import InputError
from kanmon.pack.load import load_pack
from kanmon.runs.run import run_scenario
from kanmon.runs.zero_shock import zero_shock_deviation
from kanmon.scenario.load import load_scenario
from kanmon.scenario.schema import Measure, Scenario
from kanmon.steps import quiet_scenario

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "backtests"
QUICK = "antimony_2024"
"""The episode that runs fastest."""

EPISODES = {episode.name: episode for episode in read_episodes(FOLDER)}


@pytest.fixture(params=EPISODES)
def episode(request):
    return EPISODES[request.param]


# --- the episodes


def test_there_are_three_episodes_and_the_list_of_them_is_theirs():
    text = (FOLDER / "README.md").read_text(encoding="utf-8").partition("Three rules")[0]
    listed = [line for line in text.splitlines() if line.startswith("| `")]
    assert listed == [f"| `{name}` | {item.sheet.title} |" for name, item in EPISODES.items()]
    assert len(EPISODES) == 3


def test_every_observed_figure_has_a_source_and_a_place_in_it(episode):
    assert episode.observed
    for row in episode.observed:
        assert row.source in episode.pack.labels["sources"] and row.place, row
        assert row.quality in ("reported", "derived") or row.low < row.value or row.value < row.high, row


def test_no_scored_series_is_an_input(episode):
    inputs = {row.series for row in episode.observed if row.is_input == "yes"}
    scored = {row.series for row in episode.observed if row.scored == "yes"}
    assert inputs and scored
    assert not inputs & scored


def test_what_a_scenario_holds_of_the_episode_is_what_the_inputs_say(episode):
    """Each input bears the name of its measure, and is its allowance in that month."""
    measures = {measure.name: measure for measure in episode.scenarios[episode.sheet.central].measures}
    inputs = [row for row in episode.observed if row.is_input == "yes"]
    assert {row.series for row in inputs} == set(measures)
    for row in inputs:
        measure = measures[row.series]
        limit = measure.limit_in(row.first)
        assert measure.in_force(row.first)
        assert row.value == pytest.approx(measure.share_in(row.first) if limit is None else limit), (row.series, row.date)


def test_every_belief_has_the_measures_of_the_prediction_up_to_the_last_scored_month(episode):
    central = episode.scenarios[episode.sheet.central]
    last = max(row.months[-1] for row in episode.scored)
    for name in (*episode.sheet.beliefs, *episode.sheet.apart):
        for mine, theirs in zip(episode.scenarios[name].measures, central.measures, strict=True):
            free = {"end": None} | ({"surge_limit": None} if name in episode.sheet.apart else {})
            assert mine.model_copy(update=free) == theirs.model_copy(update=free), name
            assert mine.end == theirs.end or min(mine.end or last + 1, theirs.end or last + 1) > last, name
    assert {episode.scenarios[name].belief.kind for name in (episode.sheet.central, *episode.sheet.beliefs)} == {"true", "remaining"}


def test_no_fact_is_of_after_the_event_unless_it_says_so(episode):
    facts = [row.fact for rows in episode.pack.rows.values() for row in rows]
    assert facts
    assert not later_facts(episode.pack, episode.sheet.announced)
    for fact in facts:
        assert fact.quality != "assumed" or fact.low < fact.high or fact.value == 0 or fact.quantity == "capacity", fact


def test_the_base_period_repeats_itself(episode):
    assert zero_shock_deviation(quiet_scenario(24), episode.pack) < 1e-9


def test_what_is_informed_by_the_episode_is_apart_and_its_rows_are_no_part_of_the_prediction():
    gallium = EPISODES["gallium_2023"]
    (apart,) = gallium.sheet.apart
    (variant,) = gallium.scenarios[apart].market.variants
    scored = [job.scenario for job in jobs_of(gallium) if job.role != "apart"]
    assert len(scored) == 1 + len(gallium.sheet.beliefs) + 2 * len(gallium.sheet.ranges)
    assert all(not scenario.market.variants for scenario in scored)
    informed = {row.keys: row.value for row in gallium.pack.choose((variant,)).facts("demand", "elasticity_short_run")}
    prior = {row.keys: row.value for row in gallium.pack.facts("demand", "elasticity_short_run")}
    assert informed.keys() == prior.keys() and all(informed[key] > prior[key] for key in prior)
    assert all("not" in row.fact.note.casefold() or "independent" in row.fact.note.casefold() for row in gallium.pack.facts("demand", "elasticity_short_run"))


# --- reading


@pytest.fixture
def copy(tmp_path):
    return Path(shutil.copytree(FOLDER / QUICK, tmp_path / QUICK))


def spoil(folder: Path, line: int, **cells) -> list[str]:
    with (folder / OBSERVED).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    for column, value in cells.items():
        rows[line - 1][COLUMNS.index(column)] = value
    with (folder / OBSERVED).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return messages(folder)


def messages(folder: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_episode(folder)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"source": "hearsay"}, f"{QUICK}/{OBSERVED}:8: source 'hearsay' is not in sources.csv"),
        ({"is_input": "yes"}, f"{QUICK}/{OBSERVED}:8: an input cannot be scored"),
        ({"low": "99999"}, f"{QUICK}/{OBSERVED}:8: value 25250 is outside its range"),
        ({"region": ""}, f"{QUICK}/{OBSERVED}:8: a price belongs to one good in one region"),
        ({"region": "MARS"}, f"{QUICK}/{OBSERVED}:8: region 'MARS' is not in regions.csv"),
        ({"origin": "CHN"}, f"{QUICK}/{OBSERVED}:8: prices has no column origin"),
        ({"first": "2031-01"}, f"{QUICK}/{OBSERVED}:8: 2031-01 is outside the scenario remaining-3"),
        ({"last": "2024-01"}, f"{QUICK}/{OBSERVED}:8: last comes before first"),
        ({"base_value": "0"}, f"{QUICK}/{OBSERVED}:8 base_value: Input should be greater than 0"),
        ({"scored": "perhaps"}, f"{QUICK}/{OBSERVED}:8 scored: Input should be 'yes' or 'no'"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused_with_its_file_and_line(copy, cells, message):
    """Line 8 is the price in Europe in September 2024."""
    assert next(row for row in EPISODES[QUICK].observed if row.line == 8).keys == {"region": ("EUU",), "good": ("antimony",)}
    assert spoil(copy, 8, **cells)[0].startswith(message)


def test_a_fact_from_after_the_event_must_say_why_it_may_be_used(copy):
    path = copy / "pack" / "prices.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(LATER, "Found", 1), encoding="utf-8")
    assert "is later than the announcement; use an earlier one" in messages(copy)[0]


def test_a_scenario_that_nobody_names_and_a_missing_one_are_problems(copy):
    shutil.copy(copy / "true.toml", copy / "best-fit.toml")
    (copy / "remaining-12.toml").unlink()
    found = messages(copy)
    assert any(line.startswith(f"{QUICK}/best-fit.toml: episode.toml does not name it") for line in found)
    assert any("there is no scenario 'remaining-12'" in line for line in found)


def test_what_an_episode_lacks_is_named(copy, tmp_path):
    (copy / OBSERVED).write_text("series,date\n", encoding="utf-8")
    assert messages(copy)[0].startswith(f"{QUICK}/{OBSERVED}:1: the header is another one")
    (copy / OBSERVED).unlink()
    (copy / "episode.toml").write_text('title = "x"\n', encoding="utf-8")
    found = messages(copy)
    assert any(line.startswith(f"{QUICK}/{OBSERVED}: the file is missing") for line in found)
    assert any(line.startswith(f"{QUICK}/episode.toml announced: Field required") for line in found)
    with pytest.raises(InputError, match=r"no folder in it holds the file episode\.toml"):
        read_episodes(tmp_path / "nowhere")


def test_the_examples_of_the_readme_are_an_episode_and_a_scenario(tmp_path):
    sheet, scenario = re.findall(r"```toml\n(.*?)```", (FOLDER / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert Sheet.model_validate(tomllib.loads(sheet)).announced == datetime.date(2031, 2, 1)
    (tmp_path / "remaining-3.toml").write_text(scenario, encoding="utf-8")
    assert load_scenario(tmp_path / "remaining-3.toml").belief.months == 3


def test_the_readme_describes_every_column_and_key():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    for name in (*COLUMNS, *(key for key in Sheet.model_fields if key not in ("naive", "ranges", "why"))):
        assert re.search(rf"\b{name}\b", text), name


# --- scores and naive forecasts, by hand


def figure(**more) -> Figure:
    plain = dict.fromkeys(("region", "industry", "good", "activity", "origin", "destination", "note"), "")
    given = {"series": "price", "date": "March", "first": "2030-03", "table": "prices", "value": 150.0, "unit": "USD/t", "base_value": 100.0, "low": 150.0, "high": 150.0}
    return Figure.model_validate(plain | given | {"last": None, "source": "s", "place": "p", "quality": "reported", "is_input": "no", "scored": "yes", "line": 2} | more)


def hand_tables(price: float = 130.0) -> dict[str, pd.DataFrame]:
    """North makes 100 and ships 40 to South, which makes 10 and gets 30 from East; in March and April."""
    months = ("2030-03", "2030-04")
    flows = [("metal", "North", "South", month, 20.0, 40.0) for month in months] + [("metal", "East", "South", month, 36.0, 30.0) for month in months]
    outputs = [("North", "mining", month, 95.0, 100.0) for month in months] + [("South", "mining", month, 10.0, 10.0) for month in months]
    prices = [("North", "metal", month, 90.0, 90.0) for month in months] + [("South", "metal", "2030-03", price, 100.0), ("South", "metal", "2030-04", 110.0, 100.0)]
    return {
        "flows": pd.DataFrame(flows, columns=["good", "origin", "destination", "month", "value", "baseline"]),
        "outputs": pd.DataFrame(outputs, columns=["region", "activity", "month", "value", "baseline"]),
        "prices": pd.DataFrame(prices, columns=["region", "good", "month", "value", "baseline"]),
    }


def hand_scenario(**measure) -> Scenario:
    stated = {"name": "Quota", "kind": "quota", "exporter": "North", "goods": ["metal"], "destinations": ["*"], "announced": "2030-02", "effective": "2030-03", "end": "2030-05"}
    return Scenario.model_validate({"title": "t", "question": "q", "start": "2030-01", "months": 18, "measures": [stated | measure]})


class HandPack:
    def __init__(self):
        self.labels = {"processes": {"mining": {"output": "metal"}}}


def test_a_prediction_is_read_as_a_ratio_to_the_base():
    """Price 130 / 100 in March; mean of 130 and 110 over both months; flows from the North 40 of 80, from both 112 of 140."""
    tables = hand_tables()
    south = {"region": "South", "good": "metal"}
    assert predicted_ratio(tables, figure(**south)) == pytest.approx(1.3)
    assert predicted_ratio(tables, figure(**south, last="2030-04")) == pytest.approx(1.2)
    assert predicted_ratio(tables, figure(table="flows", origin="North", last="2030-04")) == pytest.approx(0.5)
    assert predicted_ratio(tables, figure(table="flows", origin="North+East", last="2030-04")) == pytest.approx(112 / 140)
    assert math.isnan(predicted_ratio(tables, figure(table="flows", origin="South")))


def test_the_worth_of_a_shipment_is_its_price_where_it_arrives_weighted_with_what_is_shipped():
    """March and April: (20 x 130 + 20 x 110) / 40 = 120, over 100 in the base."""
    assert predicted_ratio(hand_tables(), figure(table="unit_values", origin="North", last="2030-04")) == pytest.approx(1.2)


@pytest.mark.parametrize(
    ("measure", "south", "north"),
    [
        ({"limit": 10.0, "pooled": True}, 1 + (30 / 80) / 0.5, 1 - (30 / 100) / 0.5),
        ({"limit": 10.0}, 1 + (30 / 80) / 0.5, 1 - (30 / 100) / 0.5),
        ({"share": 0.25}, 1 + (30 / 80) / 0.5, 1 - (30 / 100) / 0.5),
        ({"share": 0.25, "effective": "2030-04"}, 1.0, 1.0),
        ({"share": 1.5}, 1.0, 1.0),
        ({"limit": 60.0, "pooled": True}, 1.0, 1.0),
        ({"kind": "ban"}, 1 + (40 / 80) / 0.5, 1 - (40 / 100) / 0.5),
        ({"share": 0.25, "exporter": "East"}, 1 + (22.5 / 80) / 0.5, 1.0),
    ],
)
def test_the_naive_forecast_moves_prices_with_the_lost_share_of_supply(measure, south, north):
    """South lives on 80 a month (10 of its own, 40, 30), North on 100; elasticity 0.5. A quota of 10 takes 30 away."""
    tables, scenario = hand_tables(), hand_scenario(**measure)
    for region, expected in (("South", south), ("North", north)):
        assert lost_share_forecast(figure(region=region, good="metal"), tables, scenario, HandPack(), 0.5) == pytest.approx(expected)


def test_the_naive_forecast_is_made_for_prices_alone_and_never_below_nothing():
    tables = hand_tables()
    assert math.isnan(lost_share_forecast(figure(table="flows", origin="North"), tables, hand_scenario(share=0.0), HandPack(), 0.5))
    assert lost_share_forecast(figure(region="North", good="metal"), tables, hand_scenario(share=0.0), HandPack(), 0.1) == 0.0
    mean = lost_share_forecast(figure(region="South", good="metal", last="2030-04"), tables, hand_scenario(share=[0.25, 0.5]), HandPack(), 0.5)
    assert mean == pytest.approx(1 + (30 + 20) / 2 / 80 / 0.5)


def hand_episode(*rows: Figure):
    quick = EPISODES[QUICK]
    sheet = quick.sheet.model_copy(update={"central": "c", "naive": quick.sheet.naive.model_copy(update={"elasticity": 0.5})})
    return replace(quick, sheet=sheet, pack=HandPack(), scenarios={"c": hand_scenario(limit=10.0)}, observed=rows)


def test_a_figure_and_its_series_are_scored_as_by_hand():
    """Observed 1.5 and 1.4 in March, 1.0 in April; predicted 1.3 and 1.1; lost share 1.75. Band 1.2 to 1.6.

    Mean absolute errors: 0.2, 0.1, 0.1 -> 0.4 / 3; no change 0.5, 0.4, 0 -> 0.3; lost share 0.25, 0.35, 0.75 -> 0.45.
    """
    south = {"region": "South", "good": "metal"}
    rows = (figure(**south), figure(**south, value=140.0, low=135.0), figure(**south, value=100.0, low=100.0, high=100.0, first="2030-04"))
    frame = score_episode(hand_episode(*rows), hand_tables(), [hand_tables(), hand_tables(120.0), hand_tables(160.0)], [hand_tables(145.0)])
    assert tuple(frame.columns) == FIGURES
    assert frame["predicted"].tolist() == pytest.approx([1.3, 1.3, 1.1])
    assert frame["error"].tolist() == pytest.approx([-0.2, -0.1, 0.1])
    assert frame["error_no_change"].tolist() == pytest.approx([-0.5, -0.4, 0.0])
    assert frame["error_lost_share"].tolist() == pytest.approx([0.25, 0.35, 0.75])
    assert frame["observed_low"].tolist() == pytest.approx([1.5, 1.35, 1.0])
    assert frame["width"].tolist() == pytest.approx([0.4, 0.4, 0.0])
    assert frame["inside"].tolist() == [True, True, False]
    assert frame["apart"].tolist() == pytest.approx([1.45, 1.45, 1.1])
    (series,) = summarise(frame).itertuples()
    assert tuple(summarise(frame).columns) == SERIES
    assert (series.error, series.bias, series.error_no_change, series.error_lost_share, series.width, series.inside) == pytest.approx((0.4 / 3, -0.2 / 3, 0.3, 0.45, 0.8 / 3, 2))
    assert series.verdict == BETTER


def test_a_naive_forecast_that_is_nearer_makes_a_series_worse():
    row = figure(region="South", good="metal", value=110.0, low=110.0, high=110.0)
    (series,) = summarise(score_episode(hand_episode(row), hand_tables(), [hand_tables()], [])).itertuples()
    assert series.verdict == WORSE and math.isnan(series.error_apart)


def test_a_band_wider_than_the_base_value_is_no_evidence():
    row = figure(region="South", good="metal")
    frame = score_episode(hand_episode(row), hand_tables(150.0), [hand_tables(150.0), hand_tables(251.0)], [])
    assert frame["error"].tolist() == pytest.approx([0.0])
    assert summarise(frame)["verdict"].tolist() == [NO_EVIDENCE]


def test_a_prediction_that_does_not_come_out_is_no_success():
    frame = score_episode(hand_episode(figure(region="South", good="metal")), None, [], [], "central (not certified)")
    series = summarise(frame)
    assert series["verdict"].tolist() == [NOT_RUN]
    assert verdict(series) == "0 of 1 scored series are predicted better than by both naive forecasts: not most of them (0 can be judged; 1 did not run)."


# --- an unseen episode, and the page


@pytest.fixture
def unseen(tmp_path) -> Path:
    """A made-up episode on the made-up metal: a quota on all exports of Aland."""
    folder = tmp_path / "aland_2027"
    shutil.copytree(worlds.PACKS / "examplium", folder / "pack")
    scenario = (worlds.SCENARIOS / "examplium-ban.toml").read_text(encoding="utf-8").replace('kind = "ban"', 'kind = "quota"\nshare = [0.0, 0.5]')
    (folder / "three.toml").write_text(scenario.replace("[[measures]]", '[belief]\nkind = "remaining"\nmonths = 3\n\n[[measures]]'), encoding="utf-8")
    (folder / "known.toml").write_text('title = "Known"\nextends = "three"\n\n[belief]\nkind = "true"\n', encoding="utf-8")
    sheet, _ = re.findall(r"```toml\n(.*?)```", (FOLDER / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    sheet = sheet.replace('"remaining-3"', '"three"').replace('["true", "remaining-12"]', '["known"]').replace("2031-02", "2027-02").replace("2031-03", "2027-03")
    (folder / "episode.toml").write_text(sheet, encoding="utf-8")
    source = next(iter(load_pack(folder / "pack").labels["sources"]))
    cells = {"series": "price in Bland", "date": "April 2027", "first": "2027-04", "table": "prices", "region": "BBB", "good": "examplium", "value": "1.3", "unit": "1", "base_value": "1", "low": "1.2", "high": "1.4"}
    cells |= {"source": source, "place": "made up", "quality": "assumed", "is_input": "no", "scored": "yes"}
    with (folder / OBSERVED).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerow(cells)
    return folder


def test_an_unseen_episode_runs_on_the_same_code(unseen):
    stages: list[str] = []
    frame = backtest(unseen, stages.append)
    assert stages == [f"aland_2027: {name}" for name in ("three", "known", "elasticity of use, low", "elasticity of use, high")]
    (row,) = frame.itertuples()
    assert row.predicted > 1 and row.band_low <= row.predicted <= row.band_high and not row.failed
    (record,) = json.loads(frame.to_json(orient="records"))
    assert record["apart"] is None and record["observed"] == 1.3
    page = backtest_page([read_episode(unseen)], frame)
    assert "price in Bland" in page and "Not scored" not in page


def test_the_command_writes_the_page_and_the_record_of_an_episode_with_its_words(command, unseen, tmp_path):
    with (unseen / "episode.toml").open("a", encoding="utf-8") as file:
        file.write('\n[words.ja]\ntitle = "金属"\n\n[words.ja.series]\n"price in Bland" = "ブ国の価格"\n')
    page, record = tmp_path / "page.md", tmp_path / "record.json"
    code, _, errors = command("backtest", unseen, "--page", page, "--record", record, "--json")
    assert code == 0, errors
    (series,) = json.loads(record.read_text(encoding="utf-8"))["series"]
    assert series["series"] == {"en": "price in Bland", "ja": "ブ国の価格"} and series["episode"]["ja"] == "金属"
    assert f"{series['error']:.2f} |" in page.read_text(encoding="utf-8")


def test_a_name_in_another_language_for_a_series_that_there_is_not_is_refused(unseen):
    with (unseen / "episode.toml").open("a", encoding="utf-8") as file:
        file.write('\n[words.ja.series]\n"price in Cland" = "価格"\n')
    with pytest.raises(InputError, match=r"words.ja.series: no scored series is called 'price in Cland'"):
        read_episode(unseen)


def test_the_page_holds_every_episode_and_every_scored_series_with_its_reason():
    page = (ROOT / "reports" / "backtests.md").read_text(encoding="utf-8")
    for item in EPISODES.values():
        assert f"## {item.sheet.title}" in page
        for series in {row.series for row in item.scored}:
            assert f"| {item.name} | {series} |" in page
        assert all(text in page for text in (*item.sheet.limits, *item.sheet.why.values()))
    assert "no reason is known" not in page and "Did not run" not in page


@pytest.mark.slow
def test_the_page_says_what_the_runs_say():
    item = EPISODES[QUICK]
    frame = backtest_episode(item)
    assert len(frame) == len(item.scored) and not frame["failed"].any()
    assert ((frame["band_low"] <= frame["predicted"]) & (frame["predicted"] <= frame["band_high"])).all()
    page = (ROOT / "reports" / "backtests.md").read_text(encoding="utf-8")
    for row in summarise(frame).itertuples():
        assert f"| {row.episode} | {row.series} | {row.figures} | {row.error:.2f} | {row.error_no_change:.2f} |" in page
        assert f"| {row.width:.2f} | {row.verdict} |" in page


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in EPISODES if name != QUICK])
def test_the_prediction_is_certified_month_by_month_and_knows_nothing_of_the_future(name):
    """A window opens in every month from the announcement to the month after the end, and what comes later changes nothing before it."""
    item = EPISODES[name]
    central = item.scenarios[item.sheet.central]
    run = run_scenario(central, item.pack, name)
    assert all(certificate.worst <= PASS for certificate in run.certificates)
    measure = max(central.measures, key=lambda one: one.end or 0)
    assert len(run.certificates) == (measure.end or 0) - measure.announced + 1
    cut = measure.effective + 4
    longer = [_other_from(one, cut) for one in central.measures]
    other = run_scenario(central.model_copy(update={"measures": tuple(longer)}), item.pack, name)
    prices, others = run.realised["prices"], other.realised["prices"]
    before = prices["month"] < f"{cut // 12:04d}-{cut % 12 + 1:02d}"
    assert before.any() and (~before).any()
    assert (others["value"] / prices["value"])[before].to_numpy() == pytest.approx(1.0, abs=1e-6)
    assert abs(others["value"] / prices["value"] - 1)[~before].max() > 0.01


def _other_from(measure: Measure, month: int) -> Measure:
    """The same measure, with nothing passing from a month on."""
    key = "limit" if measure.share is None else "share"
    stated = getattr(measure, key)
    if not isinstance(stated, tuple):
        return measure
    return measure.model_copy(update={key: tuple(value if measure.effective + place < month else 0.0 for place, value in enumerate(stated))})
