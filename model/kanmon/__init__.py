"""Kanmon: an economic model of critical-mineral retaliation.

>>> import kanmon
>>> run = kanmon.run("gallium-ban-on-japan")        # doctest: +SKIP
>>> run.headlines                                   # doctest: +SKIP
>>> kanmon.write(run, "runs")                       # doctest: +SKIP
"""

from kanmon.errors import InputError, KanmonError, NotCertified, Problem, SolverUnavailable
from kanmon.pack.load import load_pack
from kanmon.scenario.load import load_scenario
from kanmon.scenario.schema import Assumption, Measure, Scenario
from kanmon.steps import check, compare, report, run, verify, workbook, write

__version__ = "0.1.0"

__all__ = [
    "Assumption", "InputError", "KanmonError", "Measure", "NotCertified", "Problem", "Scenario", "SolverUnavailable",
    "check", "compare", "load_pack", "load_scenario", "report", "run", "verify", "workbook", "write",
]  # fmt: skip
