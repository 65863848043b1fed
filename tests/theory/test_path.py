"""The baseline path: growth and projects by hand, and a scenario that departs from it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import worlds
from kanmon.pack.load import Pack, Row
from kanmon.pack.schema import Fact
from kanmon.runs.path import baseline_path
from kanmon.runs.players import solve_for_players
from kanmon.runs.run import Run, run_scenario
from kanmon.scenario.schema import Scenario
from kanmon.world.calibrate import calibrate
from kanmon.world.trends import additions, trends

JANUARY = 2024 * 12


def growing(**use: float) -> Pack:
    """The made-up metal, with yearly growth of use by industry (``every`` for all others)."""
    return with_facts(worlds.examplium(), *(("growth", "growth", ("*", "*" if name == "every" else name, "*"), rate) for name, rate in use.items()))


def with_facts(pack: Pack, *facts: tuple[str, str, tuple[str, ...], float]) -> Pack:
    """A pack with further facts, in engine units."""
    rows = dict(pack.rows)
    for table, quantity, keys, value in facts:
        fact = Fact(quantity=quantity, value=value, unit="1", currency_year=None, low=value, high=value, source="made-up", place="a test", quality="assumed", variant="", note="")
        rows[table] = (*rows[table], Row(table, 0, keys, value, value, value, fact))
    return replace(pack, rows=rows)


def asked(*measures: dict, in_force=(), months: int = 30, **more) -> Scenario:
    content = {"title": "test", "question": "test?", "start": "2026-01", "months": months, "path": {"start": "2024-01"}, "focus": "BBB", "measures": measures, "in_force": in_force}
    return Scenario.model_validate(content | more)


def ban(announced: str = "2026-03", effective: str = "2026-04", end: str | None = "2026-10", **more) -> dict:
    return {"name": "ban", "kind": "ban", "exporter": "AAA", "goods": ["examplium"], "destinations": ["BBB"], "announced": announced, "effective": effective, "end": end} | more


def licence(**more) -> dict:
    return ban("2024-06", "2024-08", None, name="licence in force", kind="licence", review=2, granted=0.7) | more


@pytest.fixture(scope="module")
def banned() -> Run:
    """A ban on a path with growth and a licence in force."""
    return run_scenario(asked(ban(), in_force=[licence()], belief={"kind": "remaining", "months": 4, "window": 14}), growing(every=0.03, lamps=0.05))


def test_use_grows_at_its_rate_and_supply_keeps_pace_with_what_is_made_of_it():
    """Lamps use metal alone and grow 10 % a year, coatings stand still; metal keeps pace with the two together, ore with the metal."""
    pack = growing(lamps=0.10)
    world = calibrate(pack).world
    path = trends(world, pack, JANUARY, 25)
    lamps, coatings = (np.array([industry == name for _, industry, _ in world.uses.keys]) for name in ("lamps", "coatings"))
    assert path.use[lamps][:, 24] == pytest.approx(1.21)
    assert path.use[coatings][:, 24] == pytest.approx(1.0)
    buys_metal = np.array([good == "examplium" for _, _, good in world.uses.keys])
    used = (world.uses.base[:, None] * path.use)[buys_metal].sum(axis=0)
    pace = used[24] / used[0]
    by_activity = {key: path.output[a, 24] for a, key in enumerate(world.activities.keys)}
    assert by_activity["AAA", "smelting"] == pytest.approx(pace)
    assert by_activity["AAA", "ore_mining"] == pytest.approx(pace)
    assert by_activity["AAA", "powder_milling"] == pytest.approx(1.0)


def test_a_stated_trend_replaces_keeping_pace():
    pack = with_facts(growing(lamps=0.10), ("trends", "trend", ("AAA", "smelting"), 0.02))
    world = calibrate(pack).world
    path = trends(world, pack, JANUARY, 13)
    a = world.activities.keys.index(("AAA", "smelting"))
    assert path.output[a, 12] == pytest.approx(1.02)
    assert path.capacity[a, 12] == pytest.approx(1.02 * world.activities.capacity[a])


def test_a_project_adds_its_expected_capacity_from_first_to_full_output():
    """12 t a year from July 2027, in full a year later, with a chance of one half and three months late: from October 2027 on a straight
    line, half of it (0.25 t a month) in April 2028, all of it (0.5) from October 2028. Half of what is added runs, as in the calibration year
    (15 t of 30); a stated share replaces that."""
    project = ("Hilltop smelter", "CCC", "smelting")
    pack = with_facts(worlds.examplium(), ("projects", "full_output", project, 2028.5), ("projects", "probability", project, 0.5), ("projects", "slip", project, 3.0))
    world = calibrate(pack).world
    a = world.activities.keys.index(("CCC", "smelting"))
    added, running = additions(world, pack, 2027 * 12, 30)
    assert added[a, [0, 9, 15, 21, 29]] == pytest.approx([0, 0, 0.25, 0.5, 0.5])
    assert running[a, 29] == pytest.approx(0.5 * world.activities.base[a] / world.activities.capacity[a])
    assert added.sum() == added[a].sum()
    stated = with_facts(pack, ("projects", "utilisation", project, 0.9))
    assert additions(world, stated, 2027 * 12, 30)[1][a, 29] == pytest.approx(0.45)
    assert trends(world, stated, 2027 * 12, 30).output[a, 29] == pytest.approx(1 + 0.45 / world.activities.base[a])


def test_without_growth_and_measures_the_path_is_the_base_year():
    pack = worlds.examplium()
    pack = replace(pack, rows=pack.rows | {"projects": ()})
    world = calibrate(pack).world
    assert baseline_path(world, asked(), pack).plan.price == pytest.approx(np.repeat(world.nodes.price[:, None], 42, axis=1), rel=1e-7)


def test_without_a_measure_that_binds_nothing_departs_from_the_path():
    """A quota of ten times the usual flow, under a belief and with a friction and elasticities that the path does not have."""
    harmless = ban(kind="quota", share=10.0)
    run = run_scenario(asked(harmless, in_force=[licence()], belief={"kind": "remaining", "months": 4, "window": 14}), growing(every=0.04, lamps=0.08))
    prices = run.realised["prices"]
    prices = prices[prices["traded"]]
    assert prices["baseline"].to_numpy() != pytest.approx(prices.groupby(["region", "good"])["baseline"].transform("first").to_numpy(), rel=1e-4)
    assert prices["value"].to_numpy() == pytest.approx(prices["baseline"].to_numpy(), rel=1e-6)
    for table in ("uses", "outputs", "flows", "stocks"):
        frame = run.realised[table]
        assert frame["value"].to_numpy() == pytest.approx(frame["baseline"].to_numpy(), rel=1e-5, abs=1e-6), table


def test_months_before_the_announcement_are_the_path_itself(banned: Run):
    prices = banned.realised["prices"]
    early = prices[prices["month"] < "2026-03"]
    assert len(early) and (early["value"] == early["baseline"]).all()


def test_a_licence_in_force_is_part_of_the_path_and_of_the_scenario(banned: Run):
    """Granted 0.7 of the usual flow of the calibration year, grown with use; what the ban takes away is counted from there."""
    flows = banned.realised["flows"]
    barred = flows[(flows["good"] == "examplium") & (flows["origin"] == "AAA") & (flows["destination"] == "BBB")].set_index("month")
    world = banned.calibration.world
    lane = world.lanes.keys.index(("examplium", "AAA", "BBB"))
    path = trends(world, banned.pack, JANUARY, 60)
    month = 2026 * 12 + 6 - JANUARY
    assert barred.loc["2026-07", "baseline"] == pytest.approx(0.7 * world.lanes.base[lane] * path.flow[lane, month], rel=1e-6)
    assert barred.loc["2026-07", "value"] == pytest.approx(0, abs=1e-6)
    assert barred.loc["2027-06", "value"] <= barred.loc["2027-06", "baseline"] * (1 + 1e-6)
    prices = banned.realised["prices"].set_index(["region", "good", "month"])
    assert prices.loc[("BBB", "examplium", "2026-01"), "baseline"] > 1.02 * 110
    assert prices.loc[("BBB", "examplium", "2026-07"), "value"] > 1.1 * prices.loc[("BBB", "examplium", "2026-07"), "baseline"]


def test_accounts_on_a_path_are_those_of_benefit_and_resource_cost(banned: Run):
    """Surplus by owner and benefit less resource cost, summed over regions, change alike from the path to the scenario."""
    accounts, used = banned.reports["accounts"], banned.reports["resources"]
    signs = used["item"].map(lambda item: 1.0 if item in ("benefit of use", "goods under way at the end") else -1.0)
    world = (used["value"] * signs).groupby(used["month"]).sum()
    gross = (used["value"].abs()).groupby(used["month"]).sum()
    surplus = accounts.groupby("month")["value"].sum()
    # Month by month goods under way and stocks shift value between months; over the whole scenario they close.
    assert surplus.sum() == pytest.approx(world.sum(), abs=1e-6 * gross.sum())


def test_the_path_is_long_enough(banned: Run, monkeypatch: pytest.MonkeyPatch):
    """Two years more beyond the scenario move no headline price by a thousandth."""
    monkeypatch.setattr("kanmon.runs.path.TAIL", 36)
    longer = run_scenario(banned.scenario, growing(every=0.03, lamps=0.05))
    for run in (banned, longer):
        assert (run.headlines["headline"] == "price, mean while in force").any()
    short, long = (run.headlines[run.headlines["headline"] == "price, mean while in force"]["value"].to_numpy() for run in (banned, longer))
    assert short == pytest.approx(long, rel=1e-3)


def test_a_path_that_reaches_a_choke_goes_on_and_nothing_departs_from_it():
    """Lamps that double every year while smelters stand still: something is shed on the path, and a quota that does not bind changes nothing."""
    pack = with_facts(growing(lamps=1.0), ("trends", "trend", ("*", "*"), 0.0))
    run = run_scenario(asked(ban(kind="quota", share=10.0), months=24), pack)
    prices, shed = run.realised["prices"], run.realised["shed"]
    assert shed["baseline"].max() > 1.0
    prices = prices[prices["traded"]]
    assert prices["value"].to_numpy() == pytest.approx(prices["baseline"].to_numpy(), rel=1e-6)
    assert run.realised["uses"]["value"].to_numpy() == pytest.approx(run.realised["uses"]["baseline"].to_numpy(), rel=1e-5, abs=1e-6)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"path": None, "in_force": [licence()]}, "in_force needs a path"),
        ({"path": {"start": "2027-01"}}, "after the scenario"),
        ({"in_force": [licence(announced="2026-05", effective="2026-06")]}, "from the start of the path to the start of the scenario"),
        ({"in_force": [licence(surge_limit=3.0)]}, "has a surge_limit"),
    ],
)
def test_contradictions_are_named(content: dict, message: str):
    with pytest.raises(ValueError, match=message):
        asked(**content)


def test_scenarios_that_share_a_path_solve_it_once(monkeypatch: pytest.MonkeyPatch):
    """Other titles, measures and beliefs, one path; another growth is another path."""
    solved = []
    monkeypatch.setattr("kanmon.runs.path._SOLVED", {})
    monkeypatch.setattr("kanmon.runs.path.solve_for_players", lambda *given: solved.append(1) or solve_for_players(*given))
    world, pack = calibrate(growing(lamps=0.04)).world, growing(lamps=0.04)
    first = baseline_path(world, asked(ban(), in_force=[licence()]), pack)
    count = len(solved)
    again = baseline_path(world, asked(in_force=[licence()], title="another", belief={"kind": "remaining", "months": 4, "window": 14}), pack)
    assert len(solved) == count > 0
    assert (again.plan.price == first.plan.price).all()
    baseline_path(world, asked(in_force=[licence()]), growing(lamps=0.05))
    assert len(solved) == 2 * count
