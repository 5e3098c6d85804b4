"""Values that must differ or agree: keys, locations, names that are built from two, system namespaces, the order of limits."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import TypeVar

from compiler.model.cluster import Spec
from compiler.model.inconsistency import Inconsistency, contradiction
from compiler.model.namespaces import QUOTA_KEYS, ContainerLimits, Namespace
from compiler.values.keypath import KeyPath

SYSTEM_NAMESPACES = frozenset({"default", "kedge-backup", "kube-node-lease", "kube-public", "kube-system"})
"""Namespaces of Kubernetes and of kedge itself."""

OWNED: Mapping[str, str] = MappingProxyType(
    {
        "pod-security.kubernetes.io/": "`podSecurity`",
        "kubernetes.io/metadata.name": "the API server",
        "kubectl.kubernetes.io/": "kubectl",
        "kustomize.toolkit.fluxcd.io/": "Flux and to kedge's guard against deletion",
        "argocd.argoproj.io/": "Argo CD and to kedge's guard against deletion",
        "velero.io/": "Velero, which would leave the namespace out of its backups",
    }
)
"""Who owns labels and annotations of a Namespace, by what their keys begin with."""

T = TypeVar("T")
MIN_ETCD_QUOTA = 100 * 2**20


def checks(spec: Spec) -> tuple[Iterator[Inconsistency], ...]:
    """Return every check; each ends by itself where it looks at a value that is not known."""
    return (
        _keys(spec),
        _locations(spec),
        _schedules(spec),
        _endpoint(spec),
        _etcd(spec),
        _namespaces(spec),
        _system_namespaces(spec),
        _gitops(spec),
    )


def _namespaces(spec: Spec) -> Iterator[Inconsistency]:
    """Quotas and limits are such as the API takes."""
    for name, section in spec.namespaces.items():
        path: KeyPath = ("spec", "namespaces", name)
        yield from _quota(section, path)
        yield from _metadata(section, path)
        if section.limits is not None:
            yield from _limits(section.limits, (*path, "limits"))


def _system_namespaces(spec: Spec) -> Iterator[Inconsistency]:
    """Namespaces of Kubernetes, of kedge, and of what backs up, watches or syncs the cluster are not managed."""
    kept = SYSTEM_NAMESPACES | {spec.backups.velero.namespace, spec.monitoring.namespace} | _engines(spec)
    for name, section in spec.namespaces.items():
        if section.manage and name in kept:
            message = (
                f"{name} is a system namespace: a quota or Pod Security on it could stop what keeps the cluster running"
            )
            yield contradiction(("spec", "namespaces", name), message, "add `manage: false`", on_key=True)


def _engines(spec: Spec) -> set[str]:
    """The namespace of the GitOps engine: stopped by a quota, it could not take the quota back."""
    return {engine.namespace for _, engine in spec.gitops or () if engine is not None}


def _gitops(spec: Spec) -> Iterator[Inconsistency]:
    """Two engines on the same objects undo each other's work."""
    engines = spec.gitops
    if engines is not None and bool(engines.flux) == bool(engines.argo):
        message = "`gitops` states exactly one of `flux` and `argo`"
        fix = "keep one of them; one that comes from a base is removed by null" if engines.flux else "state one of them"
        yield contradiction(("spec", "gitops"), message, fix, on_key=True)


def _quota(section: Namespace, path: KeyPath) -> Iterator[Inconsistency]:
    for key, amount in section.quota.items():
        if QUOTA_KEYS[key].counts_objects and amount.amount % 1:
            message = f"`{key}` counts objects and must be a whole number, not {amount.text}"
            yield contradiction((*path, "quota", key), message, "write a whole number")


def _metadata(section: Namespace, path: KeyPath) -> Iterator[Inconsistency]:
    """Some labels and annotations have another owner, and two owners of one key take it from each other at each sync."""
    for field, keys in (("labels", section.labels), ("annotations", section.annotations)):
        for key in keys:
            owner = next((owner for prefix, owner in OWNED.items() if key.startswith(prefix)), None)
            if owner is not None:
                message = f"`{key}` belongs to {owner}, and two owners take it from each other at each sync"
                yield contradiction((*path, field, key), message, "remove it", on_key=True)


