"""Units that a data pack may use, and the one unit of each dimension that the engine computes in."""

from __future__ import annotations

from dataclasses import dataclass

MONTHS_PER_YEAR = 12
DAYS_PER_MONTH = 365 / MONTHS_PER_YEAR


@dataclass(frozen=True)
class Unit:
    """One accepted unit: its dimension, and the factor that converts it to the engine's unit of that dimension."""

    dimension: str
    factor: float


ENGINE_UNIT = {
    "flow": "t/month",
    "mass": "t",
    "price": "USD/t",
    "slope": "USD/t per t/month",
    "ratio": "1",
    "time": "months",
    "days": "days",
    "rate": "1/year",
    "monthly rate": "1/month",
    "response": "t/month per USD/t",
    "exchange rate": "JPY/USD",
    "calendar": "year",
    "capital": "USD per t/month",
    "value": "USD/month",
    "money": "USD",
}

UNITS = {
    "t/month": Unit("flow", 1.0),
    "kg/month": Unit("flow", 1e-3),
    "t/year": Unit("flow", 1.0 / MONTHS_PER_YEAR),
    "kg/year": Unit("flow", 1e-3 / MONTHS_PER_YEAR),
    "kt/year": Unit("flow", 1e3 / MONTHS_PER_YEAR),
    "t": Unit("mass", 1.0),
    "kg": Unit("mass", 1e-3),
    "kt": Unit("mass", 1e3),
    "USD/t": Unit("price", 1.0),
    "USD/kg": Unit("price", 1e3),
    "USD/t per t/month": Unit("slope", 1.0),
    "1": Unit("ratio", 1.0),
    "%": Unit("ratio", 0.01),
    "t/t": Unit("ratio", 1.0),
    "months": Unit("time", 1.0),
    "years": Unit("time", float(MONTHS_PER_YEAR)),
    "days": Unit("days", 1.0),
    "1/year": Unit("rate", 1.0),
    "%/year": Unit("rate", 0.01),
    "1/month": Unit("monthly rate", 1.0),
    "%/month": Unit("monthly rate", 0.01),
    "t/month per USD/t": Unit("response", 1.0),
    "t/year per USD/t": Unit("response", 1.0 / MONTHS_PER_YEAR),
    "USD/t per t/year": Unit("slope", float(MONTHS_PER_YEAR)),
    "JPY/USD": Unit("exchange rate", 1.0),
    "year": Unit("calendar", 1.0),
    "USD per t/month": Unit("capital", 1.0),
    "USD per t/year": Unit("capital", float(MONTHS_PER_YEAR)),
    "USD/month": Unit("value", 1.0),
    "USD/year": Unit("value", 1.0 / MONTHS_PER_YEAR),
    "million USD/year": Unit("value", 1e6 / MONTHS_PER_YEAR),
    "USD": Unit("money", 1.0),
    "million USD": Unit("money", 1e6),
}


def units_of(dimension: str) -> list[str]:
    """Names of the accepted units of a dimension, for messages and the data dictionary."""
    return [name for name, unit in UNITS.items() if unit.dimension == dimension]
