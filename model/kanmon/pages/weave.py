"""Several editions of one page woven into one: the first as it is, and a table of what the others have in its place.

Editions have the same elements in the same order. A text or an attribute that differs is a *slot*: the element names it in
``data-slots``, a list of ``place=number``, where the place is an attribute or how many child elements stand before the text. In a figure
a value that differs becomes ``{"slot": number, "own": value of the first edition}``. The table holds each distinct slot once, as places in a
list of strings that holds each distinct value once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape

from kanmon.pages.blocks import embed

MARKUP = re.compile(r"<script\b[^>]*>.*?</script>|<style\b[^>]*>.*?</style>|<!--.*?-->|<![a-zA-Z][^>]*>|</?[a-zA-Z][^>]*>", re.DOTALL)
NAME = re.compile(r"<[/!]?[\w-]*")
ATTRIBUTE = re.compile(r"""([\w:-]+)="([^"]*)\"""")
WITHOUT_CONTENT = {"meta", "link", "br", "hr", "img", "input"}
OWN = -1
"""Stands for the value that the page itself carries."""


@dataclass
class Slots:
    """Values that differ between editions.

    Attributes:
        names: of the editions, the first one that of the page itself.
    """

    names: Sequence[str]
    strings: dict[str, int] = field(default_factory=dict)
    entries: dict[tuple[int, ...], int] = field(default_factory=dict)

    def number(self, variants: Sequence[object]) -> int:
        """Number of the slot of a value, edition by edition; slots that are alike are one."""
        found = [OWN if value == variants[0] else self.strings.setdefault(json.dumps(value, ensure_ascii=False), len(self.strings)) for value in variants]
        period = next(size for size in range(2, len(found) + 1) if all(found[place] == found[place % size] for place in range(len(found))))
        return self.entries.setdefault(tuple(found[1:period]), len(self.entries))

    @property
    def table(self) -> dict:
        """What the page carries: names of the editions, values, and for each slot the places of its values.

        A slot of two editions repeats itself in the others: those that differ in language alone have the same value in every currency.
        """
        return {"names": list(self.names), "strings": [json.loads(text) for text in self.strings], "slots": [list(entry) for entry in self.entries]}


@dataclass
class _Element:
    """An open element: where its start tag stands in the page, how many children it has had, its slots."""

    place: int
    children: int = 0
    marks: list[str] = field(default_factory=list)


def weave(pages: Sequence[str], names: Sequence[str]) -> tuple[str, Slots]:
    """One page for all editions.

    Args:
        pages: the same page in every edition, from templates that escape what they are given.
        names: of the editions.

    Raises:
        ValueError: two editions have not the same elements; says where they part.
    """
    slots = Slots(names)
    taken = [_pieces(page) for page in pages]
    _require_alike(taken, names)
    out: list[str] = []
    path = [_Element(0)]
    for place, variants in enumerate(zip(*taken, strict=True)):
        if place % 2 == 0:
            _text(variants, path[-1], slots)
            out.append(variants[0])
        else:
            out.append(_markup(variants, path, out, slots))
    return "".join(out), slots


def _pieces(page: str) -> list[str]:
    """Text and markup by turns, text first and last."""
    pieces, end = [], 0
    for found in MARKUP.finditer(page):
        pieces += [page[end : found.start()], found[0]]
        end = found.end()
    return [*pieces, page[end:]]


def _kind(markup: str) -> str:
    """Name of a tag, with its slash if it closes."""
    return NAME.findall(markup)[0]


def _require_alike(taken: Sequence[list[str]], names: Sequence[str]) -> None:
    first = [_kind(piece) for piece in taken[0][1::2]]
    for pieces, name in zip(taken[1:], names[1:], strict=True):
        other = [_kind(piece) for piece in pieces[1::2]]
        if other != first:
            at = next((place for place, (one, two) in enumerate(zip(first, other, strict=False)) if one != two), min(len(first), len(other)))
            before, after = "".join(taken[0][max(2 * at - 6, 0) : 2 * at + 3]), "".join(pieces[max(2 * at - 6, 0) : 2 * at + 3])
            raise ValueError(f"the editions {names[0]} and {name} of the page have not the same elements: {before[-300:]!r} against {after[-300:]!r}; what is shown may not depend on language or currency")


def _text(variants: Sequence[str], element: _Element, slots: Slots) -> None:
    if any(text != variants[0] for text in variants):
        element.marks.append(f"{element.children}={slots.number([unescape(text) for text in variants])}")


def _markup(variants: Sequence[str], path: list[_Element], out: list[str], slots: Slots) -> str:
    """A piece of markup of the page; opens and closes elements on the path."""
    kind = _kind(variants[0])
    if kind.startswith("<!"):
        return variants[0]
    if kind.startswith("</"):
        element = path.pop()
        out[element.place] = _marked(out[element.place], element.marks)
        return variants[0]
    path[-1].children += 1
    if kind in ("<script", "<style"):
        return _carried(variants, slots)
    marks = _attributes(variants, slots)
    if kind[1:] in WITHOUT_CONTENT:
        return _marked(variants[0], marks)
    path.append(_Element(len(out), marks=marks))
    return variants[0]


def _attributes(variants: Sequence[str], slots: Slots) -> list[str]:
    """Slots of the attributes of a start tag."""
    if all(tag == variants[0] for tag in variants):
        return []
    given = [dict(ATTRIBUTE.findall(tag)) for tag in variants]
    if any(list(attributes) != list(given[0]) for attributes in given):
        raise ValueError(f"an element has not the same attributes in all editions: {variants[0]!r}; write them out, empty if need be")
    return [f"{name}={slots.number([unescape(attributes[name]) for attributes in given])}" for name in given[0] if any(attributes[name] != given[0][name] for attributes in given)]


def _marked(tag: str, marks: Sequence[str]) -> str:
    return f'{tag[:-1]} data-slots="{" ".join(marks)}">' if marks else tag


def _carried(variants: Sequence[str], slots: Slots) -> str:
    """A script or a stylesheet; what a figure has of its own in a edition goes into slots."""
    if all(item == variants[0] for item in variants):
        return variants[0]
    head, _, _ = variants[0].partition(">")
    if 'class="figure"' not in head:
        raise ValueError(f"{head}> differs between the editions of the page; only figures may")
    figures = [json.loads(item[item.index(">") + 1 : item.rindex("<")]) for item in variants]
    return f"{head}>{embed(_woven(figures, slots))}</script>"


def _woven(variants: Sequence, slots: Slots) -> object:
    first = variants[0]
    if all(value == first for value in variants):
        return first
    if all(isinstance(value, dict) and value.keys() == first.keys() for value in variants):
        return {key: _woven([value[key] for value in variants], slots) for key in first}
    if all(isinstance(value, list) and len(value) == len(first) for value in variants):
        return [_woven(items, slots) for items in zip(*variants, strict=True)]
    if any(isinstance(value, (dict, list)) for value in variants):
        raise ValueError(f"a figure has not the same parts in all editions: {str(first)[:200]}")
    return {"slot": slots.number(variants), "own": first}
