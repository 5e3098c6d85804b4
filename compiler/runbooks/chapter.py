"""What a chapter is: one failure scenario of one cluster as typed steps. The words lie apart, one file per language."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["read-only", "changing", "destructive"]
"""`read-only` changes nothing in the cluster (it may write to kedge's own folder); `destructive` asks for a typed word."""

Place = Literal["workstation", "each", "one", "others", "new"]
"""Where a block is pasted: on a workstation, or in a root shell on each of the hosts, on one of them (the same one
throughout), on every other one, or on the host that replaces a lost one."""

STOP = "stop"
"""The failure of a step that no other step mends: stop and call."""


@dataclass(frozen=True, slots=True)
class Run:
    """One block of shell lines, complete in itself. `hosts`: what its place chooses from; empty for other places."""

    place: Place
    hosts: tuple[str, ...]
    commands: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One action. `minutes`: for all its hosts together. `on_failure`: the id of the step to go to, or `stop`."""

    id: str
    kind: Kind
    minutes: int
    runs: tuple[Run, ...]
    on_failure: str = STOP


@dataclass(frozen=True, slots=True)
class Chapter:
    """The chapter of one failure scenario. `name`: of its words; `rto`: seconds promised, None where nothing is.

    `first` is the safe command of the first screen: it changes nothing and needs no earlier step.
    """

    name: str
    rto: int | None
    first: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def file(self) -> str:
        """Name of the page."""
        return self.name.replace("_", "-") + ".md"
