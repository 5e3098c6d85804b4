"""The person's terminal: lines that scroll, a table below them, and one question at a time."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sys
import termios
import threading
from collections import deque
from collections.abc import Callable, Iterator

from compiler.rescue.kit import Stop
from compiler.rescue.log import Log
from compiler.rescue.text import clean, fit, without_secrets

_ERASE = "\x1b[{}F\x1b[J"
_NARROW = 20


class Console:
    """Reads standard input and writes standard output; on a terminal the table is redrawn in place."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.table: Callable[[], list[str]] = list
        self._terminal = sys.stdout.isatty()
        self._drawn = 0
        self._prompt = ""
        self._turn = asyncio.Lock()
        self._typed: deque[str] = deque()
        self._arrived = asyncio.Event()
        self._ended = False
        self._words: dict[str, asyncio.Event] = {}

    def open(self) -> None:
        """Begin to read what is typed."""
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._read, args=(loop,), daemon=True).start()

    def line(self, text: str) -> None:
        """Show and log a line; its characters are made safe first."""
        safe = without_secrets(clean(text))
        self.log.write(safe)
        if self._prompt and self._terminal:
            self._write(f"\r\x1b[K{safe}\n{self._prompt}")
            return
        self.erase()
        self._write(f"{safe}\n")
        self.draw()

    def draw(self) -> None:
        """Draw the table below the last line, where this is a terminal and no question is open."""
        if not self._terminal or self._prompt:
            return
        self.erase()
        columns = max(_NARROW, shutil.get_terminal_size().columns - 1)
        lines = [fit(line, columns).rstrip() for line in self.table()]
        self._write("".join(f"{line}\n" for line in lines))
        self._drawn = len(lines)

    def erase(self) -> None:
        """Take the table off the terminal."""
        if self._drawn:
            self._write(_ERASE.format(self._drawn))
        self._drawn = 0

    def print_table(self) -> None:
        """Show the table as lines that stay."""
        self.erase()
        for line in self.table():
            self._write(f"{clean(line)}\n")

    async def ask(self, introduction: str, prompt: str, *, hidden: bool = False) -> str:
        """Show a question and return the line that was typed. Raises Stop at the end of standard input."""
        async with self._turn:
            if self._terminal:
                self._typed.clear()
                self.print_table()
            self.line(introduction)
            self._prompt = clean(prompt)
            try:
                with _without_echo() if hidden else contextlib.nullcontext():
                    self._write(self._prompt)
                    answer = await self._next()
                    while hidden and answer.lstrip()[:1] in ("", "#"):  # a whole key file is pasted: its head
                        answer = await self._next()
            finally:
                shown = self._prompt
                self._prompt = ""
                self._write("" if self._terminal and not hidden else "\n")
            self.log.write(f"{shown}{'(not shown)' if hidden else clean(answer)}")
            return answer

    async def word(self, word: str) -> None:
        """Wait until a word is typed, which may also be in place of an answer."""
        event = self._words.setdefault(word, asyncio.Event())
        try:
            while not event.is_set():
                self._take_words()
                await asyncio.sleep(0.1)
        finally:
            del self._words[word]

    async def _next(self) -> str:
        while True:
            self._take_words()
            if self._typed:
                return self._typed.popleft()
            if self._ended:
                raise Stop("nobody answered: standard input has ended; run it again, and it goes on from here")
            self._arrived.clear()
            await self._arrived.wait()

    def _take_words(self) -> None:
        while self._typed and self._typed[0].strip() in self._words:
            self._words[self._typed.popleft().strip()].set()

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        pending = b""
        while True:
            try:
                chunk = os.read(0, 4096)
            except OSError:
                chunk = b""
            *lines, pending = (pending + chunk).split(b"\n")
            typed = [line.decode("utf-8", "replace").rstrip("\r") for line in lines]
            with contextlib.suppress(RuntimeError):  # the run has ended meanwhile
                loop.call_soon_threadsafe(self._receive, typed, not chunk)
            if not chunk:
                return

    def _receive(self, typed: list[str], ended: bool) -> None:
        self._typed.extend(typed)
        self._ended = self._ended or ended
        self._arrived.set()

    def _write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()


@contextlib.contextmanager
def _without_echo() -> Iterator[None]:
    """Keep a terminal from showing what is typed."""
    if not os.isatty(0):
        yield
        return
    before = termios.tcgetattr(0)
    silent = list(before)
    silent[3] &= ~termios.ECHO
    termios.tcsetattr(0, termios.TCSAFLUSH, silent)
    try:
        yield
    finally:
        termios.tcsetattr(0, termios.TCSAFLUSH, before)
