"""What the optimiser is asked, as a file: levers, budgets or limits, and how finely to look. The descriptions are the reference for users."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from kanmon.carried import scenario_folder
from kanmon.errors import InputError
from kanmon.evidence import sheet_of
from kanmon.plans.reading import GUIDE
from kanmon.plans.schema import PlanWords
from kanmon.scenario.fields import Language, Number, Strict, Text
from kanmon.scenario.months import Month


class Chosen(Strict):
    """A lever that is to be chosen."""

    name: Text = Field(description="lever, one of lever_names.csv")
    largest: Number | None = Field(None, gt=0, description="highest level looked at; left out, the largest level of the data pack")
    whole: bool = Field(False, strict=True, description="whether it comes in whole levels only; every one of them is then tried")


class Question(Strict):
    """A question to the optimiser."""

    title: Text = Field(description="short title")
    note: str = Field("", description="why these levers", max_length=2000)
    decided: Month = Field(description="month of the decision, as \"YYYY-MM\"")
    budgets: tuple[Number, ...] = Field((), description="most that a plan may cost the region, million USD of the pack's year; an answer for each")
    tail_limits: tuple[Number, ...] = Field((), description="most that the tail loss may be, million USD; for each the cheapest plan that meets it")
    points: int = Field(4, ge=2, le=50, strict=True, description="points of a lever on the first grid")
    rounds: int = Field(2, ge=0, le=50, strict=True, description="how often the engine is asked for what interpolation proposes, at most, on each grid")
    finer: int = Field(0, ge=0, le=20, strict=True, description="grids around the best plan so far, each half as wide as the one before")
    tail_weight: Number = Field(0.5, ge=0, description="weight of the tail loss beside the expected loss")
    counts_cost: bool = Field(False, strict=True, description="whether what a plan costs counts as loss; if not, a budget is spent as long as anything is gained")
    foresight: bool = Field(False, strict=True, description="whether everybody knows how long a ban lasts: many times faster, and not what the futures say")
    levers: tuple[Chosen, ...] = Field(description="[[levers]]: what is chosen", min_length=1)
    words: dict[Language, PlanWords] = Field(default_factory=dict, description="[words.ja]: title and note in the language of that code, where the report is read in it")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names = [lever.name for lever in self.levers]
        if len(set(names)) < len(names):
            raise ValueError("a lever stands twice; name it once")
        if not self.budgets and not self.tail_limits:
            raise ValueError("give budgets or tail_limits")
        return self


def shipped_question() -> Path:
    """File of the question that comes with the package."""
    return scenario_folder() / "optimise" / "question.toml"


def load_question(path: Path) -> Question:
    """Read a question.

    Raises:
        InputError: file, key path and remedy of every problem.
    """
    problems: list = []
    question = sheet_of(Question, path, path.name, GUIDE, problems)
    if question is None:
        raise InputError(problems)
    return question
