"""Names of parts: what the tables call a part of a good's market, of an industry or of a plant.

A part has the name of the whole and, in brackets, what marks it. Names of a data pack have no such ending.
"""

from __future__ import annotations

UNRESTRICTED = " (unrestricted)"
"""Market of material that users in the scope of a measure may still buy."""

PRIORITY = " (priority)"
"""Market of the industries that a stockpile is kept for."""

OWN = " (own)"
"""Market of what is not of a restricted exporter's making; plant that runs on it."""


def plain(name: str) -> str:
    """The name as the data pack has it: without what marks a part."""
    return name.split(" (")[0]


def is_shown(good: str) -> bool:
    """Whether a market is one that readers know: not the one behind a plant in which its output is told apart."""
    return good == plain(good) or good.endswith((UNRESTRICTED, PRIORITY, OWN))


def made_by(good: str, activity: str) -> str:
    """Market of what one kind of plant makes, before it is told apart by what it was made of."""
    return f"{good} ({activity})"
