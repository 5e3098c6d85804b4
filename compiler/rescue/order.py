"""The order of a run: which steps are left, on which machines, and which are done while another one waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from compiler.rescue.kit import Step

WORKSTATION = "workstation"
WAITS = {
    "wait-for-quorum": ("check-nodes", "verify-new-pods"),
    "wait-for-members": ("check-members", "verify-new-pods"),
}
"""Steps that wait for lost hosts to come back, and what is left to do where they do."""

JOIN = "print-join-command"
"""Its output is needed on another machine, so it runs again though it was done."""

Done = Mapping[str, frozenset[str]]
"""Slugs of the finished steps by machine."""


class Stage(NamedTuple):
    """A step, and those that are done at the workstation while it waits."""

    step: Step
    meanwhile: tuple[Step, ...]


def stages(steps: Sequence[Step]) -> list[Stage]:
    """Return the stages of a procedure."""
    found: list[Stage] = []
    for step in steps:
        if step.meanwhile and found:
            found[-1] = found[-1]._replace(meanwhile=(*found[-1].meanwhile, step))
        else:
            found.append(Stage(step, ()))
    return found


def reached(steps: Sequence[Step], done: Done) -> int:
    """Return the index of the last step that changed something and is done anywhere, or -1: no machine goes back behind it."""
    finished = frozenset().union(*done.values())
    return max((i for i, step in enumerate(steps) if step.kind != "read-only" and step.slug in finished), default=-1)


def is_left(steps: Sequence[Step], index: int, machine: str, done: Done) -> bool:
    """Return whether a machine has to run a step when an interrupted run goes on.

    What the workstation prepares is needed until the next step that carries it to the hosts is done.
    """
    step, last = steps[index], reached(steps, done)
    if step.slug in done.get(machine, frozenset()) and index <= last:
        return False
    if step.place != WORKSTATION:
        return index >= last
    if step.prepares:
        later = (i for i in range(index + 1, len(steps)) if steps[i].place == WORKSTATION)
        return any(is_left(steps, i, machine, done) for i in later)
    carried = next((i for i in range(index, len(steps)) if _carries(steps[i])), len(steps))
    return carried > last if carried < len(steps) else index >= last


def _carries(step: Step) -> bool:
    return step.place == WORKSTATION and step.kind != "read-only"
