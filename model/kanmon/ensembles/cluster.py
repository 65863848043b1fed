"""Run chunks on a Dask cluster whose scheduler and workers the user has started. Only the results come back; files are written here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from distributed import Client, as_completed

from kanmon.ensembles.chunks import Chunk
from kanmon.ensembles.study import Study, evaluate_all
from kanmon.ensembles.workers import ATTEMPTS, Done, WorkerDied
from kanmon.errors import InputError, Problem

PATIENCE = 30
"""Seconds to wait for the scheduler."""


def run_on_cluster(study: Study, chunks: Sequence[Chunk], address: str) -> Iterator[Done]:
    """Run chunks on the workers of a scheduler, as they finish. A chunk whose worker is lost is run again on another one.

    Args:
        study: what is run; it is sent once to each worker.
        chunks: of draws.
        address: of the scheduler, such as tcp://127.0.0.1:8786.

    Raises:
        InputError: no scheduler answers, or a worker has several threads.
        WorkerDied: workers died over the same chunk.
    """
    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise InputError([Problem("--scheduler", f"no Dask scheduler answers at {address} ({error})", "start one with `dask scheduler`, and give the address that it prints")]) from None
    with client:
        _require_single_threads(client)
        known = client.submit(_same, study, key=f"study-{id(study)}", pure=False)
        futures = {client.submit(_computed, known, chunk, key=f"chunk-{chunk.number}-{id(study)}", pure=False, retries=ATTEMPTS): chunk for chunk in chunks}
        for future in as_completed(list(futures)):
            if future.status != "finished":
                raise WorkerDied(f"{WorkerDied.__doc__} ({future.exception()})")
            yield futures.pop(future).number, future.result()
            future.release()


def _require_single_threads(client: Client) -> None:
    """A process computes one draw at a time: the modelling language is not made for threads."""
    wide = [name for name, worker in client.scheduler_info(n_workers=-1)["workers"].items() if worker["nthreads"] > 1]
    if wide:
        raise InputError([Problem("--scheduler", f"{len(wide)} of its workers have more than one thread", "start them with `dask worker ADDRESS --nthreads 1 --nworkers N`")])


def _same(study: Study) -> Study:
    """The study as a task of its own, so that a worker that joins late, or after all others are lost, gets it too."""
    return study


def _computed(study: Study, chunk: Chunk):
    return evaluate_all(study, chunk.first, chunk.values)
