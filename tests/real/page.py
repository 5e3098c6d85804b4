"""Runbook pages as a person on call uses them: each fenced block is pasted, as it stands, into a shell of a workstation."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

from markdown_it import MarkdownIt

from compiler.assets import asset
from tests.real.harness.netns import Namespace
from tests.real.harness.toolchain import tool

_SHELL = ["bash", "--norc", "--noprofile", "-i"]  # interactive: what it does with `!` or a lost line counts

_NO_TERMINAL = 2  # its first two lines of talk: it has no terminal, so no job control

PROVED = ("R-BACKUP-", "R-NAMESPACE-", "R-QUORUM-")
"""Chapters of which a test compares the steps that pages call executed with those that it pasted."""


def claimed(chapter: str) -> list[str]:
    """The steps of a chapter that pages call executed; a claim for a chapter that no test proves is an error."""
    steps: list[str] = tomllib.loads(asset("templates/runbooks/executed.toml").read_text())["steps"]
    assert chapter in PROVED
    assert all(step.startswith(PROVED) for step in steps)
    return [step for step in steps if step.startswith(chapter)]


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
    """An administrator's machine beside a bed: kubectl on PATH, a kubeconfig in place, and what was exported; no more."""

    def __init__(
        self, namespace: Namespace, access: object | None = None, exported: Mapping[str, str] | None = None
    ) -> None:
        self.namespace = namespace
        self.home = namespace.folder / "workstation"
        self.exported = {"HOME": str(self.home), "PATH": f"{tool('kubectl').parent}{os.pathsep}{os.environ['PATH']}"}
        self.exported |= exported or {}
        (self.home / ".kube").mkdir(parents=True)
        if access is not None:
            (self.home / ".kube" / "config").write_text(json.dumps(access))
        self.complaints: list[str] = []

    def paste(self, page: dict[str, list[str]], step: str, answer: str = "") -> str:
        """Pastes a step's one block into a new shell, types the answer to its question, and returns what it said.

        What the shell itself complains of, such as a line that it cannot read, is kept in `complaints`.
        """
        (block,) = page[step]
        done = self.namespace.run(_SHELL, f"{block}{answer}\n", self.exported, self.home, timeout=150)
        self.complaints += [line for line in done.stderr.splitlines() if line.startswith("bash: ")][_NO_TERMINAL:]
        return done.stdout
