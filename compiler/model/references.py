"""References of the spec to itself: every name leads somewhere, and sections that exclude or need each other do so."""

import difflib
from collections.abc import Iterable, Iterator
from types import MappingProxyType

from compiler.model import agreement
from compiler.model.broken import Broken
from compiler.model.cluster import ClusterSpec, Spec
from compiler.model.namespaces import Workload
from compiler.model.partial import sound
from compiler.source.fault import Fault
from compiler.source.layers import Layered
from compiler.values import cron
from compiler.values.keypath import KeyPath

MEANINGS = MappingProxyType(
    {
        "references-resolve": "What this name was meant to lead to does not exist, so nothing protects or restores it.",
        "sections-agree": (
            "The two places contradict each other, and on the day of the disaster only one of them can be true."
        ),
    }
)
"""What each fault means for recovery, by code."""

SYSTEM_CLASSES = frozenset({"system-cluster-critical", "system-node-critical"})


def broken(cluster: ClusterSpec, layered: Layered, folder: str) -> tuple[Fault, ...]:
    """Return a fault for each name that leads nowhere and each contradiction. `folder` is the name of the cluster's folder."""
    spec = cluster.spec
    checks = (
        _name(cluster, folder),
        _hosts(spec),
        _schedules(spec),
        _backups(spec),
        _namespaces(spec),
        _sections(spec),
        *agreement.checks(spec),
    )
    found = [broken for check in checks for broken in sound(check)]
    return tuple(Fault(layered.span(b.path, key=b.on_key), b.message, MEANINGS[b.code], b.fix, b.code) for b in found)


def _name(cluster: ClusterSpec, folder: str) -> Iterator[Broken]:
    name = cluster.metadata.name
    if name != folder:
        yield Broken(
            "sections-agree",
            ("metadata", "name"),
            f"the cluster is called {name} and its folder {folder}",
            f"rename one of them; the folder is `clusters/{name}`",
        )


def _each(names: Iterable[str], known: Iterable[str], path: KeyPath, what: str) -> Iterator[Broken]:
    known = list(known)
    seen: set[str] = set()
    for number, name in enumerate(names):
        if name not in known:
            yield _nowhere((*path, number), name, known, what)
        elif name in seen:
            yield Broken(
                "sections-agree", (*path, number), f"{name} stands in this list twice", "remove one of the two"
            )
        seen.add(name)


def _nowhere(path: KeyPath, name: str, known: Iterable[str], what: str) -> Broken:
    known = list(known)
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    fix = (
        f"write {close[0]}"
        if close
        else f"name one of {', '.join(known)}"
        if known
        else f"there is no {what} yet: state it first"
    )
    return Broken("references-resolve", path, f"there is no {what} {name}", fix)


def _hosts(spec: Spec) -> Iterator[Broken]:
    if spec.control_plane:
        path: KeyPath = ("spec", "controlPlane")
        yield from _each(spec.control_plane.hosts, spec.hosts, (*path, "hosts"), "host")
        if spec.control_plane.endpoint:
            yield from _each(spec.control_plane.endpoint.hosts, spec.hosts, (*path, "endpoint", "hosts"), "host")
    if spec.etcd and spec.etcd.hosts is not None:
        yield from _each(spec.etcd.hosts, spec.hosts, ("spec", "etcd", "hosts"), "host")
    pooled: dict[str, str] = {}
    for pool, section in spec.pools.items():
        yield from _each(section.hosts, spec.hosts, ("spec", "pools", pool, "hosts"), "host")
        for host in section.hosts:
            if pooled.setdefault(host, pool) != pool:
                yield Broken(
                    "sections-agree",
                    ("spec", "pools", pool, "hosts"),
                    f"{host} is in pool {pooled[host]} too, and its capacity would count twice",
                    "keep it in one pool",
                )
    yield from _addresses(spec)


def _addresses(spec: Spec) -> Iterator[Broken]:
    seen: dict[str, str] = {}
    for name, host in spec.hosts.items():
        if host.address in seen:
            yield Broken(
                "sections-agree",
                ("spec", "hosts", name, "address"),
                f"{name} has the address of {seen[host.address]}",
                "give each host its own address",
            )
        seen.setdefault(host.address, name)


