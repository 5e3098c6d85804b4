"""The control-plane hosts of a run: who answers, whose kit is ours, and the lock that keeps others out."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from compiler.rescue.child import Child
from compiler.rescue.console import Console
from compiler.rescue.kit import Kit, Stop
from compiler.rescue.machine import Machine, Run, Status

_HELD = "@held"
_SHORT = 12


class Hosts:
    """Hosts by name. `absent`: those that a person has named as gone; `runs`: what each has noted so far."""

    def __init__(
        self, kit: Kit, machines: Sequence[Machine], console: Console, absent: Sequence[str], who: str
    ) -> None:
        self.machines = {machine.name: machine for machine in machines}
        self.absent = set(absent)
        self.runs: dict[str, tuple[Run, ...]] = {}
        self._kit = kit
        self._console = console
        self._who = who
        self._locks: dict[str, tuple[Child, asyncio.Task[int | None]]] = {}

    @property
    def present(self) -> list[Machine]:
        """The hosts that take part."""
        return [machine for name, machine in self.machines.items() if name not in self.absent]

    async def connect(self, names: Sequence[str]) -> None:
        """Make hosts ready: reached, with our kit, locked; or left out by whoever is asked."""
        left = [name for name in names if name not in self.absent]
        while left:
            found = await asyncio.gather(*(self.machines[name].status() for name in left))
            retry = []
            for name, status in zip(left, found):
                retry += [name] if await self._accept(name, status) else []
            left = [name for name in retry if name not in self.absent]
        if not self.present:
            raise Stop("no control-plane host is left: call whom the page names")

    async def leave_out(self, name: str) -> None:
        """Go on without a host."""
        self.absent.add(name)
        await self.free(name)
        self._console.line(f"driver | going on without {name}")
        if not self.present:
            raise Stop("no control-plane host is left: call whom the page names")

    async def free(self, *names: str) -> None:
        """Give locks back; all of them where none is named."""
        for name in names or tuple(self._locks):
            child, task = self._locks.pop(name, (None, None))
            if child and task:
                child.close_input()
                await asyncio.wait([task], timeout=3)
                task.cancel()

    async def _accept(self, name: str, status: Status) -> bool:
        """Look at what a host reports, and return whether it has to be asked again."""
        if not status.reached:
            return await self._ask_about(name, f"{name} does not answer: {status.said}")
        if status.kit != self._kit.digest:
            return await self._install(name, status)
        if status.holder and status.holder != self._who:
            raise Stop(f"{status.holder} works on {name}: two runs at once would undo each other; talk to them")
        self.runs[name] = status.runs
        return not await self._lock(name)

    async def _ask_about(self, name: str, problem: str) -> bool:
        answer = await self._console.ask(problem, f"Type retry, without {name} (it is gone), or stop: ")
        if answer.strip() == f"without {name}":
            await self.leave_out(name)
        elif answer.strip() == "stop":
            raise Stop(problem)
        return True

    async def _install(self, name: str, status: Status) -> bool:
        theirs = f"has another kit ({status.kit[:_SHORT]})" if status.kit else f"has no kit ({status.said})"
        problem = f"{name} {theirs}; this one is {self._kit.digest[:_SHORT]}"
        answer = await self._console.ask(problem, f"Type install to copy this kit to it, without {name}, or stop: ")
        if answer.strip() == f"without {name}":
            await self.leave_out(name)
        elif answer.strip() == "install":
            code, lines = await self.machines[name].install()
            for line in lines:
                self._console.line(f"{name} | {line}")
            if code != 0:
                await self._ask_about(name, f"the kit was not installed on {name} (exit code {code})")
        elif answer.strip() == "stop":
            raise Stop(problem)
        return True

    async def _lock(self, name: str) -> bool:
        """Keep a host for this run as long as it lives; return whether it is kept. Raises Stop where another run has it."""
        if name in self._locks and not self._locks[name][1].done():
            return True
        child = self.machines[name].program("hold")
        child.silence = None
        lines: list[str] = []
        child.on_line = lines.append
        task = asyncio.ensure_future(child.run())
        while _HELD not in lines and not task.done():
            await asyncio.sleep(0.05)
        if _HELD in lines:
            self._locks[name] = (child, task)
            return True
        said = next((line for line in reversed(lines) if line.strip()), "no output")
        if said.startswith("STOP "):
            raise Stop(f"{name}: {said[5:]}")
        await self._ask_about(name, f"{name} cannot be locked: {said}")
        return False
