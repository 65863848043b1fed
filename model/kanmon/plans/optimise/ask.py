"""A question with some of it stated anew on the command line."""

from __future__ import annotations

from pydantic import ValidationError

from kanmon.errors import InputError, Problem
from kanmon.plans.optimise.question import Question


def asked(question: Question, levers: str | None, budgets: str | None, tail_limits: str | None, points: int | None, tail_weight: float | None, foresight: bool) -> Question:
    """The question as it stands in its file, where nothing else is stated.

    Args:
        question: from a file.
        levers: names, separated by commas; those that the file names keep what it says of them.
        budgets, tail_limits: million USD, separated by commas; stating the one drops the other.
        points, tail_weight: instead of those of the file.
        foresight: whether everybody shall know how long a ban lasts, whatever the file says.

    Raises:
        InputError: what is stated makes no question.
    """
    content = question.model_dump(mode="json")
    if levers is not None:
        of_file = {lever["name"]: lever for lever in content["levers"]}
        content["levers"] = [of_file.get(name, {"name": name}) for name in (part.strip() for part in levers.split(","))]
    if budgets is not None or tail_limits is not None:
        content["budgets"], content["tail_limits"] = _numbers("--budgets", budgets), _numbers("--tail-limits", tail_limits)
    content |= {name: value for name, value in (("points", points), ("tail_weight", tail_weight)) if value is not None}
    content["foresight"] = content["foresight"] or foresight
    try:
        return Question.model_validate(content)
    except ValidationError as error:
        raise InputError([Problem(".".join(map(str, item["loc"])) or "question", str(item["msg"]), "state it as scenarios/README.md says") for item in error.errors()]) from None


def _numbers(option: str, text: str | None) -> list[float]:
    """Numbers separated by commas."""
    try:
        return [] if text is None else [float(part) for part in text.split(",")]
    except ValueError:
        raise InputError([Problem(option, f"{text[:80] if text else ''!r} is not a list of numbers", "write them as 10,50,200")]) from None
