"""Runbook pages as a person on call uses them: each fenced block is pasted, as it stands, into a shell of a workstation."""

from __future__ import annotations

import json
import os
from pathlib import Path

from markdown_it import MarkdownIt

from tests.real.harness.bed import Bed
from tests.real.harness.toolchain import tool

_SHELL = ["bash", "--norc", "--noprofile", "-i"]  # interactive: what it does with `!` or a lost line counts

_NO_TERMINAL = 2  # its first two lines of talk: it has no terminal, so no job control


def blocks(page: Path) -> dict[str, list[str]]:
    """The shell blocks of a page by the step that they belong to, in the page's order."""
    found: dict[str, list[str]] = {}
    tokens = MarkdownIt().parse(page.read_text())
    for number, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h3":
            step = tokens[number + 1].content
            found[step] = []
        elif token.type == "fence" and found:
            found[step].append(token.content)
    return found


class Workstation:
    """An administrator's machine beside a bed: kubectl on PATH, the cluster's kubeconfig in place, nothing else set."""

    def __init__(self, bed: Bed, endpoint: str) -> None:
        self.bed = bed
        self.home = bed.folder / "workstation"
        (self.home / ".kube").mkdir(parents=True)
        access = bed.control_plane.client_configuration(endpoint)
        (self.home / ".kube" / "config").write_text(json.dumps(access))
        self.complaints: list[str] = []

    def paste(self, page: dict[str, list[str]], step: str, answer: str = "") -> str:
        """Pastes a step's one block into a new shell, types the answer to its question, and returns what it said.

        What the shell itself complains of, such as a line that it cannot read, is kept in `complaints`.
        """
        (block,) = page[step]
        environment = {"HOME": str(self.home), "PATH": f"{tool('kubectl').parent}{os.pathsep}{os.environ['PATH']}"}
        done = self.bed.ns.run(_SHELL, input=f"{block}{answer}\n", env=environment, cwd=self.home, timeout=150)
        self.complaints += [line for line in done.stderr.splitlines() if line.startswith("bash: ")][_NO_TERMINAL:]
        return done.stdout
