"""References of the spec to itself: every name resolves, and sections that exclude or need each other do so."""

import difflib
from collections.abc import Iterable, Iterator
from types import MappingProxyType

from compiler.distributions.runners import RUNNERS
from compiler.model import agreement
from compiler.model.backups import EtcdBackup
from compiler.model.cluster import ClusterSpec, Spec
from compiler.model.inconsistency import MEANINGS, Inconsistency, contradiction, unresolved
from compiler.model.layout import etcd_runner, layout, stated_runners
from compiler.model.metadata import Metadata
from compiler.model.namespaces import Workload
from compiler.model.partial import sound
from compiler.model.topology import Pool
from compiler.source.fault import Fault, folder_name
from compiler.source.layers import Layered
from compiler.values import cron
from compiler.values.keypath import KeyPath

EXAMPLES = MappingProxyType(
    {"cronJob": "{image: …}", "hostTimer": "{}", "provider": "{restore: …}"},
)
"""How each runner of etcd snapshots is written."""

CANNOT = MappingProxyType(
    {
        "cronJob": "a pod reaches a member on its own host only, and the members run on hosts of their own or at a provider",
        "hostTimer": "the provider's hosts cannot be reached",
        "provider": "no provider runs etcd here",
    }
)
"""Why a distribution does not offer a runner."""

SYSTEM_CLASSES = frozenset({"system-cluster-critical", "system-node-critical"})


def inconsistencies(cluster: ClusterSpec, layered: Layered, folder: str) -> tuple[Fault, ...]:
    """Return a fault for each name that does not resolve and each contradiction. `folder` is the name of the cluster's folder."""
    spec = cluster.spec
    checks = (
        name_fits_folder(cluster.metadata, folder),
        _hosts(spec),
        _schedules(spec),
        _backups(spec),
        _namespaces(spec),
        _sections(spec),
        *agreement.checks(spec),
    )
    reported = [inconsistency for check in checks for inconsistency in sound(check)]
    return tuple(
        Fault(layered.span(i.path, key=i.on_key), i.message, MEANINGS[i.code], i.fix, i.code) for i in reported
    )


def name_fits_folder(metadata: Metadata, folder: str) -> Iterator[Inconsistency]:
    """Yield what is wrong with the name of a cluster in this folder."""
    name = metadata.name
    if metadata.renamed_from == name:
        yield contradiction(("metadata", "renamedFrom"), f"{name} has this name already", "remove `renamedFrom`")
    if name != folder:
        yield contradiction(
            ("metadata", "name"),
            f"the cluster is called {name} and its folder {folder_name(folder)}",
            f"rename one of them; the folder is `clusters/{name}`",
        )


def _each(names: Iterable[str], known: Iterable[str], path: KeyPath, what: str) -> Iterator[Inconsistency]:
    known = list(known)
    seen: set[str] = set()
    for number, name in enumerate(names):
        if name not in known:
            yield _unresolved((*path, number), name, known, what)
        elif name in seen:
            yield contradiction((*path, number), f"{name} is in this list twice", "remove one of them")
        seen.add(name)


def _unresolved(path: KeyPath, name: str, known: Iterable[str], what: str) -> Inconsistency:
    known = list(known)
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    choices = f"name one of {', '.join(known)}" if known else f"the spec has no {what} yet: add {name}"
    return unresolved(path, f"there is no {what} {name}", f"write {close[0]}" if close else choices)


def _hosts(spec: Spec) -> Iterator[Inconsistency]:
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
        yield from _pool(section, ("spec", "pools", pool))
        for host in section.hosts:
            if pooled.setdefault(host, pool) != pool:
                yield contradiction(
                    ("spec", "pools", pool, "hosts"),
                    f"{host} is in pool {pooled[host]} too, so its capacity would count twice",
                    "keep it in one pool",
                )
    yield from _addresses(spec)


def _pool(pool: Pool, path: KeyPath) -> Iterator[Inconsistency]:
    counted = (pool.cpu, pool.memory, pool.site) != (None, None, None) or bool(pool.zones)
    if bool(pool.hosts) == (pool.count is not None):
        message = "a pool states exactly one of `hosts` and `count`"
        yield contradiction(path, message, "name the hosts, or count the nodes where they have no names", on_key=True)
    elif pool.hosts and counted:
        message = "`cpu`, `memory`, `site` and `zones` of a pool belong to `count`; a host states its own"
        yield contradiction(path, message, "state them at the hosts", on_key=True)


def _addresses(spec: Spec) -> Iterator[Inconsistency]:
    seen: dict[str, str] = {}
    for name, host in spec.hosts.items():
        if host.address in seen:
            yield contradiction(
                ("spec", "hosts", name, "address"),
                f"{name} has the address of {seen[host.address]}",
                "give each host its own address",
            )
        seen.setdefault(host.address, name)


def _schedules(spec: Spec) -> Iterator[Inconsistency]:
    """In some zones the clock switches in a way that leaves the schedule without a next start."""
    backup, runner = spec.backups.etcd, etcd_runner(spec)
    if backup is not None and runner is not None:
        try:
            cron.largest_gap(backup.schedule, backup.time_zone, RUNNERS[runner].consumer)
        except ValueError as error:
            path: KeyPath = ("spec", "backups", "etcd", "schedule")
            yield contradiction(path, str(error), "write the schedule in Etc/UTC")


