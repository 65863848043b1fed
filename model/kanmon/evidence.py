"""Folders of evidence, known equilibria and back-tests alike: a sheet in TOML, a table of figures in CSV, a data pack, scenarios."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from kanmon.errors import InputError, Problem

Content = TypeVar("Content")
Model = TypeVar("Model", bound=BaseModel)


def folders_with(sheet: str, folder: Path) -> list[Path]:
    """The folder itself if it holds a sheet of this name, else those in it that do, in alphabetical order.

    Raises:
        InputError: there is none.
    """
    if (folder / sheet).is_file():
        return [folder]
    found = sorted(path.parent for path in folder.glob(f"*/{sheet}"))
    if not found:
        raise InputError([Problem(str(folder), f"no folder in it holds the file {sheet}", "give such a folder, or the folder that holds several")])
    return found


def read_all(folders: Iterable[Path], read: Callable[[Path], Content]) -> list[Content]:
    """Read every folder.

    Raises:
        InputError: every problem of every folder.
    """
    contents, problems = [], []
    for path in folders:
        try:
            contents.append(read(path))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return contents


def text_of(path: Path, place: str, problems: list[Problem]) -> str:
    """Content of a file; empty, with a problem, if it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError:
        problems.append(Problem(place, "the file is missing", "add it; every such folder has one"))
    except UnicodeDecodeError as error:
        problems.append(Problem(place, f"byte {error.start} is not UTF-8", "save the file as UTF-8"))
    return ""


def sheet_of(model: type[Model], path: Path, place: str, guide: str, problems: list[Problem]) -> Model | None:
    """The sheet of a folder, validated; ``guide`` says where its keys are described."""
    before = len(problems)
    text = text_of(path, place, problems)
    if len(problems) > before:
        return None
    try:
        content = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        problems.append(Problem(place, f"not readable as TOML ({str(error)[:200]})", "mend the line named"))
        return None
    return validated(model, content, place, guide, problems)


def rows_of(text: str, place: str, columns: Sequence[str], problems: list[Problem]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a table of figures with their line, once the header is right."""
    if not text:
        return
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        if [cell.strip() for cell in next(reader)] != list(columns):
            problems.append(Problem(f"{place}:1", "the header is another one", f"write {','.join(columns)}"))
            return
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(columns):
                problems.append(Problem(f"{place}:{reader.line_num}", f"{len(cells)} cells where the header has {len(columns)}", "check the commas and quotes"))
                continue
            yield reader.line_num, dict(zip(columns, (cell.strip() for cell in cells), strict=True))
    except (csv.Error, StopIteration) as error:
        problems.append(Problem(f"{place}:{reader.line_num}", f"not readable as CSV ({error})", "check quotes and header"))


def validated(model: type[Model], content: dict, place: str, guide: str, problems: list[Problem]) -> Model | None:
    """Content as a model says it should be; every deviation becomes a problem with its key."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        for item in error.errors():
            where = ".".join(str(part) for part in item["loc"])
            problems.append(Problem(f"{place} {where}".strip(), item["msg"].removeprefix("Value error, "), guide))
    return None
