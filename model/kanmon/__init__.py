"""Kanmon: an economic model of critical-mineral retaliation.

The names below are loaded when first used, so that ``kanmon --help`` does not wait for the solver.

>>> import kanmon
>>> run = kanmon.run("gallium-ban-on-japan")        # doctest: +SKIP
>>> run.headlines                                   # doctest: +SKIP
>>> kanmon.write(run, "runs")                       # doctest: +SKIP
"""

from importlib import import_module

__version__ = "0.1.0"

_HOMES = {
    "kanmon.errors": ("InputError", "KanmonError", "NotCertified", "Problem", "SolverUnavailable"),
    "kanmon.pack.load": ("load_pack",),
    "kanmon.scenario.load": ("load_scenario",),
    "kanmon.scenario.schema": ("Assumption", "Measure", "Scenario"),
    "kanmon.steps": ("check", "compare", "report", "run", "verify", "write"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME)


def __getattr__(name: str):
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'kanmon' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
