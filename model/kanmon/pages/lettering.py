"""How long a text is when drawn, and where a label may be broken: Latin letters, and characters twice as wide."""

from __future__ import annotations

from unicodedata import east_asian_width

WIDE = 1.85
"""Width of a wide character over that of a Latin letter [1]."""

NEVER_FIRST = "、。，．・：；）」』】〕〉》ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ%)]!?…"
"""Characters that may not begin a line."""


def letters(text: str) -> float:
    """Length of a text in Latin letters."""
    return sum(WIDE if is_wide(character) else 1.0 for character in text)


def is_wide(character: str) -> bool:
    return east_asian_width(character) in ("W", "F")


def wrap(name: str, width: int = 17, longest: int = 22) -> list[str]:
    """A label in at most two lines, broken where its script allows and cut where it is still too long."""
    cuts = [place for place in range(1, len(name)) if _breaks(name, place)]
    parts = [name]
    if letters(name) > width and cuts:
        cut = min(cuts, key=lambda place: abs(letters(name[:place]) - letters(name) / 2))
        parts = [name[:cut].rstrip(), name[cut:].lstrip()]
    return [_cut(part, longest) for part in parts]


def _breaks(name: str, place: int) -> bool:
    """Whether a line may end before a character: at a space, after a hyphen, between wide characters."""
    before, after = name[place - 1], name[place]
    if after == " " or before == "-":
        return True
    return (is_wide(before) or is_wide(after)) and after not in NEVER_FIRST and before not in "(（「『"


def _cut(part: str, longest: int) -> str:
    if letters(part) <= longest:
        return part
    while part and letters(part) > longest - 1:
        part = part[:-1]
    return f"{part.rstrip()}…"