def _backups(spec: Spec) -> Iterator[Inconsistency]:
    if spec.backups.etcd:
        yield from _each(spec.backups.etcd.to, spec.locations, ("spec", "backups", "etcd", "to"), "location")
    for name, backup in spec.backups.applications.items():
        path: KeyPath = ("spec", "backups", "applications", name)
        yield from _each(backup.to, spec.locations, (*path, "to"), "location")
        yield from _each(backup.namespaces, spec.namespaces, (*path, "namespaces"), "namespace")
        for storage_class in backup.volumes:
            if storage_class != "default" and storage_class not in spec.storage_classes:
                yield _unresolved(
                    (*path, "volumes", storage_class), storage_class, spec.storage_classes, "storage class"
                )
        if {"snapshot", "data-mover"} <= set(backup.volumes.values()):
            yield contradiction(
                (*path, "volumes"),
                "one Velero backup cannot use both `snapshot` and `data-mover`",
                "make two entries under `backups.applications`, one for each method",
                on_key=True,
            )


def _namespaces(spec: Spec) -> Iterator[Inconsistency]:
    for namespace, section in spec.namespaces.items():
        for name, workload in section.workloads.items():
            yield from _workload(spec, workload, ("spec", "namespaces", namespace, "workloads", name))


def _workload(spec: Spec, workload: Workload, path: KeyPath) -> Iterator[Inconsistency]:
    if workload.priority is not None and workload.priority not in SYSTEM_CLASSES | spec.priorities.keys():
        yield _unresolved((*path, "priority"), workload.priority, spec.priorities, "priority")
    classes = {name: volume.storage_class for name, volume in workload.volumes.items()}
    for volume, storage_class in classes.items():
        if storage_class not in spec.storage_classes:
            place = (*path, "volumes", volume, "storageClass")
            yield _unresolved(place, storage_class, spec.storage_classes, "storage class")
    budget = workload.disruption_budget
    if budget is not None and (budget.min_available is None) == (budget.max_unavailable is None):
        yield contradiction(
            (*path, "disruptionBudget"),
            "a disruption budget states exactly one of `minAvailable` and `maxUnavailable`",
            "keep one of them",
            on_key=True,
        )


def _sections(spec: Spec) -> Iterator[Inconsistency]:
    managed = layout(spec).is_provided
    for field, stated in (("controlPlane", spec.control_plane), ("etcd", spec.etcd)):
        if managed and stated is not None:
            yield contradiction(
                ("spec", field),
                f"`{field}` is the provider's where the distribution is managed",
                "remove it",
                on_key=True,
            )
    if managed and (spec.monitoring.jobs.etcd or spec.monitoring.jobs.certificates):
        yield contradiction(
            ("spec", "monitoring", "jobs"),
            "the provider watches the control plane where the distribution is managed, and its metrics cannot be scraped",
            "remove `jobs`; jobs that come from a base are removed by null",
            on_key=True,
        )
    if not spec.hosts and not (managed and spec.pools):
        yield contradiction(
            ("spec", "hosts"),
            "there is no host, and no pool of a provider's nodes",
            "state `hosts`, or with a managed distribution `pools` with `count`",
            on_key=True,
        )
    if not managed and spec.control_plane is None:
        yield contradiction(
            ("spec", "distribution"),
            f"{spec.distribution.name} needs `spec.controlPlane`",
            "state which hosts run the control plane",
            on_key=True,
        )
    if spec.etcd and (spec.etcd.placement == "external") != (spec.etcd.hosts is not None):
        yield contradiction(
            ("spec", "etcd"),
            "`etcd.hosts` belongs to external placement, and external placement needs it",
            "state both or neither",
            on_key=True,
        )
    if spec.backups.etcd is not None:
        yield from _etcd_backup(spec, spec.backups.etcd)


def _etcd_backup(spec: Spec, backup: EtcdBackup) -> Iterator[Inconsistency]:
    """What a backup of etcd cannot do without, and what this distribution can take snapshots with."""
    path: KeyPath = ("spec", "backups", "etcd")
    offered, stated = layout(spec).runners, stated_runners(backup)
    if len(stated) > 1:
        both = " and ".join(f"`{runner}`" for runner in stated)
        yield contradiction(path, f"{both} would both take etcd snapshots", "keep one of them", on_key=True)
    elif stated and stated[0] not in offered:
        yield contradiction(
            (*path, stated[0]),
            f"`{stated[0]}` cannot take etcd snapshots here: {CANNOT[stated[0]]}",
            f"replace it by {' or '.join(f'`{runner}: {EXAMPLES[runner]}`' for runner in offered)}",
            on_key=True,
        )
    elif not stated and offered[0] != "hostTimer":
        yield contradiction(
            path,
            f"here etcd snapshots are taken by `{offered[0]}`, and it is not stated",
            f"add {' or '.join(f'`{runner}: {EXAMPLES[runner]}`' for runner in offered)}",
            on_key=True,
        )
    else:
        yield from _runner_needs(spec, backup, path)


def _runner_needs(spec: Spec, backup: EtcdBackup, path: KeyPath) -> Iterator[Inconsistency]:
    provided = etcd_runner(spec) == "provider"
    if provided and backup.to:
        message = "the provider keeps its snapshots itself, so they have no location"
        yield contradiction((*path, "to"), message, "remove `to`", on_key=True)
    if not provided and not backup.to:
        yield contradiction(path, "etcd snapshots need a location", "add `to: [offsite]`", on_key=True)
    if not provided and spec.keys is None:
        message = "etcd snapshots need `spec.keys`, which they are encrypted to"
        yield contradiction(path, message, "state `spec.keys`, or remove `backups.etcd`", on_key=True)
