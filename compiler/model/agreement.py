"""Things that must differ or fit together: keys, locations, names made from two, namespaces of others, limits in their order."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TypeVar

from compiler.model.broken import Broken
from compiler.model.cluster import Spec
from compiler.model.namespaces import ContainerLimits
from compiler.values.keypath import KeyPath

CODE = "sections-agree"
KEPT = frozenset({"default", "kedge-backup", "kube-node-lease", "kube-public", "kube-system"})
"""Namespaces that Kubernetes or kedge itself lives in."""

T = TypeVar("T")
LEAST_QUOTA = 100 * 2**20


def checks(spec: Spec) -> tuple[Iterator[Broken], ...]:
    """Return every check; each ends by itself where it looks at a value that is not known."""
    return (_keys(spec), _locations(spec), _schedules(spec), _endpoint(spec), _etcd(spec), _namespaces(spec))


def _namespaces(spec: Spec) -> Iterator[Broken]:
    """Namespaces of others are not managed; quotas and limits are such as the API takes."""
    for name, section in spec.namespaces.items():
        path: KeyPath = ("spec", "namespaces", name)
        if section.manage and name in KEPT | {spec.backups.velero.namespace}:
            message = f"namespace {name} is not a tenant's: quotas and Pod Security on it could stop what keeps the cluster alive"
            yield Broken(CODE, path, message, "add `manage: false`", on_key=True)
        for key, amount in section.quota.items():
            if "." not in key.partition("/")[0].replace("services.", "") and amount.amount % 1:
                message = f"`{key}` counts objects and must be a whole number, not {amount.text}"
                yield Broken(CODE, (*path, "quota", key), message, "write a whole number")
        if section.limits is not None:
            yield from _limits(section.limits, (*path, "limits"))


def _endpoint(spec: Spec) -> Iterator[Broken]:
    """A virtual address that is a host's own does not move away from it."""
    vip = spec.control_plane.endpoint.vip if spec.control_plane and spec.control_plane.endpoint else None
    owner = next((name for name, host in spec.hosts.items() if host.address == vip), None)
    if vip is not None and owner is not None:
        path: KeyPath = ("spec", "controlPlane", "endpoint", "vip")
        yield Broken(
            CODE, path, f"this is the address of {owner} itself", "name the address that moves between the hosts"
        )


def _etcd(spec: Spec) -> Iterator[Broken]:
    """etcd reads a quota of nought as its default, and a part of a byte not at all."""
    quota = spec.etcd.quota if spec.etcd else None
    if quota is not None and (quota.amount < LEAST_QUOTA or quota.amount % 1):
        message = f"a quota of {quota.text} bytes holds no Kubernetes cluster"
        yield Broken(CODE, ("spec", "etcd", "quota"), message, "write at least 100Mi; etcd's own default is 2Gi")


def _keys(spec: Spec) -> Iterator[Broken]:
    """One key under two names is one safe, not two."""
    if spec.keys is None:
        return
    places: list[tuple[KeyPath, str]] = [
        (("spec", "keys", "breakGlass", name, "age"), key.age) for name, key in spec.keys.break_glass.items()
    ]
    if spec.keys.drill:
        places.append((("spec", "keys", "drill", "age"), spec.keys.drill.age))
    for place, other in _same(places):
        yield Broken(CODE, place, f"this is the key of {other[-2]} too", "make a key pair of its own")


def _locations(spec: Spec) -> Iterator[Broken]:
    """Two locations in one place are one copy."""
    stores = ((n, (s.endpoint.rstrip("/"), s.bucket, s.prefix)) for n, s in spec.locations.items())
    for name, other in _same(stores):
        message = f"{name} is the bucket and prefix of {other}, so a second copy would overwrite the first"
        yield Broken(CODE, ("spec", "locations", name), message, "name another bucket", on_key=True)


def _schedules(spec: Spec) -> Iterator[Broken]:
    """A Velero schedule is named after backup and location: a-b to c, and a to b-c, would be one."""
    pairs = [(name, to) for name, backup in spec.backups.applications.items() for to in backup.to]
    for (name, to), (other, there) in _same((pair, "-".join(pair)) for pair in pairs):
        message = f"{name} to {to}, and {other} to {there}, would both be the Velero schedule {name}-{to}"
        yield Broken(CODE, ("spec", "backups", "applications", name), message, "rename the backup", on_key=True)


def _limits(limits: ContainerLimits, path: KeyPath) -> Iterator[Broken]:
    """The API takes a LimitRange only where min <= defaultRequest <= default <= max, for each resource."""
    ladder = {"min": limits.min, "defaultRequest": limits.default_request, "default": limits.default, "max": limits.max}
    for resource in dict.fromkeys(r for amounts in ladder.values() for r in amounts):
        rungs = [(key, amounts[resource]) for key, amounts in ladder.items() if resource in amounts]
        for (low, less), (high, more) in pairwise(rungs):
            if less.amount > more.amount:
                message = f"`{low}` is {less.text} of {resource}, and `{high}` is only {more.text}: the API refuses such limits"
                yield Broken(CODE, (*path, low, resource), message, "lower the one or raise the other")


def _same(pairs: Iterable[tuple[T, object]]) -> Iterator[tuple[T, T]]:
    """Yield each name whose value an earlier one has too, and that earlier one."""
    seen: dict[object, T] = {}
    for name, value in pairs:
        if value in seen:
            yield name, seen[value]
        seen.setdefault(value, name)
