"""Clusters one by one, or several at once; results always in the order of the clusters."""

import signal
from collections.abc import Callable, Iterator
from typing import TypeVar

from msgspec import Struct

from compiler.cli.progress import counted

R = TypeVar("R")


class Workers(Struct, frozen=True):
    """Process `jobs` clusters in parallel; `watched`: somebody is shown how far it is."""

    jobs: int = 1
    watched: bool = False

    def each(self, function: Callable[[str], R], clusters: tuple[str, ...]) -> Iterator[R]:
        """Yield the result of each cluster in order. One job holds one cluster in memory; more jobs fork."""
        one = self.jobs == 1 or len(clusters) <= 1
        results = map(function, clusters) if one else _forked(function, clusters, self.jobs)
        return counted(results, len(clusters)) if self.watched else results


ONE = Workers()


def _forked(function: Callable[[str], R], clusters: tuple[str, ...], jobs: int) -> Iterator[R]:
    import multiprocessing

    # Processes inherit the mask: Ctrl-C goes to all of the terminal, this process alone answers it and ends the others.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        pool = multiprocessing.get_context("fork").Pool(min(jobs, len(clusters)), _take, (function,))
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    with pool:
        yield from pool.imap(_run, clusters, chunksize=max(1, len(clusters) // (jobs * 8)))


_function: list[Callable[[str], object]] = []


def _take(function: Callable[[str], object]) -> None:
    _function[:] = [function]


def _run(cluster: str) -> object:
    return _function[0](cluster)
