"""What the file of a plan and that of the futures hold. The descriptions of the fields are the reference that users read (``scenarios/README.md``)."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from kanmon.scenario.fields import Language, Number, Strict, Text
from kanmon.scenario.months import Month, month_name

Probability = Annotated[Number, Field(ge=0, le=1)]

MISSED = 1e-6
"""Probabilities may miss one by this much, for decimals cut off [1]."""


class PlanWords(Strict):
    """The words of a plan, or of a question to the optimiser, in another language than English. They change nothing but the report."""

    title: Text | None = Field(None, description="title")
    note: Text | None = Field(None, description="note")


class FutureWords(PlanWords):
    """The words of the file of the futures in another language than English. Titles of the futures themselves stand in their scenarios."""

    reasons: dict[str, Text] = Field(default_factory=dict, description="reasons of the probabilities, by scenario")


class Step(Strict):
    """A lever and how far it is pulled."""

    name: Text = Field(description="lever, one of lever_names.csv")
    level: Number = Field(ge=0, description="how far, in the unit that lever_names.csv states; 0 is not at all")
    start: Month | None = Field(None, description="month in which it is decided; left out, that of the plan")


class Plan(Strict):
    """What is decided beforehand: levers with level and start."""

    title: Text = Field(description="short title")
    note: str = Field("", description="why it is put together so", max_length=2000)
    decided: Month = Field(description="month of the decision, as \"YYYY-MM\"; nothing of it is counted before")
    levers: tuple[Step, ...] = Field((), description="[[levers]]: what is done; none is a plan of doing nothing")
    words: dict[Language, PlanWords] = Field(default_factory=dict, description="[words.ja]: title and note in the language of that code, where the report is read in it")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names = [step.name for step in self.levers]
        for place, step in enumerate(self.levers):
            if step.name in names[:place]:
                raise ValueError(f"levers[{place}] is {step.name!r} again; state one level for it")
            if step.start is not None and step.start < self.decided:
                raise ValueError(f"levers[{place}] starts in {month_name(step.start)}, before the plan is decided ({month_name(self.decided)})")
        return self

    @property
    def pulled(self) -> tuple[Step, ...]:
        """Levers at a level above zero."""
        return tuple(step for step in self.levers if step.level > 0)

    def start_of(self, step: Step) -> int:
        """Month in which a lever is decided."""
        return self.decided if step.start is None else step.start


class Future(Strict):
    """One future, and how likely it is held to be."""

    scenario: Text = Field(description="scenario of the same folder, or a shipped one")
    probability: Probability = Field(description="how likely it is; the probabilities of all futures add up to one")
    low: Probability = Field(description="low end of what may be held likely")
    high: Probability = Field(description="high end of what may be held likely")
    reason: Text = Field(description="why, and that it is a judgement if it is one")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.probability <= self.high:
            raise ValueError("give low <= probability <= high")
        return self


class FutureSheet(Strict):
    """Futures that plans are judged in."""

    title: Text = Field(description="short title")
    note: str = Field("", description="how they were chosen", max_length=2000)
    counted_from: Month = Field(description="month from which gains and costs of plans are counted, and to which they are discounted")
    tail: Probability = Field(0.2, gt=0, description="share of probability that counts as the tail: its mean loss is the conditional value at risk")
    futures: tuple[Future, ...] = Field(description="[[futures]]: scenarios on one path, that differ in their measures only", min_length=1)
    words: dict[Language, FutureWords] = Field(default_factory=dict, description="[words.ja]: title, note and reasons in the language of that code, where the report is read in it")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names = [future.scenario for future in self.futures]
        if len(set(names)) < len(names):
            raise ValueError("a scenario stands twice among the futures; keep one and add up its probabilities")
        unknown = [f"words.{language}.reasons names {name!r}" for language, words in self.words.items() for name in words.reasons if name not in names]
        if unknown:
            raise ValueError(f"{'; '.join(unknown)}, which is none of the futures; correct the name")
        total = sum(future.probability for future in self.futures)
        if abs(total - 1.0) > MISSED:
            raise ValueError(f"the probabilities add up to {total:.6g}; let them add up to 1")
        return self
