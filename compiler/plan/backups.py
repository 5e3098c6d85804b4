"""What is backed up, decided: stores, the snapshot job, Velero schedules."""

from functools import cache

from compiler.assets import asset
from compiler.model.backups import ApplicationBackup, Location
from compiler.model.cluster import Spec
from compiler.plan import naming
from compiler.plan.plan import ApplicationSchedule, Holder, SnapshotJob, Store
from compiler.proofs.schedules import Stream

# etcd's own default of --quota-backend-bytes.
DEFAULT_QUOTA = 2 * 2**30

STAGES = ("save", "verify", "encrypt", "put")


@cache
def scripts() -> tuple[tuple[str, str], ...]:
    """Return the constant scripts of the snapshot job, by stage, in the order that they run."""
    return tuple((stage, asset(f"templates/scripts/etcd-snapshot/{stage}.sh").read_text()) for stage in STAGES)


def store(cluster: str, name: str, location: Location) -> Store:
    """Return a bucket with the two paths that belong to this cluster."""
    return Store(
        name,
        location.bucket,
        location.endpoint.rstrip("/"),
        location.region,
        location.site,
        location.account,
        (location.lock.mode, location.lock.retention) if location.lock else None,
        location.credential.secret,
        location.prefix or "",
        naming.etcd_prefix(location.prefix, cluster),
        naming.velero_prefix(location.prefix, cluster),
        ("spec", "locations", name),
    )


def holders(spec: Spec) -> tuple[Holder, ...]:
    """Return the holders of the break-glass keys."""
    return (
        tuple(Holder(name, key.age, key.holder, key.place) for name, key in spec.keys.break_glass.items())
        if spec.keys
        else ()
    )


def drill(spec: Spec) -> Holder | None:
    """Return the holder of the drill key."""
    key = spec.keys.drill if spec.keys else None
    return Holder("drill", key.age, key.holder, key.place) if key else None


def snapshot_job(spec: Spec, stores: dict[str, Store], stream: Stream | None) -> SnapshotJob | None:
    """Return the snapshot job, or None where etcd is not ours or is not backed up."""
    backup = spec.backups.etcd
    if backup is None or stream is None or backup.cron_job is None:
        return None
    quota = spec.etcd.quota if spec.etcd else None
    keys = holders(spec) + ((found,) if (found := drill(spec)) else ())
    return SnapshotJob(
        backup.schedule.text,
        backup.time_zone,
        backup.cron_job.image,
        tuple(k.recipient for k in keys),
        tuple(stores[name] for name in backup.to),
        scripts(),
        stream.start_delay,
        backup.capture_timeout,
        backup.upload_timeout,
        backup.retention,
        int(quota.amount) if quota else DEFAULT_QUOTA,
        spec.distribution.version,
    )


def schedules(spec: Spec, stores: dict[str, Store]) -> tuple[ApplicationSchedule, ...]:
    """Return one Velero schedule for each backup and location: Velero writes a backup to one place."""
    return tuple(
        _schedule(name, backup, stores[location])
        for name, backup in spec.backups.applications.items()
        for location in backup.to
    )


def _schedule(name: str, backup: ApplicationBackup, to: Store) -> ApplicationSchedule:
    default = backup.volumes.get("default")
    return ApplicationSchedule(
        naming.velero_schedule(name, to.name),
        name,
        to,
        f"CRON_TZ=UTC {backup.schedule.text}",
        backup.namespaces,
        backup.retention,
        default == "file-system",
        any(method != "file-system" for method in backup.volumes.values()),
        "data-mover" in backup.volumes.values(),
        tuple((cls, method) for cls, method in backup.volumes.items() if cls != "default" and method != default),
        ("spec", "backups", "applications", name),
    )
