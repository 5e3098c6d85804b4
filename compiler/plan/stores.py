"""Stores: every bucket that a backup writes to, decided."""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from compiler.model.cluster import Spec
from compiler.model.recording import recorded
from compiler.plan import naming
from compiler.values.sources import Sources

PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class StoreLock:
    """Object Lock of a bucket; retention in seconds."""

    mode: Literal["governance", "compliance"]
    retention: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A bucket as jobs and pages use it. `endpoint` has no slash at its end, and
    `endpoint_sources` decide it alone; the prefixes are whole paths inside the bucket.

    `etcd_prefix`: below it each snapshot of this cluster has a folder. `velero_prefix`: it belongs to this cluster's Velero.
    `sources`: what objects state of it; `page_sources`: what only pages state.
    """

    name: str
    bucket: str
    endpoint: str
    endpoint_sources: Sources
    region: str
    ca: str | None
    credential: str
    etcd_prefix: str
    velero_prefix: str
    sources: Sources
    site: str | None
    account: str | None
    lock: StoreLock | None
    page_sources: Sources

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
    used = set(_written_to(spec))
    return tuple(_store(stored_as, spec, name) for name in spec.locations if name in used)


def _written_to(spec: Spec) -> Iterator[str]:
    if spec.backups.etcd:
        yield from spec.backups.etcd.to
    for backup in spec.backups.applications.values():
        yield from backup.to


def _store(stored_as: str, spec: Spec, name: str) -> Store:
    view, reads = recorded(spec)
    location = view.locations[name]
    endpoint, endpoint_sources = location.endpoint, reads.paths()
    return Store(
        name=name,
        bucket=location.bucket,
        endpoint=endpoint,
        endpoint_sources=endpoint_sources,
        region=location.region,
        ca=location.ca,
        credential=location.credential.secret,
        etcd_prefix=naming.etcd_prefix(location.prefix, stored_as),
        velero_prefix=naming.velero_prefix(location.prefix, stored_as),
        sources=reads.paths(),
        # What is read from here on is stated by pages only.
        site=location.site,
        account=location.account,
        lock=StoreLock(location.lock.mode, location.lock.retention) if location.lock else None,
        page_sources=reads.paths(),
    )
