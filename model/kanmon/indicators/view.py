"""The angle a scenario is looked at from: whose prices and supply, whose restriction, which goods, which months."""

from __future__ import annotations

from dataclasses import dataclass

from kanmon.scenario.months import month_name
from kanmon.scenario.priority import PRIORITY
from kanmon.scenario.schema import EVERY, Scenario

UNRESTRICTED_MARK = " (unrestricted)"
PRIORITY_MARK = PRIORITY


def plain_good(good: str) -> str:
    """The good of a market, without what marks material that is free of a measure or kept for priority industries."""
    return good.removesuffix(UNRESTRICTED_MARK).removesuffix(PRIORITY_MARK)


@dataclass(frozen=True)
class View:
    """Angle of a report.

    Attributes:
        focus: region that the report is about; None without measures.
        exporter: region whose exports are restricted; None without measures or where all are.
        restricted: goods named by measures.
        announced, effective, end: first announcement, first month in force, first month after the last measure, as names;
            None without measures; end is None for measures that stay.
        months: all months, in order.
    """

    focus: str | None
    exporter: str | None
    restricted: tuple[str, ...]
    announced: str | None
    effective: str | None
    end: str | None
    months: tuple[str, ...]

    @property
    def in_force(self) -> tuple[str, ...]:
        """Months from the first month in force to the last."""
        if self.effective is None:
            return ()
        return tuple(month for month in self.months if month >= self.effective and (self.end is None or month < self.end))

    @property
    def afterwards(self) -> tuple[str, ...]:
        return () if self.end is None else tuple(month for month in self.months if month >= self.end)


def view_of(scenario: Scenario) -> View:
    """The angle that a scenario's measures imply."""
    months = tuple(month_name(scenario.start + t) for t in range(scenario.months))
    measures = scenario.measures
    if not measures:
        return View(scenario.focus, None, (), None, None, None, months)
    exporters = [measure.exporter for measure in measures if measure.exporter != EVERY]
    ends = [measure.end for measure in measures]
    last = None if None in ends else max(end for end in ends if end is not None)
    return View(
        scenario.focus_region,
        exporters[0] if exporters else None,
        tuple(dict.fromkeys(good for measure in measures for good in measure.goods)),
        month_name(min(measure.announced for measure in measures)),
        month_name(min(measure.effective for measure in measures)),
        None if last is None else month_name(last),
        months,
    )
