"""Calendar months as whole numbers, so that they can be counted: year times twelve plus month less one."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

_PATTERN = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def parse_month(text: object) -> int:
    """``"2027-01"`` as a number of months since year 0."""
    if isinstance(text, int) and not isinstance(text, bool) and 12_000 < text < 36_000:
        return text
    match = _PATTERN.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"{text!r} is not a month; write it as a string like \"2027-01\"")
    return int(match[1]) * 12 + int(match[2]) - 1


def month_name(month: int) -> str:
    """The reverse: a number of months as ``"2027-01"``."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


Month = Annotated[int, BeforeValidator(parse_month), PlainSerializer(month_name, return_type=str)]
