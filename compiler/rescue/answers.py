"""Questions of steps that need no person: the answer was given before, or another step has printed it."""

from __future__ import annotations

import re
from collections.abc import Set

from compiler.rescue import choice
from compiler.rescue.kit import Step
from compiler.rescue.order import WORKSTATION

KEY_STEP = "decrypt-snapshot"
"""The one step that is given a private key, on the workstation only."""

JOIN_LINE = "kubeadm join "

_EARLIER = re.compile(r"\bcontinue\b.*\bnew\b")
_NOT_REACHED = re.compile(r"Not reached: ?([A-Za-z0-9. -]+)")


class Answers:
    """What is known. `absent`: names of hosts that are gone; `incident`: continue or new; `join`: the line that joins a host."""

    def __init__(self, key: str, absent: Set[str]) -> None:
        self.incident = ""
        self.join = ""
        self._key = key
        self._absent = absent

    def find(self, step: Step, machine: str, prompt: str, before: str) -> str:
        """Return the answer to a question of a machine, empty where a person has to give it. `before`: the line above it."""
        if step.slug == KEY_STEP:
            return self._key if machine == WORKSTATION else ""
        if step.place == "replacement" and JOIN_LINE.strip() in prompt:
            return self.join
        if step.slug == choice.STEP:
            found = _NOT_REACHED.fullmatch(before)
            return found[1].strip() if found and set(found[1].split()) == self._absent else ""
        return self.incident if _EARLIER.search(prompt) else ""
