"""One process of a run: its output line by line, its open question, and how it ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence

QUESTION_ENDS = (": ", "? ")
IDLE = 0.3
"""Seconds without output after which an unfinished line that ends like a question is one."""

SILENCE = 300.0
"""Seconds without output after which a process counts as hung: a step prints a line at least every 30 seconds."""

MAX_PENDING = 65536
"""Bytes of an unfinished line that are kept."""

_TICK = 0.05
_LAST_WORDS = 0.5
"""Seconds in which output is still read after the process has ended: something that it started may keep the pipe open."""


class Child:
    """A process in a session of its own, so that an interrupt at the terminal reaches only us; it ends with `run`.

    `on_line` gets each line, `on_question` an unfinished line that waits for an answer, `on_withdrawal` is called when it
    goes on without one.
    """

    def __init__(self, command: Sequence[str], *, environment: Mapping[str, str] | None = None) -> None:
        self.on_line: Callable[[str], None] = lambda _: None
        self.on_question: Callable[[str], None] = lambda _: None
        self.on_withdrawal: Callable[[], None] = lambda: None
        self._command = list(command)
        self._environment = dict(os.environ, **(environment or {}))
        self.silence: float | None = SILENCE
        self._pending = b""
        self._asked = False
        self._at_end = False
        self._heard = 0.0
        self._process: subprocess.Popen[bytes] | None = None

    async def run(self, feed: bytes | None = None) -> int | None:
        """Run to the end and return the exit code, None for one that was silent for too long. `feed`: all of its input."""
        process = self._process = subprocess.Popen(  # noqa: S603 - our own command lines, no shell
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self._environment,
            start_new_session=True,
        )
        self._heard = time.monotonic()
        try:
            if feed is not None:
                await asyncio.get_running_loop().run_in_executor(None, self._feed, feed)
            return await self._follow(process)
        finally:
            _end(process)

    def answer(self, text: str) -> None:
        """Type an answer to the open question."""
        self._asked, self._pending, self._heard = False, b"", time.monotonic()
        self._write(f"{text}\n".encode())

    def end(self) -> None:
        """Ask it to end."""
        if self._process and self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGTERM)

    def close_input(self) -> None:
        """End its input."""
        if self._process and self._process.stdin:
            with contextlib.suppress(OSError):
                self._process.stdin.close()

    async def _follow(self, process: subprocess.Popen[bytes]) -> int | None:
        output = process.stdout
        if output is None:
            return None
        os.set_blocking(output.fileno(), False)
        loop = asyncio.get_running_loop()
        loop.add_reader(output.fileno(), self._read, output.fileno())
        try:
            while not self._at_end and process.poll() is None:
                await asyncio.sleep(_TICK)
                if self._is_silent():
                    return None
            last = time.monotonic() + _LAST_WORDS
            while (not self._at_end or process.poll() is None) and time.monotonic() < last:
                await asyncio.sleep(_TICK)
        finally:
            loop.remove_reader(output.fileno())
            self._finish_line()
        return process.poll()

    def _read(self, descriptor: int) -> None:
        try:
            chunk = os.read(descriptor, 65536)
        except BlockingIOError:
            return
        self._heard = time.monotonic()
        if self._asked:  # it went on by itself: that was no question
            self._asked = False
            self.on_withdrawal()
        if not chunk:
            self._at_end = True
            asyncio.get_running_loop().remove_reader(descriptor)
        *lines, self._pending = (self._pending + chunk).replace(b"\r", b"\n").split(b"\n")
        for line in lines:
            self.on_line(line.decode("utf-8", "replace"))
        if len(self._pending) > MAX_PENDING:
            self._finish_line()

    def _is_silent(self) -> bool:
        """Return whether it hangs; notices a question on the way, for which there is no limit."""
        quiet = time.monotonic() - self._heard
        text = self._pending.decode("utf-8", "replace")
        if not self._asked and quiet > IDLE and text.endswith(QUESTION_ENDS):
            self._asked = True
            self.on_question(text)
        return self.silence is not None and not self._asked and quiet > self.silence

    def _finish_line(self) -> None:
        if self._pending and not self._asked:
            self.on_line(self._pending.decode("utf-8", "replace"))
        self._pending = b""

    def _write(self, data: bytes) -> None:
        if self._process and self._process.stdin:
            with contextlib.suppress(OSError):
                self._process.stdin.write(data)
                self._process.stdin.flush()

    def _feed(self, data: bytes) -> None:
        self._write(data)
        self.close_input()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and what it started, where it still runs, and let go of its pipes."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(1.0)
    for pipe in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):
            if pipe:
                pipe.close()
