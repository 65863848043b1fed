"""Numbers that a table may hold but that no market has: a run solves them or says why not, and never breaks down."""

from __future__ import annotations

import pytest
from breakage import change, copied_pack

import kanmon
from kanmon import KanmonError
from worlds import SCENARIOS

ODD = {
    "flows below their base cost nothing": change("friction.csv", "below_base_weight,0.05,1,,0.01", "below_base_weight,0,1,,0"),
    "mining answers any price": change("activities.csv", "ore_mining,supply_elasticity,1,1,,0.5,2", "ore_mining,supply_elasticity,1e9,1,,0.5,1e9"),
    "stock is hardly ever convenient": change("stocks.csv", "convenience_exponent,2,1,,1,", "convenience_exponent,1e-6,1,,1e-6,"),
}

ABSURD = {
    "a price is beyond measure": change("prices.csv", "BBB,examplium,price,110,USD/t,2023,80,130", "BBB,examplium,price,1e300,USD/t,2023,80,1e300"),
    "use does not answer the price": change("demand.csv", "elasticity_short_run,0.3,1,,0.1", "elasticity_short_run,1e-300,1,,1e-300"),
    "switching supplier is beyond price": change("friction.csv", "theta,0.4,1,,0.2,1", "theta,1e300,1,,0.2,1e300"),
}


@pytest.mark.parametrize("edit", [pytest.param(edit, id=name) for name, edit in ODD.items()])
def test_a_run_solves_or_explains_when(tmp_path, edit):
    folder = copied_pack(tmp_path)
    edit(folder)
    try:
        run = kanmon.run(str(SCENARIOS / "examplium-ban.toml"), folder)
    except KanmonError:
        return
    assert all(certificate.passed for certificate in run.certificates)


@pytest.mark.parametrize("edit", [pytest.param(edit, id=name) for name, edit in ABSURD.items()])
def test_the_process_does_not_die_when(tmp_path, process, edit):
    folder = copied_pack(tmp_path)
    edit(folder)
    started = process("run", SCENARIOS / "examplium-ban.toml", "--data", folder, "--out", tmp_path / "runs")
    _, errors = started.communicate(timeout=60)
    assert 0 < started.returncode < 64, f"ended by signal {-started.returncode}: {errors}"
    assert "Traceback" not in errors
    assert not (tmp_path / "runs").exists()
