"""Another mineral, three regions, through every command: nothing in the code knows which mineral or country it is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

import kanmon
from kanmon.runs.audit import recertify
from kanmon.runs.saved import read_run

COMMANDS = ["run", "compare", "check", "list", "verify", "mechanisms", "backtest", "report"]


def strict(text: str):
    """JSON as the standard has it: no NaN, no Infinity."""
    return json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))


@pytest.fixture
def second(tmp_path, scenario):
    """A scenario that extends the first and changes three lines."""
    shutil.copy(scenario, tmp_path)
    path = tmp_path / "half-as-long.toml"
    path.write_text('extends = "examplium-ban"\ntitle = "Half as long"\n[market]\nscrap_loop = false\n', encoding="utf-8")
    return path


# The folder of a run ---------------------------------------------------------------------------------------------------


def test_a_run_leaves_a_report_a_manifest_and_tables(made):
    assert sorted(path.name for path in made.iterdir()) == ["manifest.json", "report.html", "tables"]
    assert (made / "report.html").stat().st_size > 0


def test_the_manifest_says_what_the_run_was_made_of(made, pack):
    manifest = strict((made / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["name"] == "examplium-ban"
    assert manifest["data"] == {"name": "examplium", "sha256": kanmon.load_pack(pack).digest}
    assert len(manifest["scenario_sha256"]) == 64
    assert {"kanmon", "highspy", "pyomo", "numpy", "scipy", "pandas"} <= set(manifest["versions"])
    assert manifest["certificate"]["passed"]
    assert manifest["certificate"]["worst"] <= manifest["certificate"]["tolerance"] == 1e-6


def test_the_manifest_gives_seconds_by_stage(made):
    seconds = json.loads((made / "manifest.json").read_text(encoding="utf-8"))["seconds"]
    assert {"load", "calibrate", "build", "extract", "certify", "indicators", "report"} <= set(seconds)
    assert any(stage.startswith("solve") for stage in seconds)
    assert all(value >= 0 for value in seconds.values())


def test_a_table_of_numbers_has_a_unit_column(made):
    tables = {path.stem: pd.read_csv(path) for path in sorted((made / "tables").glob("*.csv"))}
    numbers = {name for name, frame in tables.items() if "value" in frame}
    assert {"prices", "flows", "stocks", "uses", "outputs", "headlines", "price_paths"} <= numbers
    assert {name for name in numbers if "unit" not in tables[name]} == set()
    assert {name for name in numbers if tables[name]["unit"].isna().any()} == set()


def test_no_banned_tonne_is_in_the_tables(made):
    flows = pd.read_csv(made / "tables" / "flows.csv")
    banned = flows[(flows.good == "examplium") & (flows.origin == "AAA") & (flows.destination == "BBB") & (flows.window == "2027-02") & flows.month.between("2027-03", "2027-08")]
    assert len(banned) == 6
    assert banned.value.max() <= 1e-9


def test_the_tables_read_back_give_the_certificate_of_the_run(made, pack):
    run = read_run(made)
    again = recertify(run, kanmon.load_pack(pack))
    assert len(again) > 5
    assert again["residual"].max() == pytest.approx(run.manifest["certificate"]["worst"], rel=1e-6, abs=1e-15)


# Commands --------------------------------------------------------------------------------------------------------------


def test_run_prints_the_headlines_and_where_the_report_is(command, pack, scenario, tmp_path):
    code, said, _ = command("run", scenario, "--data", pack, "--out", tmp_path)
    assert code == 0
    assert "certified" in said
    assert "report.html" in said


def test_run_prints_one_json_record_for_each_scenario(command, pack, scenario, second, tmp_path):
    code, said, _ = command("run", scenario, second, "--data", pack, "--out", tmp_path / "runs", "--json")
    assert code == 0
    first, other = strict(said)
    assert (first["name"], other["name"]) == ("examplium-ban", "half-as-long")
    assert first["certificate"] <= 1e-6
    assert first["headlines"]
    assert first["headlines"] != other["headlines"]
    assert (tmp_path / "runs").samefile(Path(first["folder"]).parent)


def test_a_scenario_without_measures_runs_and_prints_json(command, pack, tmp_path):
    quiet = tmp_path / "quiet.toml"
    quiet.write_text('title = "Quiet"\nquestion = "Does nothing happen?"\nstart = "2026-12"\nmonths = 6\n', encoding="utf-8")
    code, said, _ = command("run", quiet, "--data", pack, "--out", tmp_path / "runs", "--json")
    assert code == 0
    assert strict(said)[0]["name"] == "quiet"


def test_compare_sets_a_scenario_beside_one_that_extends_it(command, pack, scenario, second, tmp_path):
    code, said, errors = command("compare", scenario, second, "--data", pack, "--out", tmp_path / "runs", "--json")
    assert code == 0, errors
    page = Path(strict(said)["report"])
    assert page.is_file()
    assert page.parent.parent == tmp_path / "runs"


def test_compare_reads_the_folder_of_a_run(command, pack, made, second, tmp_path):
    code, said, errors = command("compare", made, second, "--data", pack, "--out", tmp_path / "runs")
    assert code == 0, errors
    assert "report.html" in said


def test_a_comparison_is_drawn_again_from_its_folder_and_has_a_workbook(command, pack, made, second, tmp_path):
    code, said, errors = command("compare", made, second, "--data", pack, "--out", tmp_path / "runs", "--json")
    assert code == 0, errors
    page = Path(strict(said)["report"])
    before = page.read_text(encoding="utf-8")
    page.unlink()
    code, said, errors = command("report", page.parent, "--xlsx")
    assert code == 0, errors
    assert page.read_text(encoding="utf-8") == before
    assert sorted(path.name for path in page.parent.iterdir()) == ["manifest.json", "report.html", "report.xlsx", "runs"]
    assert sorted(path.name for path in (page.parent / "runs").iterdir()) == ["1", "2"]
    code, _, errors = command("verify", "--data", pack, "--out", tmp_path / "runs", "--json")
    assert code == 0, errors


@pytest.mark.parametrize("scenarios", [0, 1])
def test_compare_needs_two(command, pack, made, tmp_path, scenarios):
    code, _, errors = command("compare", *[made] * scenarios, "--data", pack, "--out", tmp_path / "runs")
    assert code == 2
    assert "two or more scenarios" in errors
    assert not (tmp_path / "runs").exists()


def test_compare_refuses_runs_of_different_data(command, pack, scenario, made, tmp_path):
    other = shutil.copytree(pack, tmp_path / "other")
    (other / "regions.csv").open("a", encoding="utf-8").write("DDD,Dland,デ国,idle\n")
    code, _, errors = command("compare", made, scenario, "--data", other, "--out", tmp_path / "runs")
    assert code == 2
    assert "different data" in errors


def test_check_finds_pack_and_scenarios_in_order(command, pack, scenario, second):
    code, said, errors = command("check", scenario, second, "--data", pack)
    assert code == 0, errors
    assert "2 scenario(s) are in order" in said


def test_check_prints_json_with_and_without_problems(command, pack, scenario, tmp_path):
    code, said, _ = command("check", scenario, "--data", pack, "--json")
    assert (code, strict(said)) == (0, [])
    code, said, _ = command("check", scenario, "--data", tmp_path / "nowhere", "--json")
    assert code == 2
    assert set(strict(said)[0]) == {"place", "problem", "remedy"}


def test_check_prints_json_of_a_scenario_that_nobody_ships(command, pack):
    code, said, _ = command("check", "tin-ban-on-mars", "--data", pack, "--json")
    assert code == 2
    assert strict(said)[0]["place"] == "tin-ban-on-mars"


def test_list_names_the_shipped_scenarios_with_their_questions(command):
    code, said, _ = command("list", "--json")
    assert code == 0
    shipped = {item["name"]: item for item in strict(said)}
    assert kanmon.steps.DEFAULT_SCENARIO in shipped
    assert all(item["question"] and item["title"] for item in shipped.values())
    code, said, _ = command("list")
    assert code == 0
    assert kanmon.steps.DEFAULT_SCENARIO in said


def test_a_shipped_scenario_copied_to_another_folder_can_be_read(tmp_path):
    copy = shutil.copy(kanmon.steps.scenario_path(kanmon.steps.DEFAULT_SCENARIO), tmp_path / "mine.toml")
    assert kanmon.load_scenario(copy).measures


def test_verify_passes_a_run_and_the_zero_shock(command, pack, made):
    code, said, errors = command("verify", made, "--data", pack, "--json")
    assert code == 0, errors
    cases = strict(said)
    assert all(item["passed"] for item in cases)
    assert any(item["case"] == "zero shock" for item in cases)
    assert any("examplium-ban" in item["case"] for item in cases)


def test_verify_takes_the_last_run_of_a_folder(command, pack, made):
    code, said, errors = command("verify", "--data", pack, "--out", made.parent, "--json")
    assert code == 0, errors
    assert any("examplium-ban" in item["case"] for item in strict(said))


def test_verify_prints_a_table(command, pack, made):
    code, said, errors = command("verify", made, "--data", pack)
    assert code == 0, errors
    assert "zero shock" in said
    assert "NO" not in said


def test_verify_without_a_run_checks_the_zero_shock_and_the_known_equilibria(command, pack, tmp_path):
    code, said, errors = command("verify", "--data", pack, "--out", tmp_path / "nowhere", "--json")
    assert code == 0, errors
    cases = {item["case"] for item in strict(said)}
    assert "zero shock" in cases and "spe_pies_energy" in cases
    assert not any("certificate" in case for case in cases)


def test_report_draws_a_page_again_without_solving(command, mine):
    (mine / "report.html").unlink()
    code, said, errors = command("report", mine)
    assert code == 0, errors
    assert (mine / "report.html").stat().st_size > 0
    assert str(mine / "report.html") in said
    assert sorted(path.name for path in mine.iterdir()) == ["manifest.json", "report.html", "tables"]


def test_a_run_whose_report_cannot_be_drawn_is_written_and_drawn_later(command, pack, scenario, tmp_path, monkeypatch):
    """As where two editions of the page part: the tables took longest, and are kept."""

    def parts(run):
        raise ValueError("the editions en-USD and ja-USD of the page have not the same elements")

    with monkeypatch.context() as broken:
        broken.setattr(kanmon.steps, "render_run", parts)
        code, _, errors = command("run", scenario, "--data", pack, "--out", tmp_path / "runs")
    (folder,) = (tmp_path / "runs").iterdir()
    assert code == 5
    assert "en-USD and ja-USD" in errors and f"kanmon report {folder}" in errors
    assert sorted(path.name for path in folder.iterdir()) == ["manifest.json", "tables"]
    code, said, errors = command("report", folder)
    assert code == 0, errors
    assert str(folder / "report.html") in said
    assert all(item.passed for item in recertify(read_run(folder), kanmon.steps.load_pack(pack)).itertuples())


def test_a_report_that_cannot_be_drawn_again_leaves_the_old_one(command, mine, monkeypatch):
    before = (mine / "report.html").read_bytes()
    monkeypatch.setattr(kanmon.steps, "render_run", lambda run: run.reports["no such table"])
    code, _, errors = command("report", mine)
    assert code == 5
    assert "KeyError" in errors and "Traceback" not in errors
    assert (mine / "report.html").read_bytes() == before


def test_report_takes_several_runs_and_writes_workbooks_beside_the_pages(command, mine, tmp_path):
    other = tmp_path / "another"
    shutil.copytree(mine, other)
    code, said, errors = command("report", mine, other, "--xlsx")
    assert code == 0, errors
    for folder in (mine, other):
        assert str(folder / "report.xlsx") in said
        assert sorted(path.name for path in folder.iterdir()) == ["manifest.json", "report.html", "report.xlsx", "tables"]


def test_report_names_every_folder_that_is_not_a_run_and_writes_nothing(command, mine, tmp_path):
    (mine / "report.html").unlink()
    code, _, errors = command("report", mine, tmp_path / "nowhere", tmp_path)
    assert code == 2
    assert errors.count("is not the folder of a run; give a folder that kanmon run wrote") == 2
    assert not (mine / "report.html").exists()


# Help ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_explains_itself(command, name):
    code, said, _ = command(name, "--help")
    assert code == 0
    assert f"kanmon {name}" in said
    assert len(said.split()) > 20


def test_the_help_lists_every_command(command):
    code, said, _ = command("--help")
    assert code == 0
    assert all(name in said for name in COMMANDS)


@pytest.mark.parametrize("arguments", [("runn",), ("run", "--colour"), ("report",)])
def test_a_command_that_makes_no_sense_is_refused(command, arguments):
    code, _, errors = command(*arguments)
    assert code == 2
    assert "Usage" in errors


@pytest.mark.parametrize(("shell", "words"), [("bash", "complete -o default"), ("zsh", "#compdef kanmon"), ("fish", "complete --command kanmon")])
def test_a_shell_gets_its_completion_script(command, monkeypatch, shell, words):
    monkeypatch.setenv("_KANMON_COMPLETE", f"source_{shell}")
    code, said, _ = command()
    assert code == 0
    assert words in said


def test_completion_offers_the_commands(command, monkeypatch):
    monkeypatch.setenv("_KANMON_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "kanmon ver")
    monkeypatch.setenv("COMP_CWORD", "1")
    _, said, _ = command()
    assert said.split() == ["verify"]
