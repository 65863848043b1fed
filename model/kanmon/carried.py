"""The data pack, the scenarios, the known equilibria and the back-tests that come with the package: beside it in a checkout, inside it in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_INSIDE = Path(__file__).parent / "carried"
_CHECKOUT = Path(__file__).parents[2]


def data_folder() -> Path:
    """Folder of the default data pack."""
    return _INSIDE / "data" if _INSIDE.is_dir() else _CHECKOUT / "data"


def equilibria_folder() -> Path:
    """Folder of the known equilibria."""
    return _INSIDE / "equilibria" if _INSIDE.is_dir() else _CHECKOUT / "tests" / "equilibria"


def backtests_folder() -> Path:
    """Folder of the back-tests."""
    return _INSIDE / "backtests" if _INSIDE.is_dir() else _CHECKOUT / "tests" / "backtests"


def scenario_folder() -> Path:
    """Folder of the shipped scenarios."""
    return _INSIDE / "scenarios" if _INSIDE.is_dir() else _CHECKOUT / "scenarios"
