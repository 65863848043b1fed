"""A run that is killed leaves no half-written folder, and two runs at once do not disturb each other."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest

from kanmon.runs.folder import PARTIAL, write_folder

HANGS = """
import sys, time
from pathlib import Path
from kanmon.runs.folder import write_folder

def fill(folder):
    (folder / "report.html").write_text("half of a page")
    print("writing", flush=True)
    time.sleep(60)

write_folder(Path(sys.argv[1]), "a-run", fill)
"""


def whole(out) -> list[str]:
    """Names of the folders of runs, each of which must be whole."""
    folders = [path for path in out.glob("*") if not path.name.startswith(".")] if out.exists() else []
    for folder in folders:
        json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        assert (folder / "report.html").is_file()
        assert any((folder / "tables").iterdir())
    return [folder.name for folder in folders]


@pytest.fixture
def killed(tmp_path):
    """A folder of results in which a process was killed while it wrote."""
    out = tmp_path / "runs"
    started = subprocess.Popen([sys.executable, "-c", HANGS, str(out)], stdout=subprocess.PIPE, text=True)
    assert started.stdout.readline() == "writing\n"
    started.kill()
    started.wait()
    started.stdout.close()
    return out


@pytest.mark.parametrize("seconds", [0.5, 1.5, 2.1, 2.6])
def test_a_killed_run_leaves_no_folder_without_a_manifest(process, pack, scenario, tmp_path, seconds):
    started = process("run", scenario, "--data", pack, "--out", tmp_path / "runs")
    time.sleep(seconds)
    started.kill()
    started.communicate()
    assert len(whole(tmp_path / "runs")) <= 1


def test_a_run_killed_while_it_writes_leaves_only_a_hidden_folder(killed):
    (leftover,) = killed.iterdir()
    assert leftover.name.startswith(PARTIAL)
    assert (leftover / "report.html").is_file()


def test_what_a_killed_run_left_is_swept_by_the_next(killed, command, pack, scenario):
    code, _, errors = command("run", scenario, "--data", pack, "--out", killed)
    assert code == 0, errors
    assert len(whole(killed)) == 1
    assert not list(killed.glob(f"{PARTIAL}*"))


def test_what_a_living_run_is_writing_is_not_swept(tmp_path):
    living = tmp_path / f"{PARTIAL}1-0a1b2c3d"
    living.mkdir()
    write_folder(tmp_path, "a-run", lambda folder: None)
    assert living.is_dir()


def test_a_run_that_fails_while_it_writes_leaves_nothing(tmp_path):
    def fill(folder):
        (folder / "report.html").write_text("half of a page")
        raise RuntimeError("a defect in a report")

    with pytest.raises(RuntimeError):
        write_folder(tmp_path, "a-run", fill)
    assert list(tmp_path.iterdir()) == []


def test_two_runs_at_once_end_whole_in_different_folders(process, pack, scenario, tmp_path):
    runs = [process("run", scenario, "--data", pack, "--out", tmp_path / "runs", "--json") for _ in range(2)]
    said = [run.communicate(timeout=120) for run in runs]
    assert [run.returncode for run in runs] == [0, 0], said
    named = {json.loads(output)[0]["folder"].rsplit("/", 1)[-1] for output, _ in said}
    assert named == set(whole(tmp_path / "runs"))
    assert len(named) == 2
    assert not list((tmp_path / "runs").glob(f"{PARTIAL}*"))


def test_two_folders_of_one_name_are_told_apart(tmp_path):
    first, second = (write_folder(tmp_path, "a-run", lambda folder: None) for _ in range(2))
    assert (first.name, second.name) == ("a-run", "a-run-2")
