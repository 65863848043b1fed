"""Yesterday's headlines: a tripwire, not a truth. A change needs a reason in the changelog, and `python tests/regression/test_headlines.py`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

import kanmon
from kanmon.carried import data_folder, scenario_folder
from kanmon.pack.load import load_pack
from kanmon.scenario.load import find_scenarios

KEPT = Path(__file__).parent / "headlines.csv"
KEYS = ["scenario", "good", "headline", "unit"]


def headlines_now() -> pd.DataFrame:
    """Headlines of every shipped scenario, one a row."""
    pack = load_pack(data_folder())
    frames = [kanmon.run(kanmon.load_scenario(path), pack, name).headlines.assign(scenario=name) for name, path in find_scenarios(scenario_folder()).items()]
    return pd.concat(frames)[[*KEYS, "value"]].astype({"value": float}).reset_index(drop=True)


def test_headlines_of_shipped_scenarios_stand_where_they_stood():
    kept, now = pd.read_csv(KEPT).set_index(KEYS)["value"], headlines_now().set_index(KEYS)["value"]
    assert len(kept) > 400
    assert list(kept.index) == list(now.index)
    np.testing.assert_allclose(now, kept, rtol=1e-4, atol=1e-4)


if __name__ == "__main__":
    headlines_now().to_csv(KEPT, index=False, float_format="%.7g")
