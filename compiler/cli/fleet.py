"""Clusters one by one, or several at once; results always in the order of the clusters."""

from collections.abc import Callable, Iterator
from typing import TypeVar

R = TypeVar("R")


def each(function: Callable[[str], R], clusters: tuple[str, ...], jobs: int) -> Iterator[R]:
    """Yield the result of each cluster in order. One job holds one cluster in memory; more jobs fork."""
    if jobs == 1 or len(clusters) == 1:
        yield from map(function, clusters)
        return
    import multiprocessing

    with multiprocessing.get_context("fork").Pool(min(jobs, len(clusters)), _take, (function,)) as pool:
        yield from pool.imap(_run, clusters, chunksize=max(1, len(clusters) // (jobs * 8)))


_function: list[Callable[[str], object]] = []


def _take(function: Callable[[str], object]) -> None:
    _function[:] = [function]


def _run(cluster: str) -> object:
    return _function[0](cluster)
