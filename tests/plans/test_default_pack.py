"""Two plans in two futures on the default pack: slow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kanmon.plans.comparison import compared
from kanmon.plans.evaluate import evaluate
from kanmon.plans.reading import plan_paths, read_plans
from kanmon.plans.study import read_study


@pytest.mark.long
@pytest.mark.slow
def test_two_plans_in_two_futures_are_certified_and_explained():
    _, futures, pack = read_study(["none"])
    futures = replace(futures, scenarios={name: futures.scenarios[name] for name in ("no-ban", "gallium-ban")}, probability={"no-ban": 0.8, "gallium-ban": 0.2})
    found = evaluate(read_plans(plan_paths(["none", "allied-gallium"])), futures, pack, 1)
    assert not found.errors and (found.runs["error"] == "").all() and found.runs["worst_residual"].max() <= 1e-6
    assert (found.avoided().loc["none"] == 0.0).all() and found.cost()["none"] == 0.0
    assert found.avoided().loc["allied-gallium", "gallium-ban"] > 0
    tables = compared(found, pack)
    sums = tables["accounts"].groupby(["plan", "future"])["value"].sum()
    assert sums["allied-gallium", "gallium-ban"] == pytest.approx(found.net().loc["allied-gallium", "gallium-ban"], rel=1e-9)