def _endpoint(spec: Spec) -> Iterator[Inconsistency]:
    """A virtual address that is a host's own cannot move to another host."""
    vip = spec.control_plane.endpoint.vip if spec.control_plane and spec.control_plane.endpoint else None
    owner = next((name for name, host in spec.hosts.items() if host.address == vip), None)
    if vip is not None and owner is not None:
        path: KeyPath = ("spec", "controlPlane", "endpoint", "vip")
        message = f"the virtual address is the own address of {owner}"
        yield contradiction(path, message, "name the address that moves between the hosts")


def _etcd(spec: Spec) -> Iterator[Inconsistency]:
    """etcd takes a quota of 0 as its default and refuses a fraction of a byte."""
    quota = spec.etcd.quota if spec.etcd else None
    if quota is not None and (quota.amount < MIN_ETCD_QUOTA or quota.amount % 1):
        message = f"a quota of {quota.text} bytes holds no Kubernetes cluster"
        yield contradiction(("spec", "etcd", "quota"), message, "write at least 100Mi; etcd's own default is 2Gi")


def _keys(spec: Spec) -> Iterator[Inconsistency]:
    """One key under two names is one key, not two."""
    if spec.keys is None:
        return
    places: list[tuple[KeyPath, str]] = [
        (("spec", "keys", "breakGlass", name, "age"), key.age) for name, key in spec.keys.break_glass.items()
    ]
    if spec.keys.drill:
        places.append((("spec", "keys", "drill", "age"), spec.keys.drill.age))
    places += [
        (("spec", "keys", "snapshotSigners", name, "ssh"), signer.ssh)
        for name, signer in spec.keys.snapshot_signers.items()
    ]
    for place, other in _same(places):
        yield contradiction(place, f"this is the key of {other[-2]} too", "generate another key pair")


def _locations(spec: Spec) -> Iterator[Inconsistency]:
    """Two locations with the same bucket and prefix hold one copy; a CA signs nothing without TLS."""
    for name, store in spec.locations.items():
        if store.ca and not store.encrypted_in_transit:
            message = "a store without TLS has no certificate, so a CA proves nothing of it"
            yield contradiction(("spec", "locations", name, "ca"), message, "write an https:// endpoint", on_key=True)
    places = ((n, (s.endpoint, s.bucket, s.prefix)) for n, s in spec.locations.items())
    for name, other in _same(places):
        message = f"{name} has the bucket and prefix of {other}, so a second copy would overwrite the first"
        yield contradiction(("spec", "locations", name), message, "name another bucket", on_key=True)


def _schedules(spec: Spec) -> Iterator[Inconsistency]:
    """A Velero schedule is named after backup and location: a-b to c, and a to b-c, would be one."""
    pairs = [(name, to) for name, backup in spec.backups.applications.items() for to in backup.to]
    for (name, to), (other, other_to) in _same((pair, "-".join(pair)) for pair in pairs):
        message = f"{name} to {to}, and {other} to {other_to}, would both be the Velero schedule {name}-{to}"
        yield contradiction(("spec", "backups", "applications", name), message, "rename the backup", on_key=True)


def _limits(limits: ContainerLimits, path: KeyPath) -> Iterator[Inconsistency]:
    """The API takes a LimitRange only where min <= defaultRequest <= default <= max, for each resource."""
    ladder = {"min": limits.min, "defaultRequest": limits.default_request, "default": limits.default, "max": limits.max}
    for resource in dict.fromkeys(r for amounts in ladder.values() for r in amounts):
        rungs = [(key, amounts[resource]) for key, amounts in ladder.items() if resource in amounts]
        for (low, less), (high, more) in pairwise(rungs):
            if less.amount > more.amount:
                message = f"`{low}` is {less.text} of {resource}, and `{high}` is only {more.text}: the API refuses such limits"
                yield contradiction((*path, low, resource), message, f"lower `{low}` or raise `{high}`")


def _same(pairs: Iterable[tuple[T, object]]) -> Iterator[tuple[T, T]]:
    """Yield each name with the earlier name that has the same value."""
    seen: dict[object, T] = {}
    for name, value in pairs:
        if value in seen:
            yield name, seen[value]
        seen.setdefault(value, name)
