"""From a sound spec and its proofs to the plan."""

from compiler.model.cluster import ClusterSpec, Spec
from compiler.model.promise import Objective
from compiler.plan import alerts, backups, layers, naming, protection, recovery
from compiler.plan.plan import (
    ApplicationSchedule,
    BackupAlert,
    Delivery,
    Layer,
    Member,
    Objectives,
    People,
    Plan,
    SnapshotJob,
    Store,
    WorstLoss,
)
from compiler.proofs.proofs import Proofs
from compiler.proofs.schedules import Stream


def plan(cluster: ClusterSpec, proofs: Proofs) -> Plan:
    """Decide every name, path and number of a cluster's output. Cannot fail on a sound spec; if it does, that is our bug."""
    spec, name = cluster.spec, cluster.metadata.name
    stores = {key: backups.store(name, key, location) for key, location in spec.locations.items()}
    streams = {stream.path: stream for stream in proofs.streams}
    job = backups.snapshot_job(spec, stores, streams.get(("spec", "backups", "etcd")))
    schedules = backups.schedules(spec, stores)
    signals = _alerts(job, schedules, streams)
    return Plan(
        cluster=name,
        tier=spec.tier,
        kubernetes=spec.distribution.version,
        minor=spec.distribution.version.minors[0],
        distribution=spec.distribution.name,
        endpoint=spec.identity.endpoint.rstrip("/"),
        ca_fingerprint=spec.identity.ca_fingerprint,
        people=People(spec.people.owner, spec.people.deputy, spec.people.escalation),
        stay_up=spec.promise.stay_up,
        recover=spec.promise.recover,
        control_plane=_objectives(spec.promise.control_plane),
        applications=_objectives(spec.promise.applications),
        members=_members(spec, proofs.placement.members if proofs.placement else ()),
        quorum=proofs.placement.quorum if proofs.placement else 0,
        control_plane_hosts=_members(spec, spec.control_plane.hosts if spec.control_plane else ()),
        hosts=_members(spec, tuple(spec.hosts)),
        break_glass=backups.holders(spec),
        drill=backups.drill(spec),
        snapshot=job,
        snapshot_worst=next((s.worst for s in proofs.streams if s.path[-1] == "etcd"), None),
        worst_losses=_worst_losses(proofs),
        velero_namespace=spec.backups.velero.namespace,
        velero_version=spec.backups.velero.version,
        stores=_used(stores, schedules),
        schedules=schedules,
        namespaces=protection.namespaces(spec),
        observed=tuple(n for n, section in spec.namespaces.items() if not section.manage),
        priorities=protection.priorities(spec),
        alerts=signals,
        monitoring_namespace=spec.monitoring.namespace,
        monitoring_labels=tuple(spec.monitoring.labels.items()),
        runbook_url=spec.monitoring.runbooks,
        layers=_layers(name, spec, job, schedules, signals),
        delivery=_delivery(name, spec),
        recovery=tuple(recovery.numbers(spec, proofs)),
    )


def _objectives(objective: Objective | None) -> Objectives | None:
    return Objectives(objective.rpo, objective.rto) if objective else None


def _members(spec: Spec, hosts: tuple[str, ...]) -> tuple[Member, ...]:
    return tuple(Member(host, spec.hosts[host].address) for host in hosts)


def _worst_losses(proofs: Proofs) -> tuple[WorstLoss, ...]:
    return tuple(
        WorstLoss(s.name, s.gap.seconds, s.start_delay, s.queue, s.capture, s.upload, s.worst) for s in proofs.streams
    )


def _used(stores: dict[str, Store], schedules: tuple[ApplicationSchedule, ...]) -> tuple[Store, ...]:
    """Return the stores that Velero writes to; the snapshot job names its own."""
    names = {s.store.name for s in schedules}
    return tuple(store for name, store in stores.items() if name in names)


def _alerts(
    job: SnapshotJob | None, schedules: tuple[ApplicationSchedule, ...], streams: dict[tuple[str | int, ...], Stream]
) -> tuple[BackupAlert, ...]:
    found = [alerts.snapshot_alert(streams["spec", "backups", "etcd"])] if job else []
    found += [alerts.application_alert(s, streams[s.path]) for s in schedules]
    return tuple(a for a in found if a is not None)


def _layers(
    cluster: str,
    spec: Spec,
    job: SnapshotJob | None,
    schedules: tuple[ApplicationSchedule, ...],
    signals: tuple[BackupAlert, ...],
) -> tuple[Layer, ...]:
    return layers.layers(
        cluster,
        {
            "base": bool(spec.priorities) or any(n.manage for n in spec.namespaces.values()),
            "backup-control-plane": job is not None,
            "backup-applications": bool(schedules),
            "monitoring": bool(signals),
        },
    )


def _delivery(cluster: str, spec: Spec) -> Delivery | None:
    if spec.gitops is None:
        return None
    flux = spec.gitops.flux
    return Delivery(
        flux.url, flux.branch, flux.namespace, flux.interval, flux.secret, flux.signers, naming.source(cluster)
    )
