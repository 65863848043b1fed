"""The words of a report: one catalogue per language, in ``catalogue/``; numbers are filled in by name."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from kanmon.pages import numbers


@dataclass(frozen=True)
class Wording:
    """Texts of one language.

    Attributes:
        language: BCP 47 tag, as in the ``lang`` attribute of the page.
        texts: texts by dotted key.
    """

    language: str
    texts: dict[str, str]

    def __call__(self, key: str, /, **values: str) -> str:
        """The text of a key with its numbers and names filled in.

        Raises:
            KeyError: the catalogue lacks the key, or the text asks for a value that was not given.
        """
        return self.texts[key].format_map(values)

    def has(self, key: str) -> bool:
        return key in self.texts

    def or_else(self, key: str, fallback: str) -> str:
        """The text of a key, or a fallback for what a catalogue cannot know (a new quantity, a new quality)."""
        return self.texts.get(key, fallback)

    def month(self, month: str) -> str:
        """``"2027-02"`` as in running text."""
        year, number = month.split("-")
        return self("month.pattern", month=self(f"month.{number}"), year=year)

    def short_month(self, month: str) -> str:
        """``"2027-02"`` without its year, for axes."""
        return self(f"month.{month.split('-')[1]}")

    def multiple(self, value: float) -> str:
        """A multiple of a baseline, with the sign of the language: 1.36×."""
        return numbers.multiple(value, self("number.times"))

    def sentences(self, *parts: str) -> str:
        """Sentences one after the other; empty ones are left out."""
        return self("series.sentences").join(part for part in parts if part)

    def series(self, items: Sequence[str]) -> str:
        """An enumeration: a, b and c; with semicolons where an item has a comma of its own."""
        if len(items) < 2:
            return "".join(items)
        comma, last = ("series.semicolon", "series.semicolon_last") if any(self("series.comma") in item for item in items) else ("series.comma", "series.last")
        return self(last, head=self(comma).join(items[:-1]), tail=items[-1])


def wording(language: str = "en") -> Wording:
    """The catalogue of a language.

    Raises:
        FileNotFoundError: there is no such catalogue.
    """
    text = files("kanmon.pages").joinpath("catalogue", f"{language}.toml").read_text(encoding="utf-8")
    return Wording(language, dict(_flat(tomllib.loads(text))))


def _flat(table: dict, prefix: str = "") -> list[tuple[str, str]]:
    """Nested tables as dotted keys."""
    rows: list[tuple[str, str]] = []
    for key, value in table.items():
        rows.extend(_flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(f"{prefix}{key}", value)])
    return rows