def _schedules(spec: Spec) -> Iterator[Broken]:
    """A zone whose clock switches no consumer can read past leaves a schedule without a next start."""
    backup = spec.backups.etcd
    if backup is not None:
        try:
            cron.largest_gap(backup.schedule, backup.time_zone, cron.Consumer.KUBERNETES)
        except ValueError as error:
            path: KeyPath = ("spec", "backups", "etcd", "schedule")
            yield Broken("sections-agree", path, str(error), "write the schedule in Etc/UTC")


def _backups(spec: Spec) -> Iterator[Broken]:
    if spec.backups.etcd:
        yield from _each(spec.backups.etcd.to, spec.locations, ("spec", "backups", "etcd", "to"), "location")
    for name, backup in spec.backups.applications.items():
        path: KeyPath = ("spec", "backups", "applications", name)
        yield from _each(backup.to, spec.locations, (*path, "to"), "location")
        yield from _each(backup.namespaces, spec.namespaces, (*path, "namespaces"), "namespace")
        for storage_class in backup.volumes:
            if storage_class != "default" and storage_class not in spec.storage_classes:
                yield _nowhere((*path, "volumes", storage_class), storage_class, spec.storage_classes, "storage class")
        if {"snapshot", "data-mover"} <= set(backup.volumes.values()):
            yield Broken(
                "sections-agree",
                (*path, "volumes"),
                "one Velero backup either moves its snapshots or leaves them, not both",
                "make two entries under `backups.applications`, one for each method",
                on_key=True,
            )


def _namespaces(spec: Spec) -> Iterator[Broken]:
    for namespace, section in spec.namespaces.items():
        for name, workload in section.workloads.items():
            yield from _workload(spec, workload, ("spec", "namespaces", namespace, "workloads", name))


def _workload(spec: Spec, workload: Workload, path: KeyPath) -> Iterator[Broken]:
    if workload.priority is not None and workload.priority not in SYSTEM_CLASSES | spec.priorities.keys():
        yield _nowhere((*path, "priority"), workload.priority, spec.priorities, "priority")
    classes = {name: volume.storage_class for name, volume in workload.volumes.items()}
    for volume, storage_class in classes.items():
        if storage_class not in spec.storage_classes:
            place = (*path, "volumes", volume, "storageClass")
            yield _nowhere(place, storage_class, spec.storage_classes, "storage class")
    budget = workload.disruption_budget
    if budget is not None and (budget.min_available is None) == (budget.max_unavailable is None):
        yield Broken(
            "sections-agree",
            (*path, "disruptionBudget"),
            "a disruption budget states exactly one of `minAvailable` and `maxUnavailable`",
            "keep one of them",
            on_key=True,
        )


def _sections(spec: Spec) -> Iterator[Broken]:
    managed = spec.distribution.name == "managed"
    for field, stated in (("controlPlane", spec.control_plane), ("etcd", spec.etcd)):
        if managed and stated is not None:
            yield Broken(
                "sections-agree",
                ("spec", field),
                f"`{field}` is the provider's where the distribution is managed",
                "remove it",
                on_key=True,
            )
    if not managed and spec.control_plane is None:
        yield Broken(
            "sections-agree",
            ("spec", "distribution"),
            f"{spec.distribution.name} needs `spec.controlPlane`",
            "state which hosts run the control plane",
            on_key=True,
        )
    if spec.etcd and (spec.etcd.placement == "external") != (spec.etcd.hosts is not None):
        yield Broken(
            "sections-agree",
            ("spec", "etcd"),
            "`etcd.hosts` belongs to external placement, and external placement needs it",
            "state both or neither",
            on_key=True,
        )
    if spec.backups.etcd is not None:
        yield from _snapshots(spec, managed)


def _snapshots(spec: Spec, managed: bool) -> Iterator[Broken]:
    """What a backup of etcd cannot do without."""
    path: KeyPath = ("spec", "backups", "etcd")
    needs = {
        "`spec.keys`": spec.keys is not None,
        "`backups.etcd.cronJob`": spec.backups.etcd is not None and spec.backups.etcd.cron_job is not None,
        "a control plane of its own": not managed,
    }
    for what in (need for need, stated in needs.items() if not stated):
        yield Broken(
            "sections-agree",
            path,
            f"snapshots of etcd need {what}",
            f"state {what}, or remove `backups.etcd`",
            on_key=True,
        )
    if spec.etcd and spec.etcd.placement == "external":
        yield Broken(
            "sections-agree",
            path,
            "the snapshot job reads the member on its own host, which external etcd does not have there",
            "back external etcd up on its own hosts and remove `backups.etcd`",
            on_key=True,
        )
