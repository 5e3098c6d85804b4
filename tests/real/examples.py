"""The examples as kedge compiles them: from the specs under clusters/, or from a text of a test, without a command line."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from compiler import manifests, pipeline
from compiler.kube.manifest import layers_of
from compiler.model.cluster import ClusterSpec
from compiler.model.shape import shape
from compiler.pipeline import RunContext
from compiler.plan.plan import Plan, plan
from compiler.proofs.proofs import Proofs, prove
from compiler.source.cache import BaseCache
from compiler.source.layers import Layered, load
from compiler.workspace.files import DiskFiles

ROOT = Path(__file__).parents[2]
CLUSTERS = DiskFiles(ROOT).clusters()
BY_FLUX = tuple(c for c in CLUSTERS if any((ROOT / "clusters" / c / "generated/delivery").glob("gitrepository.*")))
"""The examples that Flux syncs."""
ROOTS = {
    name: root
    for root in (ROOT, *sorted(path.parent for path in ROOT.glob("tests/golden/*/clusters")))
    for name in DiskFiles(root).clusters()
}
"""The repository that each example and each golden cluster is in."""

Object = dict[str, Any]


@dataclass(frozen=True)
class Example:
    """One cluster's plan and output; paths are below `generated/`."""

    name: str
    plan: Plan
    output: dict[str, bytes]

    @property
    def folders(self) -> list[str]:
        """What is synced, in the order of `dependsOn`, and the delivery objects last."""
        return [layer.folder for layer in layers_of(manifests.emit(self.plan))]

    def write(self, folder: Path) -> None:
        """Writes the output as `kedge compile` lays it out."""
        for path, content in self.output.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)

    def objects(self) -> Iterator[Object]:
        """Yields every object of every folder, read back from the bytes that were emitted."""
        for path, content in self.output.items():
            folder, _, name = path.rpartition("/")
            if folder in self.folders and name != "kustomization.yaml":
                yield yaml.safe_load(content)


def compile_example(name: str, root: Path = ROOT) -> Example:
    """Compiles one cluster of a repository; a spec that is not sound is an AssertionError with its findings."""
    context = RunContext(DiskFiles(root), BaseCache(), datetime.datetime.now(datetime.UTC).date())
    checked = pipeline.check(context, name)
    assert checked.plan is not None, checked.findings
    return Example(name, checked.plan, pipeline.build(checked))


def compile_at(name: str, root: Path, version: str) -> Example:
    """Compiles an example or golden cluster that states another release of Kubernetes, in a scratch repository at `root`."""

    def change(spec: Object) -> None:
        spec["distribution"] = {**spec.get("distribution", {}), "version": version}

    return compile_changed(name, root, change)


def compile_changed(name: str, root: Path, change: Callable[[Object], object]) -> Example:
    """Compiles an example or golden cluster whose `spec` was changed, in a scratch repository at `root`."""
    original = ROOTS[name]
    for file in [*original.glob("bases/*.yaml"), original / "clusters" / name / "cluster.yaml"]:
        copy = root / file.relative_to(original)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(file.read_text())
    document = yaml.safe_load(copy.read_text())
    change(document["spec"])
    copy.write_text(
        json.dumps(document, indent=1, default=str)
    )  # not YAML: its emitter would write anchors; dates as text
    return compile_example(name, root)


def prove_text(text: str) -> tuple[ClusterSpec, Proofs, Plan]:
    """Reads a spec that extends nothing and is not on disk; it need not keep any rule."""
    layered = load("clusters/made/cluster.yaml", lambda _: text.encode(), BaseCache())
    assert isinstance(layered, Layered), layered
    spec = shape(layered, ClusterSpec)
    assert isinstance(spec, ClusterSpec), spec
    proofs = prove(spec.spec)
    return spec, proofs, plan(spec, proofs)
