"""Git's objects by id, through one `git cat-file --batch` that stays open: a thousand of them in a dozen exchanges."""

from collections.abc import Callable, Iterator, Sequence
from typing import IO, Protocol

_REQUEST_BYTES = 4096
"""Of the requests that are sent before an answer is read: the smallest pipe that Linux gives takes them, so neither side waits for ever."""


class Batch(Protocol):
    """A `git cat-file --batch` that runs. Nobody ends one: it ends when it is let go."""

    stdin: IO[bytes]
    stdout: IO[bytes]


class Objects:
    """Reads the objects of one repository. `start` starts a process; one is kept for the next reader."""

    def __init__(self, start: Callable[[], Batch]) -> None:
        self._start = start
        self._idle: list[Batch] = []

    def read(self, oids: Sequence[str]) -> Iterator[bytes | None]:
        """Yield the content of each object, in order; None for one that is missing or damaged.

        A process goes back only when all that it was asked for was read: another reader would take what is left for its own.
        """
        start, at_once = 0, _REQUEST_BYTES // (max(map(len, oids), default=0) + 1)
        while start < len(oids):
            asked = oids[start : start + at_once]
            process = self._idle.pop() if self._idle else self._start()
            for left, content in enumerate(_answers(process, asked), 1 - len(asked)):
                start += 1
                if left == 0 and content is not None:
                    self._idle.append(process)
                yield content
                if content is None:  # a damaged object may have ended it, and nobody reads what it says of the reason
                    break


def _answers(process: Batch, asked: Sequence[str]) -> Iterator[bytes | None]:
    """Yield the content of each object; None, and then no more, where Git ended."""
    try:
        process.stdin.write("".join(f"{oid}\n" for oid in asked).encode())
        process.stdin.flush()
        for _ in asked:
            yield _content(process.stdout)
    except OSError:
        yield None


def _content(answers: IO[bytes]) -> bytes | None:
    """Return what one answer holds, `<id> <type> <size>`, content, line feed; None for another one, as `<id> missing`."""
    head = answers.readline().split()
    if len(head) != 3:
        return None
    content = answers.read(int(head[2]))
    return content if answers.read(1) == b"\n" else None
