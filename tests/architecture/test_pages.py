"""Generated pages are what the code generates: what is stated twice would drift."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kanmon.documents import PAGES
from kanmon.formulation import balance, demand, storage, supply, trade
from kanmon.scenario.load import load_scenario

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_up_to_date(name):
    assert (ROOT / name).read_text(encoding="utf-8") == PAGES[name](), "run make pages"


def test_the_formulation_page_holds_every_equation():
    page = (ROOT / "model/FORMULATION.md").read_text(encoding="utf-8")
    equations = [name for module in (balance, demand, storage, supply, trade) for name, item in vars(module).items() if callable(item) and getattr(item, "__module__", "") == module.__name__]
    documented = [name for name in equations if "math::" in (getattr(next(m for m in (balance, demand, storage, supply, trade) if hasattr(m, name)), name).__doc__ or "")]
    assert len(documented) >= 9
    assert not [name for name in documented if f"### {name}" not in page]


def test_the_example_of_the_scenario_reference_is_a_scenario(tmp_path):
    text = (ROOT / "scenarios/README.md").read_text(encoding="utf-8")
    example = re.search(r"```toml\n(.*?)```", text, re.DOTALL)[1]
    (tmp_path / "my-scenario.toml").write_text(example, encoding="utf-8")
    assert load_scenario(tmp_path / "my-scenario.toml").months == 48
