"""The benchmark runs: its quick mode goes through every method on a tiny world."""

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).parents[1] / "benchmarks" / "solvers.py"


@pytest.mark.slow
def test_the_quick_benchmark_measures_every_method_and_names_every_aim():
    pytest.importorskip("casadi"), pytest.importorskip("cvxpy")
    done = subprocess.run([sys.executable, str(BENCHMARK), "--quick"], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    rows = [line for line in done.stdout.splitlines() if line.startswith("| tiny |")]
    assert [row.split(" | ")[1] for row in rows] == ["Kanmon", "Kanmon, quadratic programs alone", "CasADi + IPOPT", "CVXPY + Clarabel"]
    assert all(row.count(" | ") == rows[0].count(" | ") for row in rows)
    for aim in ("solve", "cold run", "re-solve", "twice the months", "peak memory"):
        assert f"| {aim}" in done.stdout
