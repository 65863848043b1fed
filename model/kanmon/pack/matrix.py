"""A published input-output table as a pack holds it: wide, checked cell by cell."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import numpy as np

from kanmon.errors import Problem

FINAL = "final"
"""Part of a column's name that stands for final use."""


@dataclass(frozen=True)
class Flows:
    """An input-output table of several regions.

    Attributes:
        regions, sectors: names, in the order of the axes.
        intermediate: use of the product of a region and sector by a region's sector, [supplier region, supplier sector, user region, user sector].
        final: final use, [supplier region, supplier sector, user region].
    """

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    intermediate: np.ndarray
    final: np.ndarray

    @property
    def output(self) -> np.ndarray:
        """Gross output, region x sector: all that is sold."""
        return self.intermediate.sum(axis=(2, 3)) + self.final.sum(axis=2)

    @property
    def value_added(self) -> np.ndarray:
        """Output less intermediate inputs from everywhere, region x sector; taxes and margins in it."""
        return self.output - self.intermediate.sum(axis=(0, 1))

    def destinations(self, sector: str) -> np.ndarray:
        """Sales of a sector, region of origin x region of use, intermediate and final."""
        place = self.sectors.index(sector)
        return self.intermediate[:, place].sum(axis=2) + self.final[:, place]


NOTHING = Flows((), (), np.zeros((0, 0, 0, 0)), np.zeros((0, 0, 0)))


def read_flows(name: str, text: str, labels: dict[str, dict[str, dict[str, str]]], problems: list[Problem]) -> Flows:
    """Read the table; an unusable one is empty, and its problems are in the list."""
    before = len(problems)
    place = f"{name}.csv"
    try:
        rows = [row for row in csv.reader(io.StringIO(text), strict=True) if any(cell.strip() for cell in row)]
    except csv.Error as error:
        problems.append(Problem(place, f"not readable as CSV ({error})", "check quotes and over-long cells"))
        return NOTHING
    if len(rows) < 2:
        problems.append(Problem(place, "the table is empty", "start it with the header region,sector, and the columns of use"))
        return NOTHING
    keys = [(row[0].strip(), row[1].strip()) for row in rows[1:] if len(row) > 1]
    regions, sectors = tuple(dict.fromkeys(region for region, _ in keys)), tuple(dict.fromkeys(sector for _, sector in keys))
    for kind, names in (("regions", regions), ("sectors", sectors)):
        for key in names:
            if key not in labels[kind]:
                problems.append(Problem(place, f"{key[:40]!r} is not in {kind}.csv", "add it there or correct the name"))
    if keys != [(region, sector) for region in regions for sector in sectors]:
        problems.append(Problem(place, "not every region has every sector in the same order", "write one row for each, region by region"))
        return NOTHING
    header = ["region", "sector", *(f"{region}.{sector}" for region, sector in keys), *(f"{region}.{FINAL}" for region in regions)]
    if [cell.strip() for cell in rows[0]] != header:
        problems.append(Problem(f"{place}:1", "the columns are not those of the rows", f"write {','.join(header[:4])},... and then {','.join(header[-2:])}"))
        return NOTHING
    numbers = np.zeros((len(keys), len(header) - 2))
    for line, row in enumerate(rows[1:], start=2):
        if len(row) != len(header):
            problems.append(Problem(f"{place}:{line}", f"{len(row)} cells where the header has {len(header)}", "check the commas"))
            continue
        for column, cell in enumerate(row[2:]):
            try:
                numbers[line - 2, column] = float(cell)
            except ValueError:
                problems.append(Problem(f"{place}:{line}", f"{header[column + 2]} is {cell[:40]!r}", "write a number"))
    if not np.isfinite(numbers).all():
        problems.append(Problem(place, "a cell is not a finite number", "correct it"))
    size = len(regions), len(sectors)
    flows = Flows(regions, sectors, numbers[:, : len(keys)].reshape(*size, *size), numbers[:, len(keys) :].reshape(*size, len(regions)))
    if len(problems) == before:
        _check(flows, place, problems)
    return flows


def _check(flows: Flows, place: str, problems: list[Problem]) -> None:
    """No use is negative but final use by running down stocks, and no output or value added is."""
    for what, array in (("intermediate use", flows.intermediate.min(axis=(2, 3))), ("output", flows.output), ("value added", flows.value_added)):
        for region, sector in zip(*np.nonzero(array < 0), strict=True):
            problems.append(Problem(place, f"{what} of {flows.regions[region]}.{flows.sectors[sector]} is negative", "check the table"))
