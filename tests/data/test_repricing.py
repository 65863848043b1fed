"""Shares of purchases that reprice each month: every good of the default question has one, with a range."""

from __future__ import annotations

import pytest

from kanmon.carried import data_folder, scenario_folder
from kanmon.pack.load import load_pack
from kanmon.scenario.load import load_scenario


def test_every_restricted_good_of_the_default_question_has_a_share_with_a_range():
    pack, scenario = load_pack(data_folder()), load_scenario(scenario_folder() / "both-on-japan.toml")
    goods = {good for measure in scenario.measures for good in measure.goods}
    assert goods
    for good in goods:
        row = pack.find("contracts", "repricing_share", "JPN", good)
        assert row is not None, good
        assert 0 < row.low < row.value < row.high <= 1
        assert row.fact.quality in ("estimated", "assumed"), "no share is published"


def test_the_share_of_gallium_is_the_arithmetic_of_its_note():
    """Spot 12.5 % of volume, repriced each month; the rest on contracts of which a twelfth comes up in a month."""
    row = load_pack(data_folder()).find("contracts", "repricing_share", "JPN", "gallium")
    assert row.value == pytest.approx(0.125 + 0.875 / 12, abs=0.005)
