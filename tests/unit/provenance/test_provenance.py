"""Provenance, held both ways: whatever changes a file is named by it, and whatever a file names can change a file of its kind.

Pages are held the first way only: some name leaves of which no value here changes one of their kind.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from msgspec.structs import replace

from compiler import manifests
from compiler.model.cluster import ClusterSpec
from compiler.model.references import inconsistencies
from compiler.model.shape import shape
from compiler.plan.plan import plan
from compiler.proofs.proofs import prove
from compiler.render import alert_tests, control_plane_alert_tests, pages, tree, yaml
from compiler.source.cache import BaseCache
from compiler.source.layers import Layered, load
from compiler.values.keypath import KeyPath, dotted
from compiler.workspace.files import DiskFiles
from tests.unit.provenance.leaves import ABSENT, Change, changed, changes

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests/golden"
EXAMPLES = [(ROOT, name) for name in DiskFiles(ROOT).clusters()]
EXAMPLES += [(GOLDEN / "everything", "atlas"), (GOLDEN / "external-etcd", "coast")]
# Only here does a layer end with its one namespace.
WITHOUT_PRIORITIES = "sevilla-edge without priorities"


class _Open:
    """A gate that lets everything pass: what the API takes is tested elsewhere."""

    def check(self, body: object) -> None: ...


@dataclass(frozen=True)
class Output:
    """Content and sources by path."""

    content: dict[str, str]
    sources: dict[str, frozenset[KeyPath]]


@dataclass(frozen=True)
class Effect:
    """A change that the model takes, and the files that it adds, removes or changes, by whether the file names it."""

    change: Change
    cluster: str
    named: frozenset[str]
    unnamed: frozenset[str]


def _compiled(layered: Layered, cluster: str) -> Output | None:
    """Return the output, or None where the spec is not sound."""
    spec = shape(layered, ClusterSpec)
    if not isinstance(spec, ClusterSpec) or inconsistencies(spec, layered, cluster):
        return None
    decided = plan(spec, prove(spec.spec))
    objects = manifests.emit(decided)
    files = [
        *tree.manifests(cluster, objects, _Open()),  # type: ignore[arg-type]
        *alert_tests.files(decided),
        *control_plane_alert_tests.files(decided),
        *(tree.File(f"runbooks/{page.name}", page.content, page.sources) for page in pages.pages(decided, objects)),
    ]
    content = {file.path: file.content.decode(errors="replace") for file in files}
    return Output(content, {file.path: frozenset(file.sources) for file in files})


def _related(path: KeyPath, leaf: KeyPath) -> bool:
    """Whether one of the two is the other or above it."""
    length = min(len(path), len(leaf))
    return path[:length] == leaf[:length]


def _effect(cluster: str, change: Change, before: Output, after: Output) -> Effect:
    paths = before.content.keys() | after.content.keys()
    moved = {path for path in paths if before.content.get(path) != after.content.get(path)}
    named = {
        path
        for path in moved
        for sources in (before.sources.get(path, frozenset()) | after.sources.get(path, frozenset()),)
        if any(_related(source, change.path) for source in sources)
    }
    return Effect(change, cluster, frozenset(named), frozenset(moved - named))


@cache
def examples() -> dict[str, Layered]:
    """The examples as they are read."""
    found: dict[str, Layered] = {}
    for root, cluster in EXAMPLES:
        layered = load(f"clusters/{cluster}/cluster.yaml", DiskFiles(root).read, BaseCache())
        assert isinstance(layered, Layered)
        found[cluster] = layered
    edge = found["sevilla-edge"]
    text = re.sub(r'"priority": "[a-z]+"', '"priority": "system-cluster-critical"', json.dumps(edge.tree))
    tree = json.loads(text)
    del tree["spec"]["priorities"]
    tree["spec"]["gitops"] = {"flux": {"url": tree["spec"]["gitops"]["argo"]["url"]}}
    return found | {WITHOUT_PRIORITIES: replace(edge, tree=tree)}


@cache
def outputs() -> dict[str, Output]:
    """The examples as they compile."""
    found = {example: _compiled(layered, _cluster(example)) for example, layered in examples().items()}
    return {example: output for example, output in found.items() if output is not None}


def _cluster(example: str) -> str:
    return example.partition(" ")[0]


@pytest.fixture(scope="module")
def effects() -> list[Effect]:
    """Every change that the model takes, in every example. YAML is not what is tested, and JSON is quicker."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml, "emit", json.dumps)
        outputs.cache_clear()
        return list(_effects())


