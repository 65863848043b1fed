"""Run episodes: the prediction, the other beliefs, and the ends of the ranged parameters one at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from kanmon.backtest.episodes import Episode, read_episodes
from kanmon.backtest.score import FIGURES, score_episode
from kanmon.errors import KanmonError
from kanmon.runs.run import Progress, run_scenario
from kanmon.scenario.schema import Scenario
from kanmon.solution.layout import Tables

Role = Literal["central", "band", "apart"]


@dataclass(frozen=True)
class Job:
    """One run of an episode."""

    name: str
    role: Role
    scenario: Scenario


def jobs_of(episode: Episode) -> Iterator[Job]:
    """The runs of an episode, the prediction first."""
    sheet = episode.sheet
    central = episode.scenarios[sheet.central]
    yield Job(sheet.central, "central", central)
    for name in sheet.beliefs:
        yield Job(name, "band", episode.scenarios[name])
    for item in sheet.ranges:
        for take in ("low", "high"):
            yield Job(f"{item.name}, {take}", "band", central.model_copy(update={"assumptions": (*central.assumptions, item.end(take))}))
    for name in sheet.apart:
        yield Job(name, "apart", episode.scenarios[name])


def backtest(folder: Path | None = None, progress: Progress = lambda stage: None) -> pd.DataFrame:
    """Every scored figure of every episode, observed and predicted.

    Args:
        folder: folder of an episode, or of several; those that come with the package if left out.
        progress: called with the name of each run as it begins.

    Returns:
        columns :data:`kanmon.backtest.score.FIGURES`; :func:`kanmon.backtest.score.summarise` judges series by series.

    Raises:
        InputError: an episode cannot be read.
    """
    return backtest_episodes(read_episodes(folder), progress)


def backtest_episodes(episodes: Iterable[Episode], progress: Progress = lambda stage: None) -> pd.DataFrame:
    """The same for episodes that have been read."""
    frames = [backtest_episode(episode, progress) for episode in episodes]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(FIGURES))


def backtest_episode(episode: Episode, progress: Progress = lambda stage: None) -> pd.DataFrame:
    """Scored figures of one episode. A run that does not come out is named in ``failed`` and left out of the band."""
    tables: dict[Role, list[Tables]] = {"central": [], "band": [], "apart": []}
    failed = []
    for job in jobs_of(episode):
        progress(f"{episode.name}: {job.name}")
        try:
            tables[job.role].append(run_scenario(job.scenario, episode.pack, job.name).realised)
        except KanmonError as error:
            failed.append(f"{job.name} ({' '.join(str(error).split())[:200]})")
    central = tables["central"][0] if tables["central"] else None
    return score_episode(episode, central, tables["central"] + tables["band"], tables["apart"], "; ".join(failed))
