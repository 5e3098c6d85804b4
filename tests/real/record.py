"""The test record: which steps ran, for pages to say so. Written after a run, one file per step and distribution, and one per group.

`KEDGE_RECORD` names the folder to write to, else it is `record/` of the checkout; `KEDGE_RECORD_ALL` has every row rewritten,
not only those of which the digest or a version is new.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from compiler.runbooks.step import definition
from tests.real import groups
from tests.real.examples import ROOT
from tests.real.harness import toolchain

_SYSTEMS = {
    "kubernetes": "kube-apiserver",
    "etcd": "etcd",
    "velero": "velero",
    "versitygw": "versitygw",
    "argo-cd": "argocd",
    "flux": "kustomize-controller",
}
"""The binary whose version is the system's; Flux's is that of its controllers."""


def versions(*systems: str) -> dict[str, str]:
    """The versions of systems of the bed, as a row has them."""
    return {system: toolchain.version(_SYSTEMS[system]).removeprefix("v") for system in systems}


@dataclass
class _Row:
    versions: dict[str, str]
    seconds: dict[str, float] = field(default_factory=dict)  # by machine


class Record:
    """The rows of one test session, by test file: `write` leaves out those of files in which a test failed."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[tuple[str, str], _Row]] = {}

    def add(self, slug: str, distribution: str, systems: Mapping[str, str], machine: str, seconds: float) -> None:
        """Keeps that a step succeeded on a machine, for the test file that runs now."""
        file = os.environ["PYTEST_CURRENT_TEST"].partition("::")[0]
        row = self._rows.setdefault(file, {}).setdefault((slug, distribution), _Row({}))
        row.versions |= systems
        row.seconds[machine] = seconds

    def write(self, failed: set[str], folder: Path, refresh: bool) -> None:
        """Writes what is new, or all of it."""
        for file, rows in self._rows.items():
            for (slug, distribution), row in rows.items() if file not in failed else ():
                _write(folder / "steps" / f"{slug}.{distribution}.toml", definition(slug).digest, row, refresh)


@dataclass(frozen=True)
class Figures:
    """What a group that passed did: tests, seconds, cases by kind, and measured seconds by what they are of."""

    tests: int
    seconds: float
    cases: Mapping[str, int]
    times: Mapping[str, list[float]]


def write_group(name: str, where: Path, figures: Figures) -> None:
    """Writes the row of a group: what its run said, with the versions that it ran against."""
    systems = versions(*groups.GROUPS[name].systems)
    tables = {
        "cases": {kind: str(number) for kind, number in figures.cases.items()},
        "times": {what: f"[{', '.join(f'{one:.1f}' for one in runs)}]" for what, runs in figures.times.items()},
        "versions": {system: f'"{version}"' for system, version in systems.items()},
    }
    lines = [f"tests = {figures.tests}", f"seconds = {figures.seconds:.0f}"]
    for title, table in tables.items():
        if table:
            lines += ["", f"[{title}]", *(f'"{key}" = {value}' for key, value in sorted(table.items()))]
    (where / "groups").mkdir(parents=True, exist_ok=True)
    (where / "groups" / f"{name}.toml").write_text("\n".join(lines) + "\n")


def folder() -> Path:
    """Where rows go."""
    return Path(os.environ.get("KEDGE_RECORD") or ROOT / "record")


def refresh() -> bool:
    """Whether every row is rewritten."""
    return bool(os.environ.get("KEDGE_RECORD_ALL"))


def _write(file: Path, digest: str, row: _Row, refresh: bool) -> None:
    """A row of the same digest keeps versions of systems that another test had beside the step."""
    old = tomllib.loads(file.read_text()) if file.exists() else {}
    kept = old["versions"] if old.get("digest") == digest else {}
    systems = kept | row.versions
    if not refresh and old.get("digest") == digest and systems == kept:
        return
    lines = [f'digest = "{digest}"', f"hosts = {len(row.seconds)}", f"seconds = {sum(row.seconds.values()):.1f}"]
    lines += ["", "[versions]", *(f'{system} = "{version}"' for system, version in sorted(systems.items()))]
    file.parent.mkdir(parents=True, exist_ok=True)
    scratch = file.with_suffix(f".{os.getpid()}")
    scratch.write_text("\n".join(lines) + "\n")
    scratch.replace(file)
