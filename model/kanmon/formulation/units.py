"""Units of the program: numbers alone to solve it, Pyomo units to prove that every equation adds like to like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Units:
    """What the constants of the equations are multiplied by: a tonne, a month, a dollar. Numbers one, or Pyomo units."""

    tonne: Any = 1.0
    month: Any = 1.0
    dollar: Any = 1.0

    @property
    def flow(self):
        """t/month."""
        return self.tonne / self.month

    @property
    def price(self):
        """USD/t."""
        return self.dollar / self.tonne

    @property
    def slope(self):
        """USD/t per t/month."""
        return self.price / self.flow


PLAIN = Units()


def declared(unit: Any) -> Any:
    """A unit as a variable is declared with it: none where units are numbers."""
    return None if isinstance(unit, float) else unit
