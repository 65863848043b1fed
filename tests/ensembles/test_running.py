"""Wherever draws are computed and however often the run is killed, the numbers are the same and nothing finished is done again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import psutil
import pytest
from questions import two_sided

from kanmon.ensembles.chunks import DRAWS, read_draws, read_inputs, write_chunk
from kanmon.ensembles.outcomes import CERTIFICATE, HEADLINE, PATH, SURPLUS

KINDS = (HEADLINE, PATH, SURPLUS, CERTIFICATE)
DRAWN, CHUNK = 12, 2
CHUNKS = DRAWN // CHUNK + 1
"""Six of two draws, and the run at the central figures."""

PATIENCE = 240
"""Seconds that a run may take on a busy machine."""


@pytest.fixture(scope="module")
def question(tmp_path_factory):
    """Folder of a pack, and a scenario file."""
    folder = tmp_path_factory.mktemp("question")
    pack, scenario = two_sided(folder)
    bar = scenario.measures[0]
    text = f'title = "A bar"\nquestion = "What does South pay?"\nstart = "2030-01"\nmonths = 3\n[[measures]]\nname = "{bar.name}"\nkind = "ban"\nexporter = "north"\ngoods = ["metal"]\ndestinations = ["south"]\nannounced = "2030-02"\neffective = "2030-02"\nend = "2030-03"\n'
    (folder / "bar.toml").write_text(text, encoding="utf-8")
    return pack, folder / "bar.toml"


@pytest.fixture(scope="module")
def start(question, process):
    """Start the ensemble as a process of its own."""
    pack, scenario = question

    def begin(out, *more) -> subprocess.Popen:
        return process("ensemble", scenario, "--data", pack, "--draws", DRAWN, "--seed", 5, "--chunk", CHUNK, "--out", out, "--json", *more)

    return begin


@pytest.fixture(scope="module")
def alone(start, tmp_path_factory):
    """What one worker finds, undisturbed."""
    out = tmp_path_factory.mktemp("alone") / "out"
    finish(start(out, "--workers", 1))
    return out


def finish(run: subprocess.Popen) -> dict:
    """What a run says at its end."""
    said, errors = run.communicate(timeout=PATIENCE)
    assert run.returncode == 0, errors
    return json.loads(said)


def await_chunks(out, count: int, run: subprocess.Popen) -> None:
    """Wait until so many chunks are there."""
    end = time.monotonic() + PATIENCE
    while len(list((out / DRAWS).glob("chunk-*.parquet"))) < count:
        assert run.poll() is None, run.communicate()
        assert time.monotonic() < end
        time.sleep(0.02)


def assert_same(out, other) -> None:
    """The same draws and the same numbers, to 1e-9."""
    assert read_inputs(out).equals(read_inputs(other))
    keys = ["draw", "kind", "quantity", "subject", "month", "unit", "note"]
    mine, theirs = (read_draws(folder, KINDS).sort_values(keys, kind="stable", ignore_index=True) for folder in (out, other))
    assert len(mine) > 100
    pd.testing.assert_frame_equal(mine[keys], theirs[keys], check_categorical=False)
    assert mine["value"].to_numpy() == pytest.approx(theirs["value"].to_numpy(), rel=1e-9, abs=1e-9)


def test_two_workers_find_what_one_finds(start, alone, tmp_path):
    record = finish(start(tmp_path / "out", "--workers", 2))
    assert (record["runs"], record["failed"]) == (DRAWN, 0)
    assert_same(tmp_path / "out", alone)


def test_a_killed_run_is_carried_on_and_what_is_finished_is_not_done_again(start, alone, tmp_path):
    out = tmp_path / "out"
    run = start(out, "--workers", 2)

    def workers() -> list[psutil.Process]:
        return psutil.Process(run.pid).children(recursive=True)

    await_chunks(out, 2, run)
    left_behind = workers()
    run.send_signal(signal.SIGKILL)
    run.communicate()
    before = {path.name: path.stat().st_mtime_ns for path in (out / DRAWS).glob("chunk-*.parquet")}
    assert 2 <= len(before) < CHUNKS
    _, alive = psutil.wait_procs(left_behind, timeout=20)
    assert not alive
    finish(start(out, "--workers", 2))
    after = {path.name: path.stat().st_mtime_ns for path in (out / DRAWS).glob("chunk-*.parquet")}
    assert {name: after[name] for name in before} == before
    sittings = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["sittings"]
    assert len(sittings) == 2 and sittings[1]["chunks"] == CHUNKS - len(before)
    assert_same(out, alone)


def test_a_worker_that_is_killed_loses_nothing(start, alone, tmp_path):
    out = tmp_path / "out"
    run = start(out, "--workers", 2)
    await_chunks(out, 1, run)
    workers = [child for child in psutil.Process(run.pid).children() if "spawn_main" in " ".join(child.cmdline())]
    assert workers
    workers[0].kill()
    assert finish(run)["failed"] == 0
    assert_same(out, alone)


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and two workers on this machine, each a process of its own."""
    file, dask = tmp_path / "scheduler.json", [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    processes = [subprocess.Popen([*dask, "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", file], **quiet)]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", file, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", tmp_path]
    processes += [subprocess.Popen(worker, **quiet) for _ in range(2)]
    end = time.monotonic() + PATIENCE
    while not file.is_file() or not file.read_text():
        assert time.monotonic() < end
        time.sleep(0.1)
    yield json.loads(file.read_text())["address"], processes[1:]
    for started in reversed(processes):
        started.kill()
        started.wait()