def _effects() -> Iterator[Effect]:
    for example, layered in examples().items():
        assert isinstance(layered.tree, dict)
        for change in changes(layered.tree["spec"]):
            if example == WITHOUT_PRIORITIES and change.path[1] != "namespaces":
                continue
            after = _compiled(replace(layered, tree=changed(layered.tree, change)), _cluster(example))
            if after is not None:
                yield _effect(example, change, outputs()[example], after)


# A distribution and a placement of etcd come with sections of their own, so no other value of the leaf alone is sound.
TOGETHER: tuple[tuple[str, KeyPath, dict[KeyPath, object]], ...] = (
    (
        "payments-eu",
        ("spec", "distribution", "name"),
        {
            ("spec", "distribution", "name"): "managed",
            ("spec", "controlPlane"): ABSENT,
            ("spec", "etcd"): ABSENT,
            ("spec", "keys"): ABSENT,
            ("spec", "backups", "etcd"): ABSENT,
            ("spec", "promise", "controlPlane"): ABSENT,
            ("spec", "monitoring", "jobs"): ABSENT,
        },
    ),
    (
        "payments-eu",
        ("spec", "etcd", "placement"),
        {
            ("spec", "etcd", "placement"): "external",
            ("spec", "etcd", "hosts"): ["w1", "w2", "w3"],
            ("spec", "backups", "etcd", "cronJob"): ABSENT,
            ("spec", "backups", "etcd", "hostTimer"): {},
        },
    ),
    # The layer of the alerts exists while any of them does.
    ("coast", ("spec", "monitoring", "jobs", "etcd"), {("spec", "monitoring", "jobs"): ABSENT}),
    ("coast", ("spec", "monitoring", "jobs", "certificates"), {("spec", "monitoring", "jobs"): ABSENT}),
    (
        "madrid-lab",
        ("spec", "backups", "etcd"),
        {("spec", "backups", "etcd"): ABSENT, ("spec", "monitoring", "jobs"): ABSENT},
    ),
    (
        "madrid-lab",
        ("spec", "promise", "controlPlane"),
        {("spec", "promise", "controlPlane"): ABSENT, ("spec", "monitoring", "jobs"): ABSENT},
    ),
)


@pytest.fixture(scope="module")
def joint_moves() -> set[tuple[str, KeyPath]]:
    """Files by kind, and the leaf that changes them together with what its other value comes with."""
    return {(_kind(path, example), leaf) for example, leaf, together in TOGETHER for path in _moved(example, together)}


def _moved(example: str, together: dict[KeyPath, object]) -> Iterator[str]:
    layered = examples()[example]
    tree = layered.tree
    for path, value in together.items():
        tree = changed(tree, Change(path, path, value))
    before, after = outputs()[example], _compiled(replace(layered, tree=tree), example)
    assert after is not None
    paths = before.content.keys() | after.content.keys()
    return (path for path in paths if before.content.get(path) != after.content.get(path))


def test_a_file_names_every_leaf_that_changes_it(effects: list[Effect]) -> None:
    silent = {(e.cluster, dotted(e.change.path), path) for e in effects for path in e.unnamed}
    assert sorted(silent) == []


