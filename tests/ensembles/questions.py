"""Questions that ensembles are tried on: a market with an answer by hand, and a function with known indices."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from kanmon.ensembles.design import EDGE
from kanmon.ensembles.factors import Factor
from kanmon.ensembles.outcomes import COLUMNS, HEADLINE
from kanmon.indicators.headlines import MEAN_PRICE
from kanmon.scenario.schema import Scenario
from worlds import documented_example

FACTS = "source,place,quality,variant,note\n"
MADE_UP = "example,a judgement,assumed,,\n"

INTERCEPT, COST, ROOM = (80.0, 100.0, 120.0), (20.0, 30.0, 40.0), (900.0, 1000.0, 1100.0)
"""Low, central and high: where South's demand ends, what its first tonne costs, and a capacity that is never reached."""


def two_sided(folder: Path) -> tuple[Path, Scenario]:
    """North sells to South at 10; barred from it, South meets its demand a - q from mines of its own at c + q.

    Its price is then (a + c) / 2, which is (a + c) / 20 of the price without the bar, whatever a and c are. With a from 80 to 120 and c from 20
    to 40, both triangular about the middle, the variance of a triangle being (h - l)^2 / 24, a explains 1600 / 2000 = 0.8 of the variance
    of the price, c 0.2, and the capacity of the mines nothing.
    """
    pack, _ = documented_example(folder)
    columns = "quantity,value,unit,currency_year,low,high,"
    write = {
        "demand": "region,industry,good," + columns + FACTS + _row("south,lamps,metal,intercept", INTERCEPT, "USD/t", 2023) + _row("south,lamps,metal,slope", (1, 1, 1), "USD/t per t/month", 2023),
        "activities": "region,activity," + columns + FACTS
        + _row("north,mining,cost_intercept", (10, 10, 10), "USD/t", 2023)
        + _row("south,mining,cost_intercept", COST, "USD/t", 2023)
        + _row("south,mining,cost_slope", (1, 1, 1), "USD/t per t/month", 2023)
        + _row("south,mining,capacity", ROOM, "t/month", ""),
    }  # fmt: skip
    for name, text in write.items():
        (pack / f"{name}.csv").write_text(text, encoding="utf-8")
    for name in ("stocks", "conduct"):
        (pack / f"{name}.csv").unlink()
    bar = {"name": "Bar", "kind": "ban", "exporter": "north", "goods": ["metal"], "destinations": ["south"], "announced": "2030-02", "effective": "2030-02", "end": "2030-03"}
    return pack, Scenario.model_validate({"title": "A bar", "question": "What does South pay?", "start": "2030-01", "months": 3, "measures": [bar]})


def _row(keys: str, ends: tuple[float, float, float], unit: str, year: int | str) -> str:
    low, value, high = ends
    return f"{keys},{value},{unit},{year},{low},{high},{MADE_UP}"


def unit_factor(name: str) -> Factor:
    """A fact between 0 and 1."""
    return Factor("made up", name, (), 0, "1", 0.0, 0.5, 1.0)


@dataclass(frozen=True)
class ByHand:
    """The same market by its formula, for the many draws that indices need: the price without and with the engine is compared elsewhere."""

    factors: tuple[Factor, ...]

    def identity(self) -> dict[str, str]:
        return {"scenario": "two sided", "data": "by hand", "engine": "none"}

    def evaluate(self, values: np.ndarray) -> pd.DataFrame:
        figure = {factor.quantity: value for factor, value in zip(self.factors, values, strict=True)}
        price = (figure["intercept"] + figure["cost_intercept"]) / 20
        return pd.DataFrame([(HEADLINE, MEAN_PRICE, "metal", "", "x baseline", price, "")], columns=COLUMNS)


@dataclass(frozen=True)
class Ishigami:
    r"""sin x1 + a sin^2 x2 + b x3^4 sin x1 with x uniform on [-pi, pi], a = 7 and b = 0.1.

    V1 = (1 + b pi^4/5)^2 / 2, V2 = a^2/8, V13 = 8 b^2 pi^8/225 (Ishigami and Homma 1990; Saltelli et al. 2008, section 4.6).
    The factors are triangular on [0, 1] and their shares are taken back to be uniform; Sobol designs keep from the ends.
    """

    factors: tuple[Factor, ...] = (unit_factor("x1"), unit_factor("x2"), unit_factor("x3"))
    edge: float = EDGE

    def identity(self) -> dict[str, str]:
        return {"scenario": "ishigami", "data": "none", "engine": "none"}

    def evaluate(self, values: np.ndarray) -> pd.DataFrame:
        share = np.where(values <= 0.5, 2 * values**2, 1 - 2 * (1 - values) ** 2)
        first, second, third = np.pi * (2 * (share - self.edge) / (1 - 2 * self.edge) - 1)
        return pd.DataFrame([(HEADLINE, "value", "ishigami", "", "1", np.sin(first) + 7 * np.sin(second) ** 2 + 0.1 * third**4 * np.sin(first), "")], columns=COLUMNS)


ISHIGAMI_FIRST, ISHIGAMI_TOTAL = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)
