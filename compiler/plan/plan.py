"""The plan: every decision of a cluster's output, made once, by section; objects and pages only format it. Seconds and bytes."""

from collections.abc import Mapping

from compiler.model.cluster import ClusterSpec
from compiler.model.decided import Decided
from compiler.plan.accepted_risks import AcceptedRisks, accepted_risks
from compiler.plan.access import Access, access
from compiler.plan.alerts import BackupAlert, alert_settings, alerts
from compiler.plan.applications import ApplicationBackups, application_backups
from compiler.plan.cluster import Cluster, cluster
from compiler.plan.control_plane_alerts import ControlPlaneAlert, control_plane_alerts
from compiler.plan.delivery import Delivery, delivery
from compiler.plan.etcd_backup import (
    HostSnapshots,
    SnapshotJob,
    Snapshots,
    etcd_backup,
    host_snapshots,
    snapshot_job,
)
from compiler.plan.keys import Keys, keys
from compiler.plan.loss_outcomes import LossOutcomes, loss_outcomes
from compiler.plan.measures import measures
from compiler.plan.monitoring import Monitoring, monitoring
from compiler.plan.prerequisites import Prerequisites, prerequisites
from compiler.plan.promise import Promise, promise
from compiler.plan.protection import Protection, protection
from compiler.plan.provider_snapshots import ProviderSnapshots, provider_snapshots
from compiler.plan.recovery import RecoveryMetric, WorstLoss, recovery, worst_losses
from compiler.plan.stores import Store, stores
from compiler.plan.topology import Topology, topology
from compiler.proofs.proofs import Proofs
from compiler.values.sources import Sources


class Plan(Decided, frozen=True, kw_only=True):
    """Everything that one cluster's output says."""

    cluster: Cluster
    access: Access
    promise: Promise
    loss_outcomes: LossOutcomes
    accepted_risks: AcceptedRisks
    topology: Topology
    keys: Keys
    etcd_backup: Snapshots | None
    provider_snapshots: ProviderSnapshots | None
    applications: ApplicationBackups
    stores: tuple[Store, ...]
    protection: Protection
    alerts: tuple[BackupAlert, ...]
    etcd_alerts: tuple[ControlPlaneAlert, ...]
    certificate_alerts: tuple[ControlPlaneAlert, ...]
    monitoring: Monitoring
    delivery: Delivery | None
    recovery: tuple[RecoveryMetric, ...]
    worst_losses: tuple[WorstLoss, ...]

    @property
    def snapshot_job(self) -> SnapshotJob | None:
        """The backup of etcd where a CronJob takes it."""
        return snapshot_job(self.etcd_backup)

    @property
    def host_snapshots(self) -> HostSnapshots | None:
        """The backup of etcd where a timer on the members' hosts takes it."""
        return host_snapshots(self.etcd_backup)

    @property
    def control_plane_alerts(self) -> tuple[ControlPlaneAlert, ...]:
        """The alerts about etcd and about certificates."""
        return (*self.etcd_alerts, *self.certificate_alerts)

    @property
    def prerequisites(self) -> Prerequisites:
        """What must exist beside kedge's output."""
        return prerequisites(self.stores, self.etcd_backup, self.applications, self.delivery)


ABSENT: Mapping[str, Sources] = {
    "etcd_backup": (("spec", "backups", "etcd"),),
    "provider_snapshots": (("spec", "backups", "etcd"),),
    "etcd_alerts": (("spec", "monitoring", "jobs", "etcd"),),
    "certificate_alerts": (("spec", "monitoring", "jobs", "certificates"),),
    "delivery": (("spec", "gitops"),),
    "stores": (("spec", "locations"),),
}
"""Where the spec would state a section that this cluster does not have."""


def plan(whole: ClusterSpec, proofs: Proofs) -> Plan:
    """Decide every section. Cannot fail on a sound spec; if it does, that is our bug."""
    spec, name = whole.spec, whole.metadata.name
    written = stores(whole.metadata.stored_as, spec)
    etcd = etcd_backup(spec, written)
    velero = application_backups(spec, written)
    engine = delivery(spec)
    backup_alerts = alerts(alert_settings(name, spec), etcd, velero, proofs.streams)
    return Plan(
        cluster=cluster(whole),
        access=access(spec),
        promise=promise(spec),
        loss_outcomes=loss_outcomes(spec, proofs),
        accepted_risks=accepted_risks(spec),
        topology=topology(spec),
        keys=keys(spec),
        etcd_backup=etcd,
        provider_snapshots=provider_snapshots(spec),
        applications=velero,
        stores=written,
        protection=protection(spec),
        alerts=backup_alerts,
        etcd_alerts=control_plane_alerts(name, spec, "etcd"),
        certificate_alerts=control_plane_alerts(name, spec, "certificates"),
        monitoring=monitoring(spec),
        delivery=engine,
        recovery=(*recovery(whole, proofs.streams, backup_alerts), *measures(spec, proofs)),
        worst_losses=worst_losses(proofs.streams),
    )
