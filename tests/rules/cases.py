"""Specs without a disk: files by path, and what kedge says about the one cluster among them."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from compiler import pipeline
from compiler.findings.finding import Finding
from compiler.pipeline import Checked, RunContext
from compiler.report import text
from compiler.source.cache import BaseCache
from compiler.workspace.failure import MissingFile

HERE = Path(__file__).parent
TODAY = datetime.date(2026, 11, 21)
CASE = "case"
SPEC = f"clusters/{CASE}/cluster.yaml"
BASE = "bases/base.yaml"
HEAD = f"""apiVersion: kedge/v1alpha1
kind: ClusterDR
metadata: {{name: {CASE}}}
extends: [../../{BASE}]
spec:
"""


@dataclass(frozen=True)
class MemoryFiles:
    """A repository in a dictionary."""

    content: dict[str, str] = field(default_factory=dict)

    def read(self, path: str) -> bytes:
        if path not in self.content:
            raise MissingFile(f"read {path}", "there is no such file", "check the spelling")
        return self.content[path].encode("utf-8", "surrogatepass")

    def contents(self, paths: Iterable[str]) -> Iterator[bytes | None]:
        return (self.read(path) if path in self.content else None for path in paths)

    def exists(self, path: str) -> bool:
        return path in self.content

    def clusters(self) -> list[str]:
        return [CASE]

    def outputs(self) -> list[str]:
        return sorted({path.split("/")[1] for path in self.content if path.split("/")[2:3] == ["generated"]})

    def listing(self, prefix: str) -> list[str]:
        return sorted(path for path in self.content if path.startswith(prefix + "/"))


def files(spec: str, base: str | None = None) -> MemoryFiles:
    """Return a repository with one cluster over the base of these tests."""
    return MemoryFiles({SPEC: spec, BASE: base if base is not None else (HERE / "base.yaml").read_text()})


def fixed(case: str) -> MemoryFiles:
    """Return a case as a base, with the change of its last line laid over it."""
    body, _, change = case.partition("# fixed: ")
    assert change, (
        "the last line of a bad case is `# fixed: {…}`: what its author changes in `spec` when he follows the fix"
    )
    repository = files(
        HEAD.replace("base.yaml]", "base.yaml, ../../bases/case.yaml]").replace("spec:\n", f"spec: {change}")
    )
    repository.content["bases/case.yaml"] = (
        "apiVersion: kedge/v1alpha1\nkind: ClusterDRBase\nspec:" + body.partition("\nspec:")[2]
    )
    return repository


def judged(repository: MemoryFiles, today: datetime.date = TODAY) -> Checked:
    """Return the cluster after every check."""
    return pipeline.check(RunContext(repository, BaseCache(), today), CASE)


def check(spec: str, base: str | None = None, today: datetime.date = TODAY) -> tuple[Finding, ...]:
    """Return what kedge finds in a spec."""
    return judged(files(spec, base), today).findings


def over_base(fragment: str) -> str:
    """Return a cluster's file whose `spec` is a piece of YAML laid over the base."""
    return HEAD + "\n".join("  " + line for line in fragment.splitlines()) + "\n"


def printed(repository: MemoryFiles, findings: tuple[Finding, ...]) -> str:
    """Return findings as the terminal shows them."""
    screen = text.Screen(color=False, lines=lambda file: repository.content[file].splitlines())
    return "\n".join(text.render(screen, findings))
