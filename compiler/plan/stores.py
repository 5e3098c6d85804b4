"""Stores: every bucket that a backup writes to, decided."""

import ipaddress
from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlsplit

from msgspec import Struct

from compiler.model.cluster import Spec
from compiler.model.decided import Decide, Decided, decided
from compiler.model.locations import Location, Lock
from compiler.model.recording import recorded
from compiler.plan import naming
from compiler.values.sources import Sources

PORTS = {"http": 80, "https": 443}


class StoreLock(Struct, frozen=True):
    """Object Lock of a bucket; retention in seconds."""

    mode: Literal["governance", "compliance"]
    retention: int


class Store(Decided, frozen=True, kw_only=True):
    """A bucket as jobs and pages use it. `endpoint` has no slash at its end; the prefixes are whole paths inside the bucket.

    `etcd_prefix`: below it each snapshot of this cluster has a folder. `velero_prefix`: it belongs to this cluster's Velero.
    `exists`: the lists of locations; `sources`: what objects state of it.
    """

    name: str
    exists: Sources
    bucket: str
    endpoint: str
    region: str
    ca: str | None
    credential: str
    etcd_prefix: str
    velero_prefix: str
    sources: Sources
    site: str | None
    account: str | None
    lock: StoreLock | None

    @property
    def port(self) -> int:
        """The port that the store is reached at."""
        return urlsplit(self.endpoint).port or PORTS[urlsplit(self.endpoint).scheme]

    @property
    def needs_dns(self) -> bool:
        """Whether the endpoint is a name."""
        try:
            ipaddress.ip_address(urlsplit(self.endpoint).hostname or "")
        except ValueError:
            return True
        return False


def stores(stored_as: str, spec: Spec) -> tuple[Store, ...]:
    """Return the stores that etcd snapshots or application backups are written to, in the order of the spec."""
    view, reads = recorded(spec)
    used = set(_written_to(view))
    return tuple(
        _store(stored_as, name, location, reads.paths()) for name, location in view.locations.items() if name in used
    )


def _written_to(spec: Spec) -> Iterator[str]:
    if spec.backups.etcd:
        yield from spec.backups.etcd.to
    for backup in spec.backups.applications.values():
        yield from backup.to


def _store(stored_as: str, name: str, stated: Location, exists: Sources) -> Store:
    decide = Decide(stated)
    return decided(
        Store,
        name=name,
        exists=exists,
        bucket=decide(lambda location: location.bucket),
        endpoint=decide(lambda location: location.endpoint),
        region=decide(lambda location: location.region),
        ca=decide(lambda location: location.ca),
        credential=decide(lambda location: location.credential.secret),
        etcd_prefix=decide(lambda location: naming.etcd_prefix(location.prefix, stored_as)),
        velero_prefix=decide(lambda location: naming.velero_prefix(location.prefix, stored_as)),
        sources=decide.paths(),
        # What is decided from here on is stated by pages only.
        site=decide(lambda location: location.site),
        account=decide(lambda location: location.account),
        lock=decide(lambda location: _lock(location.lock)),
    )


def _lock(stated: Lock | None) -> StoreLock | None:
    return StoreLock(stated.mode, stated.retention) if stated else None
