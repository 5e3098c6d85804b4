"""The plan: every name, path and number of the output, decided once. Objects and pages only say it. Times in seconds, sizes in bytes."""

from dataclasses import dataclass
from typing import Literal

from compiler.model.checks import Versions
from compiler.values.keypath import KeyPath

LayerName = Literal["base", "backup-control-plane", "backup-applications", "monitoring"]


@dataclass(frozen=True, slots=True)
class Member:
    """An etcd member: its name, which kubeadm makes equal to its node's, and where its peers reach it."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the identity of a key, where it lies, and the public recipient that it opens."""

    name: str
    recipient: str
    holder: str | None
    place: str | None


@dataclass(frozen=True, slots=True)
class Store:
    """A bucket as jobs and pages use it."""

    name: str
    bucket: str
    endpoint: str
    region: str
    site: str | None
    account: str | None
    lock: tuple[str, int] | None
    credential: str
    prefix: str
    etcd_prefix: str
    velero_prefix: str
    path: KeyPath


@dataclass(frozen=True, slots=True)
class SnapshotJob:
    """The etcd snapshot job."""

    schedule: str
    time_zone: str
    image: str
    recipients: tuple[str, ...]
    stores: tuple[Store, ...]
    scripts: tuple[tuple[str, str], ...]
    start_delay: int
    capture: int
    upload: int
    retention: int
    quota: int
    kubernetes: Versions

    @property
    def deadline(self) -> int:
        """Longest time from the start of the Job to its end; beyond it the Job is ended and counts as failed."""
        return self.capture + self.upload


@dataclass(frozen=True, slots=True)
class ApplicationSchedule:
    """One Velero Schedule: one backup to one location."""

    name: str
    backup: str
    store: Store
    cron: str
    namespaces: tuple[str, ...]
    retention: int
    file_system: bool
    snapshots: bool
    data_mover: bool
    policies: tuple[tuple[str, str], ...]
    path: KeyPath


@dataclass(frozen=True, slots=True)
class BackupAlert:
    """An alert that no backup has finished within the RPO: the metric, its labels, and the age beyond which it fires."""

    alert: Literal["KedgeEtcdSnapshotMissing", "KedgeApplicationBackupMissing"]
    subject: str
    metric: str
    labels: tuple[tuple[str, str], ...]
    threshold: int
    pending: int
    rpo: int
    page: str
    path: KeyPath


@dataclass(frozen=True, slots=True)
class Budget:
    """A PodDisruptionBudget."""

    name: str
    labels: tuple[tuple[str, str], ...]
    min_available: int | str | None
    max_unavailable: int | str | None
    unhealthy_pods: str
    path: KeyPath


@dataclass(frozen=True, slots=True)
class ManagedNamespace:
    """A namespace that kedge emits, with what protects it. Resources are canonical quantities by Kubernetes' keys."""

    name: str
    pod_security: str
    quota: tuple[tuple[str, str], ...]
    limits: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    budgets: tuple[Budget, ...]
    path: KeyPath


@dataclass(frozen=True, slots=True)
class PriorityLevel:
    """A PriorityClass."""

    name: str
    value: int
    global_default: bool
    preemption: str
    description: str | None
    path: KeyPath


@dataclass(frozen=True, slots=True)
class Layer:
    """A folder that is synced as one, and the layers that must stand before it."""

    name: LayerName
    folder: str
    sync: str
    depends_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """How Flux reaches the output."""

    url: str
    branch: str
    namespace: str
    interval: int
    secret: str | None
    signers: str | None
    source: str


@dataclass(frozen=True, slots=True)
class RecoveryNumber:
    """One number of the cluster's recovery that `plan` compares: what, of which thing, how much, and which way is better."""

    what: str
    subject: str
    value: int | str
    unit: Literal["seconds", "count", "text"]
    better: Literal["less", "more", "none"]
    path: KeyPath


@dataclass(frozen=True, slots=True)
class WorstLoss:
    """The sum behind an RPO: how old the youngest copy can get, part by part, in seconds."""

    subject: str
    gap: int
    start_delay: int
    queue: int
    capture: int
    upload: int
    total: int


@dataclass(frozen=True, slots=True)
class People:
    """Whom the pages tell to call."""

    owner: str
    deputy: str | None
    escalation: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Objectives:
    """RPO and RTO in seconds; None where nothing is promised."""

    rpo: int
    rto: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that one cluster's output says."""

    cluster: str
    tier: str
    kubernetes: Versions
    minor: str
    distribution: str
    endpoint: str
    ca_fingerprint: str | None
    people: People
    stay_up: tuple[str, ...]
    recover: tuple[str, ...]
    control_plane: Objectives | None
    applications: Objectives | None
    members: tuple[Member, ...]
    quorum: int
    control_plane_hosts: tuple[Member, ...]
    hosts: tuple[Member, ...]
    break_glass: tuple[Holder, ...]
    drill: Holder | None
    snapshot: SnapshotJob | None
    snapshot_worst: int | None
    worst_losses: tuple[WorstLoss, ...]
    velero_namespace: str
    velero_version: str
    stores: tuple[Store, ...]
    schedules: tuple[ApplicationSchedule, ...]
    namespaces: tuple[ManagedNamespace, ...]
    observed: tuple[str, ...]
    priorities: tuple[PriorityLevel, ...]
    alerts: tuple[BackupAlert, ...]
    monitoring_namespace: str
    monitoring_labels: tuple[tuple[str, str], ...]
    runbook_url: str | None
    layers: tuple[Layer, ...]
    delivery: Delivery | None
    recovery: tuple[RecoveryNumber, ...]
