"""Numbers as a reader sees them: two or three significant digits, a unit, no noise of the solver."""

from __future__ import annotations

import math

import pandas as pd

NBSP = "\u00a0"
MINUS = "\u2212"
TIMES = "\u00d7"


def number(value: object) -> float | None:
    """A cell of a table as a number; None for an empty one."""
    if value is None or value == "" or value is pd.NA:
        return None
    result = float(str(value))
    return None if math.isnan(result) else result


def significant(value: float, digits: int = 3, noise: float = 5e-4) -> str:
    """Round to significant digits with thousands separators; what is below ``noise`` is zero."""
    if not math.isfinite(value):
        return "–"
    if abs(value) < noise:
        return "0"
    places = digits - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, places)
    text = f"{abs(rounded):,.{max(places, 0)}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return (MINUS if rounded < 0 else "") + text


def small(value: float) -> str:
    """Two significant digits, at most four decimals: for points and shares that may be tiny."""
    return significant(round(value, 4), 2, 5e-5)


def multiple(value: float, times: str = TIMES) -> str:
    """1.36×; with the sign of another language if given."""
    decimals = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    text = f"{value:,.{decimals}f}"
    return f"{text}{times}"


def percent(value: float) -> str:
    """A number in per cent with two significant digits: 4.7 %, 46 %, 0.3 %."""
    if abs(value) < 0.05:
        return f"0{NBSP}%"
    decimals = 0 if abs(value) >= 9.95 else 1
    return f"{MINUS if value < 0 else ''}{abs(value):,.{decimals}f}{NBSP}%"


def change(value: float) -> str:
    """A change in per cent with its sign."""
    text = percent(value)
    return text if value < 0.05 else f"+{text}"


def ranged_change(low: float, central: float, high: float, unit: str = "") -> str:
    """A change with its range, all with the decimals that the width of the range deserves: two digits of it, at most four decimals."""
    decimals = min(max(0, 1 - math.floor(math.log10(high - low))), 4)
    written = [f"{MINUS if value < 0 else '+'}{abs(value):,.{decimals}f}" if round(abs(value), decimals) else "0" for value in (central, low, high)]
    return f"{written[0]}{unit} ({written[1]} … {written[2]})"


def signed(value: float) -> str:
    """A quantity with its sign."""
    text = significant(value)
    return text if text == "0" or value < 0 else f"+{text}"


def tonnes(value: float) -> str:
    return f"{significant(value)}{NBSP}t"


def days(value: float) -> str:
    return f"{value:,.0f}"


def residual(value: float) -> str:
    """A residual, as a power of ten."""
    return "0" if value == 0 else f"{value:.0e}".replace("e-0", "e-")
