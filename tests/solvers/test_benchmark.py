"""The benchmark runs: its quick mode goes through every method on a tiny world."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]


@pytest.mark.slow
def test_the_quick_benchmark_measures_every_method_and_names_every_aim():
    pytest.importorskip("casadi"), pytest.importorskip("cvxpy")
    done = subprocess.run([sys.executable, str(TESTS / "benchmarks" / "solver_times.py"), "--quick"], env=os.environ | {"PYTHONPATH": str(TESTS)}, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    rows = [line for line in done.stdout.splitlines() if line.startswith("| tiny |")]
    assert [row.split(" | ")[1] for row in rows] == ["Kanmon", "Kanmon, quadratic programs alone", "CasADi + IPOPT", "CVXPY + Clarabel"]
    assert all(row.count(" | ") == rows[0].count(" | ") for row in rows)
    for aim in ("solve", "cold run", "re-solve", "twice the months", "peak memory"):
        assert f"| {aim}" in done.stdout
