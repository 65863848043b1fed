"""Run chunks on this machine: processes of their own, which end with the run that started them.

Each worker holds one end of a pipe and gets its next chunk when it has sent back the last. When the run is killed, its workers end with
it; when a worker is killed, its chunk goes to another one.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from threading import Thread

import pandas as pd

from kanmon.ensembles.chunks import Chunk
from kanmon.ensembles.study import Study, evaluate_all
from kanmon.errors import KanmonError

Done = tuple[int, pd.DataFrame]
"""Number of a chunk, and its outcomes."""

ATTEMPTS = 3
"""How many workers may die over one chunk."""

ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
"""Workers share the cores among them: each computes on one, whatever the linear algebra would like."""


class WorkerDied(KanmonError):
    """Workers died again and again over the same draws; the machine may be out of memory. What is finished is kept: run the same command again, with fewer workers."""


def run_here(study: Study, chunks: Sequence[Chunk]) -> Iterator[Done]:
    """Run chunks one after the other in this process."""
    for chunk in chunks:
        yield chunk.number, evaluate_all(study, chunk.first, chunk.values)


def run_on_workers(study: Study, chunks: Sequence[Chunk], count: int) -> Iterator[Done]:
    """Run chunks on worker processes, as they finish.

    Raises:
        WorkerDied: workers died over the same chunk.
    """
    waiting, deaths = list(reversed(chunks)), dict.fromkeys((chunk.number for chunk in chunks), 0)
    busy: dict[Connection, Chunk] = {}
    try:
        while waiting or busy:
            while waiting and len(busy) < count:
                busy_with = waiting.pop()
                busy[_started(study, busy_with)] = busy_with
            for pipe in wait(list(busy)):
                assert isinstance(pipe, Connection)
                chunk = busy.pop(pipe)
                try:
                    outcomes = pipe.recv()
                except (EOFError, ConnectionError):
                    deaths[chunk.number] += 1
                    if deaths[chunk.number] >= ATTEMPTS:
                        raise WorkerDied(WorkerDied.__doc__) from None
                    waiting.append(chunk)
                    continue
                if waiting:
                    busy[pipe] = waiting.pop()
                    _send(pipe, busy[pipe])
                else:
                    pipe.close()
                yield chunk.number, outcomes
    finally:
        for pipe in busy:
            pipe.close()


def _started(study: Study, chunk: Chunk) -> Connection:
    """A new worker at its first chunk."""
    context = get_context("spawn")
    mine, other = context.Pipe()
    with _environment(ONE_THREAD):
        context.Process(target=_work, args=(other, study), daemon=True).start()
    other.close()
    _send(mine, chunk)
    return mine


def _send(pipe: Connection, chunk: Chunk) -> None:
    """Hand a chunk over; where nobody is there any more, the next look at the pipe says so."""
    with suppress(ConnectionError):
        pipe.send(chunk)


@contextmanager
def _environment(settings: dict[str, str]) -> Iterator[None]:
    """Environment variables that a new process starts with."""
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _work(pipe: Connection, study: Study) -> None:
    """Compute chunks until nobody asks for any, or the run that asked is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            chunk = pipe.recv()
            pipe.send(evaluate_all(study, chunk.first, chunk.values))
        except (EOFError, ConnectionError):
            return


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