SETTLED_BY_RULES = {
    "runbooks/README.md names spec.backups.etcd.provider",
    "runbooks/README.md names spec.controlPlane.instances",
    'runbooks/README.md names spec.hosts["*"].address',
    'runbooks/README.md names spec.hosts["*"].zone',
    'runbooks/README.md names spec.namespaces["*"].workloads',
    'runbooks/README.md names spec.namespaces["*"].workloads["*"].data',
    'runbooks/README.md names spec.namespaces["*"].workloads["*"].volumes',
    'runbooks/README.md names spec.namespaces["*"].workloads["*"].volumes.archive.storageClass',
    'runbooks/README.md names spec.namespaces["*"].workloads["*"].volumes.data.storageClass',
    "runbooks/README.md names spec.pools.all.count",
    "runbooks/README.md names spec.pools.nodes.count",
    "runbooks/README.md names spec.pools.nodes.site",
    "runbooks/README.md names spec.pools.nodes.zones",
    "runbooks/README.md names spec.pools.small.count",
    "runbooks/README.md names spec.pools.workers.count",
    "runbooks/README.md names spec.storageClasses.block.snapshots",
    "runbooks/README.md names spec.storageClasses.ceph-rbd.snapshots",
    "runbooks/README.md names spec.storageClasses.fast.snapshots",
    'runbooks/backup-missing.md names spec.keys.snapshotSigners["*"].ssh',
    "runbooks/backup-missing.md names spec.recovery.minutes",
    "runbooks/etcd-database-full.md names spec.recovery.minutes",
    "runbooks/etcd-database-full.md names spec.waivers",
    "runbooks/etcd-member-lost.md names spec.waivers",
    'runbooks/etcd-quorum-lost.md names spec.backups.applications["*"].to',
    "runbooks/etcd-quorum-lost.md names spec.waivers",
    "runbooks/namespace-deleted.md names spec.gitops.argo",
    "runbooks/namespace-deleted.md names spec.gitops.flux",
    "runbooks/namespace-deleted.md names spec.promise.controlPlane",
}
"""Claims of pages about leaves that proofs read: of the values that would change the page, rules refuse each one alone."""


def test_every_leaf_that_a_file_names_changes_a_file_of_its_kind(
    effects: list[Effect], joint_moves: set[tuple[str, KeyPath]]
) -> None:
    moves = joint_moves | {(_kind(path, e.cluster), e.change.leaf) for e in effects for path in e.named}
    claims = {
        (_kind(path, cluster), _leaf(source)): (cluster, path)
        for cluster, output in outputs().items()
        for path, sources in output.sources.items()
        for source in sources
    }
    empty = {
        f"{path} names {dotted(leaf)}"
        for (kind, leaf), (_, path) in claims.items()
        if not any(kind == k and moved[: len(leaf)] == leaf for k, moved in moves)
    }
    assert empty == SETTLED_BY_RULES


def test_enough_values_of_each_leaf_are_taken(effects: list[Effect]) -> None:
    tried = Counter(e.change.leaf for e in effects if not e.change.section)
    assert len(effects) > 2000
    assert {dotted(leaf): count for leaf, count in tried.items() if count < 4} == {}


def _leaf(path: KeyPath) -> KeyPath:
    """Replace the names of maps, which differ between clusters."""
    maps = {
        "namespaces": 2,
        "workloads": 2,
        "locations": 2,
        "applications": 2,
        "priorities": 2,
        "breakGlass": 2,
        "snapshotSigners": 2,
        "hosts": 2,
    }
    steps = list(path)
    for index, step in enumerate(path[:-1]):
        if step in maps and path[: index + 1] != ("spec", "promise", "applications"):
            steps[index + 1] = "*"
    return tuple(steps)


def _kind(path: str, cluster: str) -> str:
    """Return what sort of file it is: objects of kedge's own namespace and syncs by their names, others by their kind."""
    folder, _, name = path.rpartition("/")
    if folder in ("base", "backup/applications", "monitoring"):
        return f"{folder}/{name.partition('.')[0]}"
    named = path.replace(_cluster(cluster), "*").replace(".gitops.", ".flux-system.").replace(".sync.", ".argocd.")
    # The same layers have a sync, whichever engine it is of.
    shared = {
        "delivery/layers/application.argocd.": "delivery/kustomization.flux-system.",
        "delivery/layers/": "delivery/",
    }
    return next((named.replace(own, both) for own, both in shared.items() if own in named), named)