def test_a_cluster_finds_what_one_worker_finds_also_when_one_of_its_workers_is_killed(start, alone, cluster, tmp_path):
    address, workers = cluster
    out = tmp_path / "out"
    run = start(out, "--scheduler", address)
    await_chunks(out, 1, run)
    workers[0].kill()
    assert finish(run)["failed"] == 0
    assert_same(out, alone)


def test_an_ensemble_is_carried_on_as_it_was_asked(command, question, alone, tmp_path):
    import shutil

    out = shutil.copytree(alone, tmp_path / "out")
    (out / DRAWS / "chunk-00001.parquet").unlink()
    code, said, errors = command("ensemble", "--resume", out, "--data", question[0], "--workers", 1, "--json")
    assert code == 0, errors
    assert json.loads(said)["runs"] == DRAWN
    assert_same(out, alone)


def test_another_seed_is_another_ensemble(command, question, alone):
    pack, scenario = question
    code, _, errors = command("ensemble", scenario, "--data", pack, "--draws", DRAWN, "--seed", 6, "--chunk", CHUNK, "--out", alone, "--workers", 1)
    assert code == 2
    assert "the seed changed since the ensemble began (5, now 6); ask as before, or give a new folder with --out" in errors


def test_other_data_are_another_ensemble(command, question, alone, tmp_path):
    import shutil

    pack = shutil.copytree(question[0], tmp_path / "pack")
    text = (pack / "demand.csv").read_text(encoding="utf-8")
    (pack / "demand.csv").write_text(text.replace(",120.0,", ",121.0,"), encoding="utf-8")
    code, _, errors = command("ensemble", "--resume", alone, "--data", pack, "--workers", 1)
    assert code == 2
    assert "the data pack changed" in errors and "the facts that are drawn" in errors


def test_a_folder_of_something_else_is_left_alone(command, question, tmp_path):
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    code, _, errors = command("ensemble", question[1], "--data", question[0], "--out", tmp_path, "--workers", 1)
    assert code == 2 and "is not empty and not the folder of an ensemble" in errors
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--draws", 1), "--draws: 1 draws say nothing"),
        (("--seed", -1), "--seed: -1 is negative"),
        (("--draws", 12, "--sampler", "sobol"), "give a power of two, such as 16"),
        (("--workers", 0), "--workers: 0 workers do nothing"),
        (("--workers", 1, "--scheduler", "tcp://127.0.0.1:1"), "a cluster has its own workers"),
        (("--chunk", 0), "--chunk: 0 draws a file"),
    ],
)
def test_what_cannot_be_asked_is_said(command, question, tmp_path, more, message):
    code, _, errors = command("ensemble", question[1], "--data", question[0], "--out", tmp_path / "out", *more)
    assert code == 2 and message in errors
    assert not (tmp_path / "out").exists()


def test_a_chunk_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    table = pd.DataFrame({"draw": [0], "kind": "headline", "quantity": "q", "subject": "s", "month": "", "unit": "1", "value": [1.0], "note": ""})

    def fail(*_):
        raise OSError("no space left")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="no space left"):
        write_chunk(tmp_path, 3, table)
    monkeypatch.undo()
    assert read_draws(tmp_path, ["headline"]).empty
    write_chunk(tmp_path, 3, table)
    assert np.array_equal(read_draws(tmp_path, ["headline"])["value"], [1.0])
    assert [path.name for path in (tmp_path / DRAWS).iterdir()] == ["chunk-00003.parquet"]
