"""Runbook pages as a person on call uses them: each block is pasted, as printed, into a new interactive shell of the right machine."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from markdown_it import MarkdownIt

from compiler.runbooks.step import definition
from tests.real.harness.netns import Namespace
from tests.real.harness.toolchain import tool
from tests.real.record import Record

_NOISE = ("bash: cannot set terminal process group", "bash: no job control in this shell")
_QUESTION = (": ", "? ")
_IDLE = 0.3  # seconds without output after which a line that ends like a question is one


@dataclass(frozen=True)
class Shell:
    """An interactive shell; its prompt shows the exit code of the last command. Interactive, because `!` acts there."""

    command: tuple[str, ...]
    code: str

    @property
    def prompts(self) -> dict[str, str]:
        return {"PS1": f"\n@@{self.code}@@\n", "PS2": ""}


SHELLS = {
    "bash": Shell(("bash", "--norc", "--noprofile", "--noediting", "-i"), "$?"),
    "zsh": Shell(("zsh", "-f", "-i", "-s", "-o", "no_zle", "-o", "no_prompt_sp"), "%?"),
}


class Machine(Protocol):
    """Where blocks are pasted: a workstation, or a root shell on a host."""

    @property
    def name(self) -> str: ...

    def start(self, shell: Shell) -> subprocess.Popen[bytes]:
        """Starts a new shell; its input and output are pipes, its errors in its output, its session its own."""
        ...


class Workstation:
    """An administrator's machine beside a bed: kubectl on PATH, a kubeconfig in place, and what was exported; no more."""

    name = "workstation"

    def __init__(
        self,
        namespace: Namespace,
        access: object | None = None,
        exported: Mapping[str, str] | None = None,
        home: str = "workstation",
    ) -> None:
        self.namespace = namespace
        self.home = namespace.folder / home
        self.exported = {"HOME": str(self.home), "PATH": f"{tool('kubectl').parent}{os.pathsep}{os.environ['PATH']}"}
        self.exported |= exported or {}
        (self.home / ".kube").mkdir(parents=True)
        if access is not None:
            (self.home / ".kube" / "config").write_text(json.dumps(access))

    def start(self, shell: Shell) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.namespace.inside(shell.command, self.home),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self.namespace.environment(self.exported | shell.prompts),
            cwd=self.home,
            start_new_session=True,
        )


@dataclass(frozen=True, kw_only=True)
class Output:
    """What a pasted block printed, both streams together, and its exit code."""

    text: str
    code: int
    seconds: float

    @property
    def last(self) -> str:
        """The last line that is not empty."""
        return next((line for line in reversed(self.text.splitlines()) if line.strip()), "")

    @property
    def complaints(self) -> list[str]:
        """Lines of the shell itself, about text that it could not read or run."""
        return [line for line in self.text.splitlines() if line.startswith(("bash: ", "zsh: "))]


class PageRun:
    """A page of one cluster, its steps run by slug.

    `distribution` and `versions` are what the test record says of steps that succeed; without a record nothing is claimed.
    """

    def __init__(
        self,
        page: Path | bytes,
        *,
        record: Record | None = None,
        distribution: str = "kubernetes",
        versions: Mapping[str, str] | None = None,
        shell: str = "bash",
    ) -> None:
        text = page.read_text() if isinstance(page, Path) else page.decode()
        self._blocks = blocks(text)
        self._record = record
        self._distribution = distribution
        self._versions = dict(versions or {})
        self._shell = SHELLS[shell]
        self.outputs: dict[str, Output] = {}

    @property
    def slugs(self) -> list[str]:
        """The steps of the page, in its order."""
        return list(self._blocks)

    def run(self, slug: str, machine: Machine, *answers: str, label: str = "", timeout: float = 150.0) -> Output:
        """Pastes a step's block, types the answers, and holds the output against what the step itself expects."""
        output = self.paste(slug, machine, *answers, label=label, timeout=timeout)
        missed = failures(slug, output)
        assert not missed, f"{slug}: {'; '.join(missed)}\n{output.text}"
        if self._record is not None:
            self._record.add(slug, self._distribution, self._versions, machine.name, output.seconds)
        return output

    def run_stops(self, slug: str, machine: Machine, *answers: str, label: str = "", timeout: float = 150.0) -> Output:
        """Pastes a step's block that has to end with STOP; what it says there is the caller's to check."""
        output = self.paste(slug, machine, *answers, label=label, timeout=timeout)
        assert output.code != 0, f"{slug}:\n{output.text}"
        assert output.last.startswith("STOP: "), f"{slug}:\n{output.text}"
        return output

    def paste(self, slug: str, machine: Machine, *answers: str, label: str = "", timeout: float = 150.0) -> Output:
        """Pastes a step's block into a new shell and returns what it printed, whatever that is.

        `label` begins the line above the block, where a step has one for each store.
        """
        (block,) = [text for above, text in self._blocks[slug] if above.startswith(label)]
        output = paste(block, machine, self._shell, answers, timeout)
        self.outputs[slug] = output
        return output


def blocks(page: str) -> dict[str, list[tuple[str, str]]]:
    """The blocks of a page by the slug of their step, in the page's order, each with the line above it."""
    found: dict[str, list[tuple[str, str]]] = {}
    slug, above = "", ""
    for token in MarkdownIt().parse(page):
        if token.type == "heading_open" and token.tag == "h2":
            slug = ""  # the steps end here
        elif token.type == "inline":
            above = token.content
            step = re.match(r"`([a-z0-9-]+)` · ", above)
            if step:
                slug = step[1]
                found[slug] = []
        elif token.type == "fence" and slug:
            found[slug].append((above, token.content))
    return found


def failures(slug: str, output: Output) -> list[str]:
    """In what a run differs from the expectation of the step's own definition."""
    expected = definition(slug)
    missing = [f"not shown: {shown}" for shown in expected.shows if not re.search(shown, output.text, re.MULTILINE)]
    if output.code != 0:
        missing.append(f"exit code {output.code}")
    if not re.fullmatch(expected.ends, output.last):
        missing.append(f"last line is not {expected.ends}: {output.last}")
    return missing + output.complaints


def paste(block: str, machine: Machine, shell: Shell, answers: tuple[str, ...], timeout: float) -> Output:
    """Writes a block to a new shell of a machine, an answer at each question, until the shell prompts again."""
    started = time.monotonic()
    process = machine.start(shell)
    try:
        text, code = _talk(process, block, list(answers), started + timeout)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    return Output(text=text, code=code, seconds=time.monotonic() - started)


def _talk(process: subprocess.Popen[bytes], block: str, answers: list[str], until: float) -> tuple[str, int]:
    """The shell prompts once before the block and once after it."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{block.rstrip()}\n".encode())
    process.stdin.flush()
    seen = b""
    while len(prompts := re.findall(rb"\n@@(\d+)@@\n", seen)) < 2:
        assert time.monotonic() < until, f"no end within the time limit:\n{_readable(seen)}"
        if select.select([process.stdout], [], [], _IDLE)[0]:
            chunk = os.read(process.stdout.fileno(), 65536)
            assert chunk, f"the shell itself ended:\n{_readable(seen)}"
            seen += chunk
        elif answers and seen.decode(errors="replace").endswith(_QUESTION):
            typed = f"{answers.pop(0)}\n".encode()
            process.stdin.write(typed)
            process.stdin.flush()
            seen += typed  # as a terminal shows it
    return _readable(seen), int(prompts[1])


def _readable(seen: bytes) -> str:
    text = re.sub(r"\n@@\d+@@\n", "", seen.decode(errors="replace"))
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(_NOISE))
