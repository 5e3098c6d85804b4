"""A machine of a run, the workstation or a host, and what its copy of the kit reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from compiler.rescue.child import Child
from compiler.rescue.kit import PROGRAM, Kit
from compiler.rescue.order import WORKSTATION
from compiler.rescue.ssh import UNREACHABLE, Connections

_STEPS = 7
"""Words of a line `@state procedure step digest start end result who` behind the first."""


class Run(NamedTuple):
    """A run of a step that a machine has noted."""

    procedure: str
    step: str
    digest: str
    start: str
    end: str
    result: str
    who: str


class Status(NamedTuple):
    """What a machine reports. `kit`: digest of its kit, empty without one; `holder`: who has its lock; `said`: its last line."""

    reached: bool
    kit: str
    holder: str
    runs: tuple[Run, ...]
    said: str


class Machine:
    """Where steps run. `address` is empty for the workstation."""

    def __init__(self, name: str, address: str, kit: Kit, connections: Connections, who: str) -> None:
        self.name = name
        self.address = address
        self._kit = kit
        self._connections = connections
        self._who = who

    def program(self, *words: str) -> Child:
        """Return a run of the kit's program on this machine."""
        if self.name == WORKSTATION:
            own = ["sh", str(self._kit.folder / PROGRAM), "--workstation", "--who", self._who, *words]
            return Child(own, environment=self._connections.environment)
        return self.command(self._kit.values["KIT_COMMAND"], "--who", self._who, *words)

    def command(self, *words: str) -> Child:
        """Return a run of a command on a host, as root."""
        return Child(self._connections.command(self.address, list(words)))

    async def status(self) -> Status:
        """Ask what is there."""
        code, lines = await collect(self.program("status"))
        marked = [line.split() for line in lines if line.startswith("@")]
        facts = {words[0]: words[1] for words in marked if len(words) > 1}
        runs = [Run(*words[1:]) for words in marked if words[0] == "@state" and len(words) == _STEPS + 1]
        return Status(
            reached=code != UNREACHABLE,
            kit=facts.get("@kit", ""),
            holder=facts.get("@lock", ""),
            runs=tuple(runs),
            said=next((line for line in reversed(lines) if line.strip()), ""),
        )

    async def install(self) -> tuple[int | None, list[str]]:
        """Copy the kit to a host and install it; return exit code and output."""
        script = 'D=$(mktemp -d) && tar -xf - -C "$D" && sh "$D/install.sh"; R=$?; rm -rf "$D"; exit $R'
        return await collect(self.command("sh", "-c", script), self._kit.archive())


async def collect(child: Child, feed: bytes = b"") -> tuple[int | None, list[str]]:
    """Run a child that asks nothing, and return its exit code and its lines."""
    lines: list[str] = []
    child.on_line = lines.append
    code = await child.run(feed)
    return code, lines


def finished(runs: Sequence[Run], procedure: str, digests: dict[str, str]) -> frozenset[str]:
    """Return the steps of a procedure whose last run succeeded, by the same shell as ours."""
    last = {run.step: run for run in runs if run.procedure == procedure}
    return frozenset(s for s, run in last.items() if run.result == "ok" and run.digest == digests.get(s))


def moment(text: str) -> datetime | None:
    """Return a time of a state file, None for what is none."""
    try:
        return datetime.strptime(text.replace("Z", "+0000"), "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        return None
