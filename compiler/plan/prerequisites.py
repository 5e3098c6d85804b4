"""What must exist beside kedge's output, decided: Secrets in the cluster, settings of buckets."""

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from compiler.engines.engine import RequiredSecret
from compiler.plan import naming
from compiler.plan.applications import ApplicationBackups
from compiler.plan.delivery import Delivery
from compiler.plan.etcd_backup import Snapshots, host_snapshots, snapshot_job
from compiler.plan.stores import Store

# What the snapshot job's scripts read from the Secret of a writer.
WRITER_KEYS = (("access-key-id", "secret-access-key"),)
# Velero's own names: the password of its repository, by which it encrypts what it copies out of volumes.
REPOSITORY_SECRET = "velero-repo-credentials"  # noqa: S105 - a name
REPOSITORY_KEYS = (("repository-password",),)
DAY = 86_400


class LifecycleRule(Struct, frozen=True):
    """What the bucket's owner sets for a prefix. `etcd`: expire current versions after `days`, and noncurrent ones after as many.
    `velero`: remove noncurrent versions only, since Velero removes its backups itself."""

    writer: Literal["etcd", "velero"]
    prefix: str
    days: int


class BucketSettings(Struct, frozen=True):
    """What the owner of a bucket sets: versioning on always, the store's lock, and these lifecycle rules."""

    store: Store
    lifecycle: tuple[LifecycleRule, ...]


class HostCredential(Struct, frozen=True):
    """A put-only credential of a location on each member's host: files that only root reads."""

    location: str
    files: tuple[str, ...]


class Prerequisites(Struct, frozen=True):
    """Secrets that must exist, each once, root's files on hosts, and the settings of every bucket."""

    secrets: tuple[RequiredSecret, ...]
    host_credentials: tuple[HostCredential, ...]
    buckets: tuple[BucketSettings, ...]


def prerequisites(
    stores: tuple[Store, ...],
    etcd: Snapshots | None,
    applications: ApplicationBackups,
    delivery: Delivery | None,
) -> Prerequisites:
    """Decide the section from what needs them."""
    secrets = (*backup_secrets(etcd, applications), *(delivery.engine.secrets if delivery else ()))
    return Prerequisites(
        secrets=tuple(dict.fromkeys(secrets)),
        host_credentials=tuple(_host_credentials(etcd)),
        buckets=tuple(BucketSettings(store, tuple(_lifecycle(store, etcd, applications))) for store in stores),
    )


def backup_secrets(etcd: Snapshots | None, applications: ApplicationBackups) -> Iterator[RequiredSecret]:
    """Yield the Secrets that backups need, some of them more than once."""
    job = snapshot_job(etcd)
    for store in job.stores if job else ():
        yield RequiredSecret(store.credential, naming.BACKUP_NAMESPACE, WRITER_KEYS)
    if job and job.signers:
        yield RequiredSecret(naming.SIGNING_SECRET, naming.BACKUP_NAMESPACE, ((naming.SIGNING_KEY,),))
    velero = applications.velero.namespace
    for schedule in applications.schedules:
        yield RequiredSecret(schedule.store.credential, velero, ((naming.VELERO_CREDENTIAL_KEY,),))
        if schedule.volumes.needs_repository:
            yield RequiredSecret(REPOSITORY_SECRET, velero, REPOSITORY_KEYS)


def _host_credentials(etcd: Snapshots | None) -> Iterator[HostCredential]:
    backup = host_snapshots(etcd)
    if backup is not None:
        for store in backup.stores:
            yield HostCredential(
                store.name, tuple(backup.runner.files.credential(store.name, key) for key in WRITER_KEYS[0])
            )


def _lifecycle(store: Store, etcd: Snapshots | None, applications: ApplicationBackups) -> Iterator[LifecycleRule]:
    if etcd and store.name in {one.name for one in etcd.stores}:
        yield LifecycleRule("etcd", store.etcd_prefix, _days(etcd.retention))
    kept = [schedule.retention for schedule in applications.schedules if schedule.store.name == store.name]
    if kept:
        yield LifecycleRule("velero", store.velero_prefix, _days(max(kept)))


def _days(seconds: int) -> int:
    """Return whole days, rounded up: a bucket's lifecycle knows no smaller unit."""
    return -(-seconds // DAY)
