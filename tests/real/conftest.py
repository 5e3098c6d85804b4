"""What the real tests share: each example on a control plane of its own, and the tally of cases that the real thing judged."""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.real import groups
from tests.real.examples import ROOTS, Example, Object, compile_at
from tests.real.harness import toolchain
from tests.real.harness.bed import Bed
from tests.real.record import Figures, Record, folder, refresh, write_group
from tests.real.snapshot_bed import JobBed

APPLY = ("apply", "--server-side", "--validate=strict", "-k")

Count = Callable[..., None]


@pytest.fixture
def count(request: pytest.FixtureRequest) -> Count:
    """`count(kind, n=1)`: this test put n cases of a kind before a real system. Only tests that pass are summed up."""
    return lambda kind, n=1: request.node.user_properties.append((f"real:{kind}", n))


@pytest.fixture
def measure(request: pytest.FixtureRequest) -> Callable[[str, float], None]:
    """`measure(what, seconds)`: this test measured a time. What the tests of a group measured is left in the test record."""
    return lambda what, seconds: request.node.user_properties.append((f"time:{what}", seconds))


KINDS = {
    "test_snapshot": "snapshot job",
    "test_values_oracle": "values against Go",
    "test_yaml_go_reader": "YAML against Go",
    "test_schemas_fresh": "schemas against their packages",
    "test_commit_race": "commit races of 160",
}
"""What one test of a file is a case of, where the tests do not count for themselves."""


def _cases(report: pytest.TestReport) -> dict[str, int]:
    counted = {key[5:]: n for key, n in report.user_properties if key.startswith("real:") and isinstance(n, int)}
    kind = next((kind for prefix, kind in KINDS.items() if f"/{prefix}" in report.nodeid), None)
    return counted or ({kind: 1} if kind else {})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
    """Prints the seconds of each file and how many real cases of each kind ran; reports carry both from workers too.

    Where a group passed, they are its row of the test record.
    """
    tally: Counter[str] = Counter()
    for report in terminalreporter.getreports("passed"):
        if report.when == "call":
            tally.update(_cases(report))
    if tally:
        kinds = ", ".join(f"{kind} {n}" for kind, n in sorted(tally.items()))
        terminalreporter.write_line(f"real cases: {kinds}")
    seconds: defaultdict[str, float] = defaultdict(float)
    for report in (report for reports in terminalreporter.stats.values() for report in reports):
        if isinstance(report, pytest.TestReport):
            seconds[report.nodeid.partition("::")[0]] += report.duration  # of setup, call and teardown
    for file, spent in sorted(seconds.items(), key=lambda pair: -pair[1]):
        terminalreporter.write_line(f"{spent:6.0f} s  {file}")
    group = os.environ.get(groups.NAME)
    if group and exitstatus == pytest.ExitCode.OK:
        passed = [report for report in terminalreporter.getreports("passed") if report.when == "call"]
        write_group(group, folder(), Figures(len(passed), sum(seconds.values()), tally, _times(passed)))


def _times(reports: Iterable[pytest.TestReport]) -> dict[str, list[float]]:
    times: defaultdict[str, list[float]] = defaultdict(list)
    for report in reports:
        for key, value in report.user_properties:
            if key.startswith("time:") and isinstance(value, float):
                times[key[5:]].append(value)
    return times


_FAILED: set[str] = set()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Notes the test files whose rows of the test record do not count."""
    if report.failed:
        _FAILED.add(report.nodeid.partition("::")[0])


@pytest.fixture(scope="session")
def record() -> Iterator[Record]:
    """Rows of the test record; written when the session ends, without those of test files in which a test failed."""
    rows = Record()
    yield rows
    rows.write(_FAILED, folder(), refresh())


@dataclass
class Standing:
    """An example's whole output on a control plane of its own."""

    bed: Bed
    example: Example
    applied: dict[str, subprocess.CompletedProcess[str]] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return self.bed.folder / "generated"

    def apply(self, layer: str) -> subprocess.CompletedProcess[str]:
        """Applies one folder by its kustomization, server-side, unknown fields refused."""
        return self.bed.kubectl(*APPLY, self.folder / layer)

    def expected_namespaces(self) -> set[str]:
        """Where kedge's output goes and which it does not make."""
        objects = list(self.example.objects())
        own = {one["metadata"]["name"] for one in objects if one["kind"] == "Namespace"}
        return {one["metadata"]["namespace"] for one in objects if "namespace" in one["metadata"]} - own

    def live(self) -> dict[str, Object]:
        """Every object of the output as the API has it now, by `named`."""
        layers = (self.bed.kubectl("get", "-o", "json", "-k", self.folder / layer) for layer in self.example.folders)
        answers = [json.loads(done.stdout) for done in layers]
        return {named(found): found for answer in answers for found in answer.get("items", [answer])}


def named(wanted: Object) -> str:
    """Kind, namespace and name of an object."""
    metadata = wanted["metadata"]
    return f"{wanted['kind']}/{metadata.get('namespace', '')}/{metadata['name']}"


@pytest.fixture(scope="session")
def bed() -> Iterator[Bed]:
    """A bed for tests that keep to namespaces of their own."""
    with Bed() as shared:
        yield shared


@pytest.fixture(scope="session")
def job() -> Iterator[JobBed]:
    """The snapshot job's bed; its etcd is no API server's, so that only tests write to it."""
    with Bed() as own:
        yield JobBed.create(own)


@pytest.fixture(scope="session", params=ROOTS)
def standing(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    """Every example and golden cluster in turn, for the release of Kubernetes that the bed runs.

    Ask for one alone by `parametrize("standing", ["payments-eu"], indirect=True)`.

    The base goes in while the API knows no custom resource at all; what it answered is kept for the tests.
    """
    with Bed() as bed:
        version = toolchain.version("kube-apiserver").removeprefix("v")
        made = Standing(bed, compile_at(request.param, tmp_path_factory.mktemp("specs"), version))
        made.example.write(made.folder)
        if "base" in made.example.folders:
            made.applied["base"] = made.apply("base")
        bed.install_crds("velero", "flux", "argo", "monitoring")
        for namespace in made.expected_namespaces():
            bed.kubectl("create", "namespace", namespace)
        made.applied |= {layer: made.apply(layer) for layer in made.example.folders if layer != "base"}
        yield made
