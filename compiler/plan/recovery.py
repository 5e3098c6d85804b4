"""The measures of a cluster's recovery, as `plan` compares them and pages print them."""

from collections.abc import Iterator
from typing import Literal, get_args

from msgspec import Struct
from msgspec.structs import replace

from compiler.model.cluster import ClusterSpec, Spec
from compiler.model.promise import Tier
from compiler.plan.accepted_risks import accepted_until
from compiler.plan.alerts import BackupAlert
from compiler.proofs import placement
from compiler.proofs.schedules import Stream
from compiler.values.keypath import KeyPath
from compiler.values.sources import Sources

Metric = Literal[
    "promised-rpo",
    "promised-rto",
    "stays-up",
    "stays-up-during-maintenance",
    "recovers",
    "tier",
    "backup",
    "coverage",
    "volume-method",
    "data",
    "worst-data-loss",
    "watched",
    "retention",
    "copies",
    "copy-lock",
    "copy-lock-mode",
    "copy-place",
    "copy-site",
    "copy-account",
    "etcd-members",
    "etcd-members-spare",
    "etcd-placement",
    "topology",
    "survives",
    "capacity",
    "pod-security",
    "quota",
    "limits",
    "disruption-budget",
    "waiver",
    "recipient",
    "snapshot-signer",
    "image",
    "api-endpoint",
    "ca",
    "sync-source",
    "signers",
]
TIERS: tuple[Tier, ...] = get_args(Tier)
Value = int | str | tuple[str, ...] | None


class RecoveryMetric(Struct, frozen=True, kw_only=True):
    """One measure: which, of what, in which location, how much, and which way is better. Metric, subject and location identify it.

    `subject`: `cluster`, `control plane`, `applications`, a loss, a backup or a key. A value of None: not stated. `rank`: the order of
    a value that is no number. `backups`: those that it describes. `kept`: whether what is promised is reached; `waived_until`: the last
    day on which somebody accepts that it is not. `better`: `absent` where to have it at all is worse. `heading`: what it does to
    recovery, or to who can read or run.
    """

    metric: Metric
    subject: str
    location: str | None = None
    value: Value
    unit: Literal["seconds", "count", "text"] = "text"
    better: Literal["less", "more", "absent", "none"] = "none"
    rank: int | None = None
    kept: bool = True
    waived_until: str | None = None
    backups: tuple[str, ...] = ()
    heading: Literal["recovery", "access"] = "recovery"
    path: KeyPath

    @property
    def order(self) -> int | None:
        """Where the value is on the way from worse to better, or from better to worse."""
        return self.rank if self.rank is not None else self.value if isinstance(self.value, int) else None

    @property
    def identity(self) -> tuple[Metric, str, str | None]:
        """What makes it the same measure before and after a change."""
        return self.metric, self.subject, self.location


class WorstLoss(Struct, frozen=True, kw_only=True):
    """The sum behind an RPO: how old the most recent copy can get, part by part, in seconds."""

    subject: str
    gap: int
    start_delay: int
    queue: int
    capture: int
    upload: int
    total: int
    rpo: int | None
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
            rpo=s.rpo,
            page_sources=s.sources,
        )
        for s in streams
    )


def recovery(
    cluster: ClusterSpec, streams: tuple[Stream, ...], alerts: tuple[BackupAlert, ...]
) -> Iterator[RecoveryMetric]:
    """Yield every measure: what is promised, what is reached, what is kept and where."""
    spec = cluster.spec
    yield from _promises(spec, streams)
    rank = TIERS.index(spec.tier)
    yield RecoveryMetric(
        metric="tier", subject="cluster", value=spec.tier, rank=rank, better="more", path=("spec", "tier")
    )
    for stream in streams:
        backups = (stream.name,) if stream.kind == "application" else ()
        yield from (replace(metric, backups=backups) for metric in _stream(cluster, stream))
    yield from _watched(spec, alerts)
    yield from _etcd(spec)


def _watched(spec: Spec, alerts: tuple[BackupAlert, ...]) -> Iterator[RecoveryMetric]:
    """Yield who notices that snapshots of etcd stop: an alert of kedge, or what the author states for where there is none."""
    etcd = spec.backups.etcd
    if etcd is None:
        return
    runner = etcd.host_timer or etcd.provider
    alerted = any(alert.alert == "KedgeEtcdSnapshotMissing" for alert in alerts)
    stated = (runner.watched_by if runner else None) or "nobody"
    value, rank = ("alert", 2) if alerted else (stated, int(stated != "nobody"))
    path: KeyPath = ("spec", "backups", "etcd")
    yield RecoveryMetric(metric="watched", subject="control plane", value=value, rank=rank, better="more", path=path)


def _promises(spec: Spec, streams: tuple[Stream, ...]) -> Iterator[RecoveryMetric]:
    for field, subject, objective in (
        ("controlPlane", "control plane", spec.promise.control_plane),
        ("applications", "applications", spec.promise.applications),
    ):
        if objective is not None:
            path: KeyPath = ("spec", "promise", field)
            kind = "etcd" if field == "controlPlane" else "application"
            held = [s for s in streams if s.kind == kind and s.rpo == objective.rpo]
            yield _rpo(spec, _seconds("promised-rpo", subject, objective.rpo, (*path, "rpo"), "less"), held)
            yield _seconds("promised-rto", subject, objective.rto, (*path, "rto"), "less")
    for name, backup in spec.backups.applications.items():
        path = ("spec", "backups", "applications", name)
        if backup.rpo is not None:
            held = [s for s in streams if s.name == name and s.kind == "application"]
            own = _seconds("promised-rpo", name, backup.rpo, (*path, "rpo"), "less")
            yield replace(_rpo(spec, own, held), backups=(name,))
        if backup.rto is not None:
            yield replace(_seconds("promised-rto", name, backup.rto, (*path, "rto"), "less"), backups=(name,))
    for loss in spec.promise.stay_up:
        yield RecoveryMetric(metric="stays-up", subject=loss, value="made", path=("spec", "promise", "stayUp"))
    for loss in spec.promise.stay_up_during_maintenance:
        path = ("spec", "promise", "stayUpDuringMaintenance")
        yield RecoveryMetric(metric="stays-up-during-maintenance", subject=loss, value="made", path=path)
    for cause in spec.promise.recover:
        yield RecoveryMetric(metric="recovers", subject=cause, value="made", path=("spec", "promise", "recover"))


def _rpo(spec: Spec, promised: RecoveryMetric, streams: list[Stream]) -> RecoveryMetric:
    """Return a promised RPO with whether its streams keep it; waived where each of those that do not is."""
    late = [stream.path for stream in streams if stream.rpo is not None and stream.worst > stream.rpo]
    days = [accepted_until(spec, "schedule-meets-rpo", (*path, "schedule")) for path in late]
    known = [day for day in days if day is not None]
    return replace(promised, kept=not late, waived_until=min(known) if known and len(known) == len(days) else None)


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
