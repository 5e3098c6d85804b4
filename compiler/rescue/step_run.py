"""One step on its machines: output, questions asked once for all, and how it ended on each."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from compiler.rescue.answers import KEY_STEP, Answers
from compiler.rescue.child import Child
from compiler.rescue.console import Console
from compiler.rescue.kit import Step, Stop
from compiler.rescue.machine import Machine
from compiler.rescue.order import WORKSTATION
from compiler.rescue.ssh import UNREACHABLE
from compiler.rescue.table import Table

LOST = "lost"
"""The result of a machine that does not answer, beside those of the program: ok, stop, skipped."""

_RESULT = re.compile(r"@result (\S+) (ok|stop|skipped) ([0-9]+)")
_FRAME = ("@", "== ")
"""How lines of the program begin that are for programs, or that say what the driver says once for all machines."""

_OWN = re.compile(r"(OK|STOP): ")


class Outcome(NamedTuple):
    """How a step ended on a machine. `last`: the line in which it says so itself."""

    machine: Machine
    result: str
    last: str
    lines: tuple[str, ...]


class StepRun:
    """Runs one step. An answer goes to every machine that asks the same in this step."""

    def __init__(self, step: Step, console: Console, table: Table, known: Answers) -> None:
        self._step = step
        self._console = console
        self._table = table
        self._known = known
        self._answers: dict[str, asyncio.Task[str]] = {}
        self._failure: Stop | None = None

    async def on(self, machines: Sequence[Machine], words: Callable[[Machine], list[str]]) -> list[Outcome]:
        """Run it on machines at once; what destroys, on one of them first, and on the others where that succeeded."""
        try:
            return await self._all(machines, words)
        finally:
            _cancel(self._answers.values())

    async def _all(self, machines: Sequence[Machine], words: Callable[[Machine], list[str]]) -> list[Outcome]:
        first = machines[:1] if self._step.in_turn else machines
        outcomes = await self._together(first, words)
        if self._step.in_turn and not any(outcome.result in ("stop", LOST) for outcome in outcomes):
            outcomes += await self._together(machines[1:], words)
        return outcomes

    async def _together(self, machines: Sequence[Machine], words: Callable[[Machine], list[str]]) -> list[Outcome]:
        return list(await asyncio.gather(*(self._one(machine, words(machine)) for machine in machines)))

    async def _one(self, machine: Machine, words: list[str]) -> Outcome:
        child = machine.program(*words)
        lines: list[str] = []
        asking: list[asyncio.Task[None]] = []
        child.on_line = lambda line: self._show(machine, line, lines)
        child.on_question = lambda prompt: asking.append(
            asyncio.ensure_future(self._answer(child, machine, prompt, lines))
        )
        child.on_withdrawal = lambda: _cancel(asking)
        self._table.start(machine.name, self._step.phase, self._step.slug)
        outcome = Outcome(machine, "stop", "interrupted", ())
        try:
            code = await child.run()
            if self._failure:
                raise self._failure
            outcome = _outcome(machine, code, lines)
            return outcome
        finally:
            _cancel(asking)
            self._table.finish(machine.name, self._step.phase, outcome.result)
            self._console.draw()

    def _show(self, machine: Machine, line: str, lines: list[str]) -> None:
        lines.append(line)
        own = not any(_RESULT.fullmatch(before) for before in lines)
        if line.strip() and not line.startswith(_FRAME) and (own or line.startswith("STOP")):
            self._console.line(f"{machine.name} | {line}")

    async def _answer(self, child: Child, machine: Machine, prompt: str, lines: list[str]) -> None:
        text = self._known.find(self._step, machine.name, prompt, lines[-1] if lines else "")
        if text:
            self._console.line(f"{machine.name} | {prompt}(answered by the driver)")
            child.answer(text)
            return
        if prompt not in self._answers:
            self._answers[prompt] = asyncio.ensure_future(self._ask(machine, prompt))
        try:
            child.answer(await asyncio.shield(self._answers[prompt]))
        except Stop as stop:
            self._failure = stop
            child.end()

    async def _ask(self, machine: Machine, prompt: str) -> str:
        hidden = machine.name == WORKSTATION and self._step.slug == KEY_STEP
        several = self._step.place in ("each_member", "remaining_members")
        which = ", and for every host that asks the same" if several else ""
        return await self._console.ask(f"{machine.name} asks in {self._step.slug}{which}:", prompt, hidden=hidden)


def _outcome(machine: Machine, code: int | None, lines: Sequence[str]) -> Outcome:
    said = [line for line in lines if line.strip() and not line.startswith("@")]
    last = next((line for line in reversed(said) if _OWN.match(line)), said[-1] if said else "")
    results = [found for found in map(_RESULT.fullmatch, lines) if found]
    if results:
        return Outcome(machine, results[-1][2], last, tuple(lines))
    if code == UNREACHABLE or code is None:
        return Outcome(machine, LOST, said[-1] if said else "no output", tuple(lines))
    return Outcome(machine, "stop", said[-1] if said else f"exit code {code}", tuple(lines))


def _cancel(tasks: Iterable[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
