"""One server process: in a session of its own, logging to a file, ended by TERM, a wait, then KILL."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

GRACE = 10.0  # seconds between TERM and KILL


class Process:
    """A started command; `pid` is the server itself, its session id and its group id at once."""

    def __init__(self, name: str, command: Sequence[str], log: Path, environment: Mapping[str, str], cwd: Path) -> None:
        self.name = name
        self.log = log
        with log.open("ab") as output:
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd=cwd,
                start_new_session=True,
            )
        self.pid = self._child.pid

    @property
    def running(self) -> bool:
        return self._child.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """Sends to the whole session, children included; one that has ended gets nothing."""
        if self.running:
            os.killpg(self.pid, number)

    def stop(self) -> None:
        """Ends it cleanly, or by force after the grace period."""
        self.signal(signal.SIGTERM)
        self.signal(signal.SIGCONT)  # a process stopped by SIGSTOP would not see the first
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(GRACE)
        self.kill()

    def kill(self) -> None:
        """Ends it at once, as a power failure does."""
        self.signal(signal.SIGKILL)
        self._child.wait()

    def tail(self, lines: int = 20) -> str:
        """The end of its log, for a failure's message."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def until(
    condition: Callable[[], bool], what: str, process: Process | None = None, timeout: float = 30.0, pause: float = 0.05
) -> float:
    """Waits until the condition holds and returns the seconds it took.

    Raises TimeoutError after `timeout` seconds, and at once when the process that is waited for has ended.
    """
    started = time.monotonic()
    while not condition():
        waited = time.monotonic() - started
        ended = process is not None and not process.running
        if ended or waited > timeout:
            log = f"\n{process.name}:\n{process.tail()}" if process else ""
            raise TimeoutError(f"{what}: {'process ended' if ended else 'not'} after {waited:.1f} s{log}")
        time.sleep(pause)
    return time.monotonic() - started
