"""The measures of a cluster's recovery, as `plan` compares them and pages print them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from compiler.model.cluster import ClusterSpec, Spec
from compiler.proofs import placement
from compiler.proofs.schedules import Stream
from compiler.values.keypath import KeyPath
from compiler.values.sources import Sources

Metric = Literal[
    "promised-rpo",
    "promised-rto",
    "stays-up",
    "recovers",
    "tier",
    "namespaces",
    "volume-methods",
    "recipient",
    "worst-data-loss",
    "retention",
    "copies",
    "copy-lock",
    "copy-lock-mode",
    "copy-place",
    "copy-site",
    "copy-account",
    "etcd-members",
    "etcd-members-spare",
    "break-glass-keys",
]
Value = int | str | tuple[str, ...] | tuple[tuple[str, str], ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryMetric:
    """One measure: which, of what, in which location, how much, and which way is better. Metric, subject and location identify it.

    `subject`: `cluster`, `control plane`, `applications`, a loss, a backup or a key. A value of None: not stated.
    """

    metric: Metric
    subject: str
    location: str | None = None
    value: Value
    unit: Literal["seconds", "count", "text"] = "text"
    better: Literal["less", "more", "none"] = "none"
    path: KeyPath

    @property
    def identity(self) -> tuple[Metric, str, str | None]:
        """What makes it the same measure before and after a change."""
        return self.metric, self.subject, self.location


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstLoss:
    """The sum behind an RPO: how old the most recent copy can get, part by part, in seconds."""

    subject: str
    gap: int
    start_delay: int
    queue: int
    capture: int
    upload: int
    total: int
    page_sources: Sources


def worst_losses(streams: tuple[Stream, ...]) -> tuple[WorstLoss, ...]:
    """Return the sum of every stream."""
    return tuple(
        WorstLoss(
            subject=s.name,
            gap=s.gap.seconds,
            start_delay=s.start_delay,
            queue=s.queue,
            capture=s.capture,
            upload=s.upload,
            total=s.worst,
            page_sources=s.sources,
        )
        for s in streams
    )


def recovery(cluster: ClusterSpec, streams: tuple[Stream, ...]) -> Iterator[RecoveryMetric]:
    """Yield every measure: what is promised, what is reached, what is kept and where."""
    spec = cluster.spec
    yield from _promises(spec)
    yield RecoveryMetric(metric="tier", subject="cluster", value=spec.tier, path=("spec", "tier"))
    yield from _what_is_kept(spec)
    for stream in streams:
        yield from _stream(cluster, stream)
    yield from _etcd(spec)
    if spec.keys is not None:
        yield RecoveryMetric(
            metric="break-glass-keys",
            subject="control plane",
            value=len(spec.keys.break_glass),
            unit="count",
            better="more",
            path=("spec", "keys", "breakGlass"),
        )


def _promises(spec: Spec) -> Iterator[RecoveryMetric]:
    for field, subject, objective in (
        ("controlPlane", "control plane", spec.promise.control_plane),
        ("applications", "applications", spec.promise.applications),
    ):
        if objective is not None:
            path: KeyPath = ("spec", "promise", field)
            yield _seconds("promised-rpo", subject, objective.rpo, (*path, "rpo"), "less")
            yield _seconds("promised-rto", subject, objective.rto, (*path, "rto"), "less")
    for name, backup in spec.backups.applications.items():
        path = ("spec", "backups", "applications", name)
        if backup.rpo is not None:
            yield _seconds("promised-rpo", name, backup.rpo, (*path, "rpo"), "less")
        if backup.rto is not None:
            yield _seconds("promised-rto", name, backup.rto, (*path, "rto"), "less")
    for loss in spec.promise.stay_up:
        yield RecoveryMetric(metric="stays-up", subject=loss, value="made", path=("spec", "promise", "stayUp"))
    for cause in spec.promise.recover:
        yield RecoveryMetric(metric="recovers", subject=cause, value="made", path=("spec", "promise", "recover"))


def _what_is_kept(spec: Spec) -> Iterator[RecoveryMetric]:
    """Yield which namespaces and volumes are backed up, and to whom snapshots are encrypted."""
    for name, backup in spec.backups.applications.items():
        path: KeyPath = ("spec", "backups", "applications", name)
        namespaces = tuple(sorted(backup.namespaces))
        methods = tuple(sorted(backup.volumes.items()))
        yield RecoveryMetric(metric="namespaces", subject=name, value=namespaces, path=(*path, "namespaces"))
        yield RecoveryMetric(metric="volume-methods", subject=name, value=methods, path=(*path, "volumes"))
    for name, key in spec.keys.break_glass.items() if spec.keys else ():
        path = ("spec", "keys", "breakGlass", name)
        yield RecoveryMetric(metric="recipient", subject=name, value=key.age, path=path)


def _stream(cluster: ClusterSpec, stream: Stream) -> Iterator[RecoveryMetric]:
    yield _seconds("worst-data-loss", stream.name, stream.worst, (*stream.path, "schedule"), "less")
    yield _seconds("retention", stream.name, stream.retention, (*stream.path, "retention"), "more")
    yield RecoveryMetric(
        metric="copies",
        subject=stream.name,
        value=len(stream.to),
        unit="count",
        better="more",
        path=(*stream.path, "to"),
    )
    for name in stream.to:
        yield from _copy(stream.name, name, cluster)


def _copy(subject: str, name: str, cluster: ClusterSpec) -> Iterator[RecoveryMetric]:
    """Yield where a copy is and what guards it: a change of any of these leaves the old copies behind or exposes them."""
    location = cluster.spec.locations[name]
    path: KeyPath = ("spec", "locations", name)
    lock = location.lock
    place = (location.endpoint, location.bucket, location.prefix, cluster.metadata.stored_as)
    yield _seconds("copy-lock", subject, lock.retention if lock else 0, path, "more", location=name)
    details: tuple[tuple[Metric, Value], ...] = (
        ("copy-place", "/".join(part for part in place if part)),
        ("copy-site", location.site),
        ("copy-account", location.account),
        ("copy-lock-mode", lock.mode if lock else None),
    )
    for metric, value in details:
        yield RecoveryMetric(metric=metric, subject=subject, location=name, value=value, path=path)


def _etcd(spec: Spec) -> Iterator[RecoveryMetric]:
    placed = placement.place(spec)
    if placed is None:
        return
    path = ("spec", "controlPlane", "hosts")
    members = len(placed.members)
    subject = "control plane"
    yield RecoveryMetric(metric="etcd-members", subject=subject, value=members, unit="count", path=path)
    yield RecoveryMetric(
        metric="etcd-members-spare",
        subject=subject,
        value=members - placed.quorum,
        unit="count",
        better="more",
        path=path,
    )


def _seconds(
    metric: Metric,
    subject: str,
    value: int,
    path: KeyPath,
    better: Literal["less", "more"],
    location: str | None = None,
) -> RecoveryMetric:
    return RecoveryMetric(
        metric=metric, subject=subject, location=location, value=value, unit="seconds", better=better, path=path
    )
