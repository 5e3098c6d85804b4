"""Copies: for each backup and each loss that the promise or the tier names, whether some location still holds a readable copy.

A location counts when it does not run inside the cluster and is outside the failure domain that is lost. Distance does not help
against a person with rights or against stolen credentials: a lock does, and against stolen credentials also an account that they do
not reach. What keeps a copy from surviving is a cause: many backups and losses can share one, and it is reported once.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Literal

from msgspec import Struct

from compiler.model.cluster import Spec
from compiler.model.locations import Location
from compiler.model.promise import Loss
from compiler.model.topology import DomainKind
from compiler.proofs import minimum
from compiler.proofs.places import Place, places
from compiler.values.keypath import KeyPath

# A lock that ends before anyone has noticed the deletion protects nothing: a failed weekend and the days around it.
MIN_LOCK = 7 * 86400

Fact = Literal[
    "in-cluster",
    "no-lock",
    "short-lock",
    "own-account",
    "account-not-stated",
    "cluster-account-not-stated",
    "own-site",
    "own-zone",
    "site-not-stated",
    "host-site-not-stated",
    "place-not-known",
    "snapshot-in-cluster",
    "snapshot-not-moved",
    "provider-not-known",
]
NOT_PROVEN: frozenset[Fact] = frozenset(
    {
        "account-not-stated",
        "cluster-account-not-stated",
        "site-not-stated",
        "host-site-not-stated",
        "place-not-known",
        "snapshot-not-moved",
        "provider-not-known",
    }
)
"""Facts that leave open whether the copy survives; with any other it does not."""

NOT_FIXABLE: frozenset[Fact] = frozenset({"in-cluster", "own-site", "own-zone"})
"""Facts that no setting of the location changes: another location is needed."""

AT_VALUE: frozenset[Fact] = NOT_FIXABLE | {
    "short-lock",
    "own-account",
    "place-not-known",
    "snapshot-in-cluster",
    "snapshot-not-moved",
    "provider-not-known",
}
"""Facts whose key path is the wrong value itself; the other facts are about a value that is missing."""

WEAKER: Mapping[Fact, Fact] = MappingProxyType(
    {"place-not-known": "own-site", "snapshot-not-moved": "snapshot-in-cluster"}
)
"""Facts that add nothing where the other one is a cause at the same place: its fix ends both."""

Places = Callable[[], tuple[Place, ...]]
"""The places of the cluster, read when a cause depends on them and not before: what is read is named as a source."""


class Backup(Struct, frozen=True):
    """A backup, by name; the backup of etcd is the only one of its kind."""

    kind: Literal["etcd", "application"]
    name: str


class Cause(Struct, frozen=True):
    """One fact that keeps copies from surviving: what it is, the key path where it is seen, and the location or backup that it is about."""

    fact: Fact
    path: KeyPath
    name: str

    @property
    def at_value(self) -> bool:
        """Whether the key path names the wrong value itself, not the section that a value is missing from."""
        return self.fact in AT_VALUE

    @property
    def proven(self) -> bool:
        """Whether the spec says enough to be sure."""
        return self.fact not in NOT_PROVEN


class Shortfall(Struct, frozen=True):
    """One cause with the backups and the losses that it affects, each in the order of the spec."""

    cause: Cause
    backups: tuple[Backup, ...]
    losses: tuple[Loss, ...]


def shortfalls(spec: Spec) -> tuple[Shortfall, ...]:
    """Return every cause for which some backup has no copy that is proven to survive some loss, each once."""
    affected: dict[Cause, list[tuple[Backup, Loss]]] = {}
    for backup, loss, cause in _causes(spec):
        affected.setdefault(cause, []).append((backup, loss))
    return tuple(
        Shortfall(cause, tuple(dict.fromkeys(b for b, _ in pairs)), tuple(dict.fromkeys(x for _, x in pairs)))
        for cause, pairs in affected.items()
        if not (cause.fact in WEAKER and any((c.name, c.fact) == (cause.name, WEAKER[cause.fact]) for c in affected))
    )


def _causes(spec: Spec) -> Iterator[tuple[Backup, Loss, Cause]]:
    where = cache(lambda: places(spec))
    against = cache(lambda location, loss: _against(spec, where, location, loss))
    for loss in minimum.losses(spec):
        for name, application in spec.backups.applications.items():
            if "snapshot" in application.volumes.values():
                yield Backup("application", name), loss, _snapshot(spec, where, name, loss)
        if spec.backups.etcd and spec.backups.etcd.provider:
            path: KeyPath = ("spec", "backups", "etcd", "provider")
            yield Backup("etcd", "etcd"), loss, Cause("provider-not-known", path, "etcd")
        for backup, to in _locations(spec):
            for cause in _nearest([against(location, loss) for location in to]):
                yield backup, loss, cause


def _snapshot(spec: Spec, where: Places, name: str, loss: Loss) -> Cause:
    """A snapshot that stays in storage of the cluster is gone with the cluster, and in reach of whoever may delete volumes."""
    path: KeyPath = ("spec", "backups", "applications", name, "volumes")
    volumes = spec.backups.applications[name].volumes
    inside = any(
        volumes.get(storage_class, volumes.get("default")) == "snapshot" and section.backend == "in-cluster"
        for storage_class, section in spec.storage_classes.items()
    )
    one_site = len({place.site for place in where()}) == 1
    lost = loss in ("operator-error", "credential-theft") or (loss == "site" and one_site)
    return Cause("snapshot-in-cluster" if inside and lost else "snapshot-not-moved", path, name)


def _locations(spec: Spec) -> Iterator[tuple[Backup, tuple[str, ...]]]:
    if spec.backups.etcd:
        yield Backup("etcd", "etcd"), spec.backups.etcd.to
    for name, application in spec.backups.applications.items():
        yield Backup("application", name), application.to


def _nearest(locations: list[tuple[Cause, ...]]) -> tuple[Cause, ...]:
    """Return the causes at the location where they are easiest to fix; none where some location holds."""
    return min(locations, key=_effort, default=())


def _effort(causes: tuple[Cause, ...]) -> tuple[bool, bool, int]:
    """Nothing to fix comes first, then what only has to be stated, then what a setting changes, then another location."""
    return any(c.proven for c in causes), any(c.fact in NOT_FIXABLE for c in causes), len(causes)


def _against(spec: Spec, where: Places, name: str, loss: Loss) -> tuple[Cause, ...]:
    """Return everything that keeps a copy in a location from surviving a loss."""
    location = spec.locations[name]
    path: KeyPath = ("spec", "locations", name)
    if location.in_cluster:
        return (Cause("in-cluster", (*path, "inCluster"), name),)
    if loss == "operator-error":
        return tuple(_lock(location, name, path))
    if loss == "credential-theft":
        return (*_lock(location, name, path), *_account(spec, location, name, path))
    return tuple(_domain(where(), location, name, loss))


def _lock(location: Location, name: str, path: KeyPath) -> Iterator[Cause]:
    if location.lock is None:
        yield Cause("no-lock", path, name)
    elif location.lock.retention < MIN_LOCK:
        yield Cause("short-lock", (*path, "lock", "retention"), name)


def _account(spec: Spec, location: Location, name: str, path: KeyPath) -> Iterator[Cause]:
    if spec.identity.account is None:
        yield Cause("cluster-account-not-stated", ("spec", "identity"), "")
    if location.account is None:
        yield Cause("account-not-stated", path, name)
    elif location.account == spec.identity.account:
        yield Cause("own-account", (*path, "account"), name)


def _domain(where: tuple[Place, ...], location: Location, name: str, kind: DomainKind) -> Iterator[Cause]:
    """A store is outside a domain of the cluster when a domain around it differs: its site, or for a zone its zone."""
    path: KeyPath = ("spec", "locations", name)
    if location.site is None:
        yield Cause("site-not-stated", path, name)
    homeless = [place for place in where if place.site is None]
    if homeless:
        yield Cause(
            "host-site-not-stated", homeless[0].path, ", ".join(dict.fromkeys(place.name for place in homeless))
        )
    if not homeless and location.site in {place.site for place in where}:
        yield from _same_site(where, location, name, kind)


def _same_site(where: tuple[Place, ...], location: Location, name: str, kind: DomainKind) -> Iterator[Cause]:
    path: KeyPath = ("spec", "locations", name)
    zones = {place.zone for place in where}
    zone_known = location.zone is not None and None not in zones
    if kind == "site":
        yield Cause("own-site", (*path, "site"), name)
    elif kind == "zone" and zone_known and location.zone in zones:
        yield Cause("own-zone", (*path, "zone"), name)
    elif not zone_known or location.zone in zones:
        yield Cause("place-not-known", (*path, "site"), name)
