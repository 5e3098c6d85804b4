"""How far a command over clusters is: a line on the terminal from the first second on, gone when it ends."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import TextIO, TypeVar

R = TypeVar("R")

FIRST_SECONDS = 1.0
"""A command that ends before shows nothing."""

_PAUSE_SECONDS = 0.1
_CELLS = 24


def visible(stream: TextIO) -> bool:
    """Return whether somebody looks at a stream on a terminal that can take a line back."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def counted(
    results: Iterator[R], total: int, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
) -> Iterator[R]:
    """Yield the results, and show on `stream` (standard error) how many of `total` there were."""
    out, started = stream or sys.stderr, clock()
    drawn = started + FIRST_SECONDS - _PAUSE_SECONDS
    try:
        for done, result in enumerate(results, 1):
            now = clock()
            if now - drawn >= _PAUSE_SECONDS:
                drawn = now
                _draw(out, line(done, total, now - started))
            yield result
    finally:
        if drawn > started + FIRST_SECONDS - _PAUSE_SECONDS:
            _draw(out, "")


def line(done: int, total: int, seconds: float) -> str:
    """Return the line: a bar, the numbers, and the time that the rest takes at the same pace."""
    filled = _CELLS * done // total
    left = round(seconds / done * (total - done))
    return f"[{'#' * filled:<{_CELLS}}] {done}/{total} clusters, {left} s left"


def _draw(stream: TextIO, text: str) -> None:
    stream.write(f"\r{text}\x1b[K")
    stream.flush()
