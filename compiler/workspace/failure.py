"""The world's faults: disk, permissions, Git, network, a lost race. Never a fault of a spec, never a bug of ours.

Each says three things: what was attempted, what happened, what to try next. The command line turns them into exit
code 5. Text from outside (a path, a message of Git) is escaped and cut here, so it cannot start a log line of its own.
"""

import os
from typing import Self

TEXT_LIMIT = 300
"""Characters kept of a text from outside: enough for Git's own sentence, too little to flood a screen."""


class EnvironmentFailure(Exception):
    """Something outside kedge and outside the spec prevented the work."""

    def __init__(self, attempted: str, happened: str, advice: str) -> None:
        self.attempted = printable(attempted)
        self.happened = printable(happened)
        self.advice = printable(advice)
        super().__init__(f"cannot {self.attempted}: {self.happened}; {self.advice}")

    def __reduce__(self) -> tuple[type[Self], tuple[str, str, str]]:
        """Return what builds it again in another process: the three texts, not the sentence that Exception keeps."""
        return type(self), (self.attempted, self.happened, self.advice)

    @classmethod
    def of(
        cls, attempted: str, error: OSError, advice: str = "check permissions and free space, then run again"
    ) -> Self:
        """Return the failure for an error of the operating system."""
        code = os.strerror(error.errno) if error.errno else str(error)
        where = f" ({error.filename})" if isinstance(error.filename, str) else ""
        return cls(attempted, f"{code}{where}", advice)


class MissingFile(EnvironmentFailure):
    """There is no such file."""


class ForbiddenPath(EnvironmentFailure):
    """The path leaves the repository, goes through a symbolic link or names something that is not a plain file."""


class TooLarge(EnvironmentFailure):
    """The file is larger than any that is read."""


class Obstructed(EnvironmentFailure):
    """Something that kedge did not write is in the place of its output."""


class LostRace(EnvironmentFailure):
    """Somebody else moved the branch, or holds its lock, at the same moment: worth another attempt."""


def printable(text: str) -> str:
    """Return `text` on one line, without control characters, cut to TEXT_LIMIT characters."""
    line = " ".join(text.split())
    safe = "".join(char if char.isprintable() else char.encode("unicode_escape", "replace").decode() for char in line)
    return safe if len(safe) <= TEXT_LIMIT else safe[: TEXT_LIMIT - 1] + "…"
