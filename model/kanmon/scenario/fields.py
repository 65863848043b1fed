"""Kinds of values that the keys of a scenario file may have."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Share = Annotated[Number, Field(ge=0, le=10)]
Tonnes = Annotated[Number, Field(ge=0)]
Language = Annotated[str, StringConstraints(pattern="^[a-z]{2}$")]


class Strict(BaseModel):
    """A table of a scenario: unknown keys are refused, and nothing changes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
