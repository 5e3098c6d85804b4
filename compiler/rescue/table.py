"""The table of a run: host by phase."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

from compiler.rescue.text import fit

_GAP = 2
_CELL = 9


class Cell(NamedTuple):
    """What became of a phase on a machine. `since`: when its running step began, None where none runs."""

    state: str
    seconds: float
    since: float | None


class Table:
    """Rows are machines, columns phases; a cell has the state of its last step and the seconds of all of them."""

    def __init__(self, machines: Sequence[str], phases: Sequence[str]) -> None:
        self._machines = list(machines)
        self._phases = list(phases)
        self._cells: dict[tuple[str, str], Cell] = {}
        self._notes: dict[str, str] = {}

    def add(self, machine: str) -> None:
        """Add a row."""
        if machine not in self._machines:
            self._machines.append(machine)

    def start(self, machine: str, phase: str, slug: str) -> None:
        """Note that a step begins."""
        self.add(machine)
        before = self._cells.get((machine, phase), Cell("", 0.0, None))
        self._cells[machine, phase] = before._replace(state="run", since=time.monotonic())
        self._notes[machine] = slug

    def finish(self, machine: str, phase: str, state: str) -> None:
        """Note how it ended."""
        cell = self._cells[machine, phase]
        seconds = cell.seconds + (time.monotonic() - cell.since if cell.since is not None else 0.0)
        self._cells[machine, phase] = Cell(state, seconds, None)
        self._notes[machine] = ""

    def lines(self) -> list[str]:
        """Return the table, and what runs on each machine at the end of its row."""
        names = max(len(name) for name in ("", *self._machines)) + _GAP
        head = " " * names + "".join(fit(phase, _CELL + _GAP) for phase in self._phases)
        return [head.rstrip(), *(self._row(machine, names) for machine in self._machines)]

    def _row(self, machine: str, names: int) -> str:
        cells = (self._text(self._cells.get((machine, phase))) for phase in self._phases)
        row = fit(machine, names) + "".join(fit(cell, _CELL + _GAP) for cell in cells)
        return f"{row}{self._notes.get(machine, '')}".rstrip()

    @staticmethod
    def _text(cell: Cell | None) -> str:
        if cell is None:
            return "-"
        running = time.monotonic() - cell.since if cell.since is not None else 0.0
        return f"{cell.state} {cell.seconds + running:.0f} s"
