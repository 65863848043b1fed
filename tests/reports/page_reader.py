"""Read a page as a browser would: what it shows, loads and runs."""

from __future__ import annotations

import re
from html.parser import HTMLParser

KINDS = ("ban", "default", "choked", "mechanisms", "hostile", "formula", "nothing happens", "does not bind", "everyone", "tax", "comparison", "hostile comparison", "quiet comparison", "mixed comparison")
"""Names of the pages that the fixture ``pages`` draws."""

LOADING = {"src", "srcset", "data", "action", "poster", "background"}


class Page(HTMLParser):
    """A page taken apart.

    Attributes:
        shown: text that a reader sees, in order.
        programs: scripts that run.
        data: scripts that are only carried (JSON).
        loaded: addresses that a browser would fetch.
        links: addresses that a reader may follow.
        headings: levels of the headings, in order.
        handlers: attributes such as ``onclick``.
        style: stylesheets.
    """

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.shown: list[str] = []
        self.programs: list[str] = []
        self.data: list[str] = []
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.headings: list[int] = []
        self.handlers: list[str] = []
        self.style: list[str] = []
        self._raw: tuple[str, str | None] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.handlers += [name for name in given if name.startswith("on")]
        self.loaded += [value or "" for name, value in attrs if name in LOADING or (name == "href" and tag != "a")]
        self.links += [value or "" for name, value in attrs if name == "href" and tag == "a"]
        self.style += [value or "" for name, value in attrs if name == "style"]
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag in ("script", "style"):
            self._raw = (tag, given.get("type"))

    def handle_endtag(self, tag: str) -> None:
        if self._raw and self._raw[0] == tag:
            self._raw = None

    def handle_data(self, data: str) -> None:
        if self._raw is None:
            self.shown.append(data)
        elif self._raw[0] == "style":
            self.style.append(data)
        else:
            (self.data if self._raw[1] == "application/json" else self.programs).append(data)

    @property
    def text(self) -> str:
        """What a reader sees, with single spaces."""
        return re.sub(r"[ \t\n]+", " ", " ".join(self.shown))


def figures_on(document: bytes) -> list[set[int]]:
    """For each figure of a tagged PDF, heading and source line included, the pages on which its parts stand (numbers of page objects)."""
    parts = {}
    for place, body in re.findall(rb"(\d+) 0 obj\n<</Type /StructElem\n(.*?)endobj", document, re.DOTALL):
        refers = {key: int(number) for key, number in re.findall(rb"/(P|Pg) (\d+) 0 R", body)}
        parts[int(place)] = (b"/S /Figure" in body, refers.get(b"P", 0), refers.get(b"Pg", 0))

    def figure_of(place: int) -> int | None:
        """The outermost figure that a part belongs to."""
        found = None
        while place in parts:
            found = place if parts[place][0] else found
            place = parts[place][1]
        return found

    pages: dict[int, set[int]] = {}
    for place, (_, parent, page) in parts.items():
        figure = figure_of(place)
        if figure is not None and page and (figure != place or parent):
            pages.setdefault(figure, set()).add(page)
    return list(pages.values())


def page_count(document: bytes) -> int:
    """Number of pages of a PDF."""
    return len(re.findall(rb"/Type\s*/Page(?![a-zA-Z])", document))
