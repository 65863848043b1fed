"""The folder of an ensemble while it runs: inputs, and the outcomes of a few draws a file, each whole or not there."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet

from kanmon.ensembles.factors import Factor
from kanmon.ensembles.outcomes import COLUMNS
from kanmon.errors import InputError, Problem

DRAWS, INPUTS = "draws", "inputs.parquet"
PARTIAL = ".partial-"

TEXTS = ("kind", "quantity", "subject", "month", "unit", "note")


@dataclass(frozen=True)
class Chunk:
    """Some draws that are computed and written together.

    Attributes:
        number: of the chunk.
        first: number of its first draw.
        values: draw x factor.
    """

    number: int
    first: int
    values: np.ndarray


def chunks_of(values: np.ndarray, size: int) -> list[Chunk]:
    """Draws in chunks of this size, in order."""
    return [Chunk(number, first, values[first : first + size]) for number, first in enumerate(range(0, len(values), size))]


def write_inputs(folder: Path, values: np.ndarray, factors: Sequence[Factor]) -> None:
    """What was drawn: column draw, and one for each factor by name, in the unit of its row."""
    columns = {"draw": np.arange(len(values))} | {factor.name: values[:, place] for place, factor in enumerate(factors)}
    write_whole(pa.table(columns), folder / INPUTS)


def write_chunk(folder: Path, number: int, outcomes: pd.DataFrame) -> None:
    """Outcomes of a chunk: columns draw, kind, quantity, subject, month, unit, value, note."""
    (folder / DRAWS).mkdir(parents=True, exist_ok=True)
    table = pa.table({name: pa.array(outcomes[name].astype(str)).dictionary_encode() if name in TEXTS else pa.array(outcomes[name]) for name in ("draw", *COLUMNS)})
    write_whole(table, _path(folder, number))


def write_whole(table: pa.Table, path: Path) -> None:
    """Write a file next to its place, then give it its name in one step."""
    partial = path.with_name(f"{PARTIAL}{os.getpid()}-{path.name}")
    parquet.write_table(table, partial, compression="zstd")
    os.replace(partial, path)


def done(folder: Path) -> set[int]:
    """Numbers of the chunks that are there. What a killed run left half-written is removed."""
    for leftover in (folder / DRAWS).glob(f"{PARTIAL}*"):
        leftover.unlink(missing_ok=True)
    return {int(path.stem.removeprefix("chunk-")) for path in (folder / DRAWS).glob("chunk-*.parquet")}


def read_inputs(folder: Path) -> pd.DataFrame:
    """What was drawn, by draw.

    Raises:
        InputError: the folder is not that of an ensemble.
    """
    return _read(folder / INPUTS).set_index("draw")


def read_draws(folder: Path, kinds: Sequence[str]) -> pd.DataFrame:
    """Outcomes of these kinds in every chunk that is there, ordered by draw.

    Raises:
        InputError: a chunk cannot be read.
    """
    parts = [_read(_path(folder, number), filters=[("kind", "in", list(kinds))]) for number in sorted(done(folder))]
    parts = [part for part in parts if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["draw", *COLUMNS])


def _path(folder: Path, number: int) -> Path:
    return folder / DRAWS / f"chunk-{number:05d}.parquet"


def _read(path: Path, **options) -> pd.DataFrame:
    try:
        frame = parquet.read_table(path, **options).to_pandas()
    except (OSError, pa.ArrowInvalid, ValueError) as error:
        raise InputError([Problem(str(path), f"cannot be read ({type(error).__name__})", "delete the file and run the ensemble again: what is there is kept")]) from None
    return frame.assign(**{name: frame[name].astype(str) for name in TEXTS if name in frame})
