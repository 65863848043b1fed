"""Bad input through the real command: exit code 2, the reason on the error stream, no traceback, nothing written."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import pytest
import test_bad_packs as packs
import test_bad_scenarios as scenarios
from breakage import append, change, copied_pack, copied_scenario

BROKEN = {
    "a column is missing": packs.IN_THE_FILE,
    "a file is empty": packs.IN_THE_FILE,
    "a file holds one line of 50 MB": packs.IN_THE_FILE,
    "a region is not listed": packs.KEYS,
    "a fact stands twice": packs.KEYS,
    "a capacity is negative": packs.NUMBERS,
    "a number is text": packs.NUMBERS,
    "a number is NaN": packs.NUMBERS,
    "a unit is one nobody knows": packs.NUMBERS,
    "more scrap comes back than is allowed": packs.NUMBERS,
    "a margin is negative": packs.BASE_YEAR,
    "a key is not known": scenarios.KEYS,
    "it takes effect before it is announced": scenarios.DATES,
    "it holds one line of 2 MB": scenarios.IN_THE_FILE,
    "an assumption leaves its bounds": scenarios.AGAINST_THE_PACK,
    "an industry in scope combines goods": scenarios.AGAINST_THE_PACK,
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory, process):
    """Every case run by the real command, a few at a time: exit code, errors, folder of results."""

    def run(name: str) -> tuple[int, str, object]:
        folder = tmp_path_factory.mktemp("case")
        pack, scenario = copied_pack(folder), copied_scenario(folder)
        table = BROKEN[name]
        table[name][0](folder if table in vars(scenarios).values() else pack)
        started = process("run", scenario, "--data", pack, "--out", folder / "runs")
        _, errors = started.communicate(timeout=60)
        return started.returncode, errors, folder / "runs"

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield {name: pool.submit(run, name) for name in BROKEN}


@pytest.mark.parametrize("name", BROKEN)
def test_the_command_refuses_and_writes_nothing_when(finished, name):
    code, errors, out = finished[name].result()
    assert code == 2, errors
    assert BROKEN[name][name][2] in errors
    assert "Traceback" not in errors
    assert not out.exists()


def test_problems_of_data_and_scenario_are_listed_together_by_run(tmp_path, command):
    pack, scenario = copied_pack(tmp_path), copied_scenario(tmp_path)
    change("trade.csv", "AAA,BBB,base_flow,120", "AAA,BBB,base_flow,plenty")(pack)
    append("ban.toml", 'colour = "red"')(tmp_path)
    code, _, errors = command("run", scenario, "--data", pack, "--out", tmp_path / "runs")
    assert code == 2
    assert "trade.csv:2" in errors
    assert "measures[0].colour" in errors


def test_nothing_is_written_when_the_second_of_two_scenarios_is_bad(tmp_path, command):
    pack, good = copied_pack(tmp_path), copied_scenario(tmp_path)
    bad = good.with_name("bad.toml")
    bad.write_text(good.read_text(encoding="utf-8").replace('"AAA"', '"ZZZ"'), encoding="utf-8")
    code, _, errors = command("run", good, bad, "--data", pack, "--out", tmp_path / "runs")
    assert code == 2
    assert "'ZZZ' is not in regions.csv" in errors
    assert not (tmp_path / "runs").exists()


def test_problems_of_every_scenario_named_are_listed_by_check(tmp_path, command):
    pack, first = copied_pack(tmp_path), copied_scenario(tmp_path)
    second = first.with_name("second.toml")
    second.write_text(first.read_text(encoding="utf-8").replace('"AAA"', '"ZZZ"'), encoding="utf-8")
    append("ban.toml", 'colour = "red"')(tmp_path)
    code, _, errors = command("check", first, second, tmp_path / "nobody.toml", "--data", pack)
    assert code == 2
    assert "ban.toml measures[0].colour" in errors
    assert "second.toml measures[0].exporter" in errors
    assert "nobody.toml" in errors


def test_a_place_that_cannot_be_written_is_named(tmp_path, command):
    pack, scenario = copied_pack(tmp_path), copied_scenario(tmp_path)
    (tmp_path / "runs").write_text("a file, not a folder")
    code, _, errors = command("run", scenario, "--data", pack, "--out", tmp_path / "runs")
    assert code == 2
    assert "cannot be written" in errors
    assert "--out" in errors


def test_a_scenario_that_nobody_ships_is_named(tmp_path, command):
    code, _, errors = command("run", "tin-ban-on-mars", "--out", tmp_path / "runs")
    assert code == 2
    assert "tin-ban-on-mars: is neither a shipped scenario nor a .toml file" in errors
