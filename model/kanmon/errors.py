"""Errors that a user can act on: every problem found is listed, each with its place, what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Problem:
    """One thing wrong with the input: where (file and row, or key path), what, and what to do about it."""

    place: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}; {self.remedy}"


class KanmonError(Exception):
    """Anything that stops the work for a reason the user can act on."""

    exit_code = 1


class InputError(KanmonError):
    """The data pack, a scenario or a run folder is not usable. Mend every line listed, then run again."""

    exit_code = 2

    def __init__(self, problems: Iterable[Problem]):
        self.problems = list(dict.fromkeys(problems))
        lines = [f"{len(self.problems)} problem(s) in the input:", *(f"  {problem}" for problem in self.problems)]
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[type[InputError], tuple[list[Problem]]]:
        """How it comes back from another process: with its problems, not with its text."""
        return type(self), (self.problems,)


class NotCertified(KanmonError):
    """The solution does not satisfy the equilibrium conditions, so there is no report. The worst offenders are named."""

    exit_code = 3


class SolverUnavailable(KanmonError):
    """HiGHS lacks its interior-point solver HiPO. Install the package with its extra: ``pip install "highspy[extras]"``."""

    exit_code = 4


class NotDrawn(KanmonError):
    """The page of a result could not be drawn. The result itself is certified and written; the page can be drawn later."""

    exit_code = 5

    def __init__(self, folder: Path, fault: Exception):
        self.folder, self.fault = folder, fault
        super().__init__(
            f"{folder}: the tables are written, but the page could not be drawn ({type(fault).__name__}: {str(fault)[:600]}); "
            f"this is a fault of the page, not of the input: report it with this text, and draw the page once it is mended with: kanmon report {folder}"
        )

    def __reduce__(self) -> tuple[type[NotDrawn], tuple[Path, Exception]]:
        return type(self), (self.folder, self.fault)
