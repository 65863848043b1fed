"""Each layer knows only what it may: the table of boundaries, held by walking the imports."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "model" / "kanmon"

FORBIDDEN = {
    "pack": {"pyomo", "highspy", "plotly", "kanmon.scenario", "kanmon.world", "kanmon.formulation", "kanmon.solve", "kanmon.runs", "kanmon.pages"},
    "world": {"pyomo", "highspy", "plotly", "kanmon.scenario", "kanmon.formulation", "kanmon.solve", "kanmon.runs", "kanmon.pages"},
    "scenario": {"pyomo", "highspy", "plotly", "csv", "kanmon.formulation", "kanmon.solve", "kanmon.runs", "kanmon.pages"},
    "formulation": {"pandas", "plotly", "csv", "rich", "kanmon.pack", "kanmon.solve", "kanmon.runs", "kanmon.pages"},
    "solve": {"pandas", "plotly", "csv", "rich", "kanmon.pack", "kanmon.runs", "kanmon.pages"},
    "certify": {"pyomo", "highspy", "plotly", "kanmon.solve.newton", "kanmon.solve.sequence", "kanmon.solve.terms", "kanmon.solve.sorting", "kanmon.solve.matrix", "kanmon.runs", "kanmon.pages"},
    "accounts": {"pyomo", "highspy", "plotly", "csv", "kanmon.pack", "kanmon.solve", "kanmon.runs", "kanmon.pages"},
    "competitiveness": {"pyomo", "highspy", "plotly", "csv", "kanmon.world", "kanmon.formulation", "kanmon.solve", "kanmon.certify", "kanmon.runs", "kanmon.pages"},
    "economy": {"plotly", "csv", "kanmon.world", "kanmon.formulation", "kanmon.solve", "kanmon.certify", "kanmon.runs", "kanmon.pages"},
    "backtest": {"pyomo", "highspy", "plotly", "kanmon.formulation", "kanmon.solve", "kanmon.world", "kanmon.pages"},
    "extensive": {"pandas", "plotly", "csv", "rich", "kanmon.pack", "kanmon.runs", "kanmon.plans", "kanmon.pages"},
    "plans": {"pyomo", "highspy", "plotly", "csv", "kanmon.formulation", "kanmon.solve.newton", "kanmon.solve.sequence", "kanmon.solve.terms", "kanmon.pages"},
    "proof": {"pyomo", "highspy", "plotly", "kanmon.formulation", "kanmon.solve", "kanmon.world", "kanmon.pages"},
    "ensembles": {"pyomo", "highspy", "plotly", "csv", "pickle", "kanmon.formulation", "kanmon.solve", "kanmon.certify", "kanmon.pages"},
    "workbooks": {"pyomo", "highspy", "plotly", "csv", "kanmon.pack", "kanmon.world", "kanmon.formulation", "kanmon.solve", "kanmon.certify", "kanmon.runs.run", "kanmon.pages"},
    "indicators": {"pyomo", "highspy", "plotly", "kanmon.world", "kanmon.formulation", "kanmon.solve", "kanmon.runs", "kanmon.pages"},
    "pages": {"pyomo", "highspy", "kanmon.world", "kanmon.formulation", "kanmon.solve", "kanmon.certify", "kanmon.runs.run", "kanmon.pack.load"},
}
"""What each package may not import."""


def imports(path: Path) -> set[str]:
    """Modules that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("layer", FORBIDDEN)
def test_a_layer_imports_nothing_beyond_its_boundary(layer):
    files = sorted((PACKAGE / layer).rglob("*.py"))
    assert files
    wrong = [f"{path.relative_to(PACKAGE)}: {name}" for path in files for name in imports(path) if any(name == bad or name.startswith(f"{bad}.") for bad in FORBIDDEN[layer])]
    assert not wrong, wrong


def test_every_package_has_a_boundary_or_joins_the_layers():
    packages = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    assert packages == {*FORBIDDEN, "runs", "solution"}


def test_regions_and_minerals_are_data_not_code():
    """No special case of a country or a mineral in the engine; the name of the default scenario is the one exception."""
    words = re.compile(r"\b(JPN|CHN|gallium|graphite|Japan|China)\b")
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        documented = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))}
        strings = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        found = [text for text in strings if text not in documented and words.search(text)]
        assert not found, (path, found)
