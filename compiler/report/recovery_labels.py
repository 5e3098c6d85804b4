"""What a metric of recovery is called in English, and its value as a person reads it."""

from msgspec.structs import replace

from compiler.plan.recovery import Metric, RecoveryMetric
from compiler.values import duration

LABELS: dict[Metric, str] = {
    "promised-rpo": "promised RPO",
    "promised-rto": "promised RTO",
    "stays-up": "promise that the API keeps serving",
    "stays-up-during-maintenance": "promise that the API keeps serving with a host under maintenance",
    "recovers": "promise to come back",
    "tier": "tier",
    "backup": "backup",
    "coverage": "namespace is in the backups",
    "volume-method": "how volumes are taken in backup {location}",
    "data": "what brings the data back",
    "worst-data-loss": "worst data loss",
    "watched": "who notices missing backups",
    "retention": "retention",
    "copies": "copies",
    "copy-lock": "lock of the copy in {location}",
    "copy-lock-mode": "mode of the lock of the copy in {location}",
    "copy-place": "place of the copy in {location}",
    "copy-site": "site of the copy in {location}",
    "copy-account": "account of the copy in {location}",
    "etcd-members": "etcd members",
    "etcd-members-spare": "etcd members that may be lost",
    "etcd-placement": "hosts of the etcd members",
    "topology": "row in the table of topologies",
    "survives": "the API keeps serving after",
    "capacity": "capacity of the pools",
    "pod-security": "Pod Security",
    "quota": "quota of namespace",
    "limits": "container limits of namespace",
    "disruption-budget": "disruption budget",
    "waiver": "waived at {location}",
    "recipient": "can read the snapshots",
    "snapshot-signer": "can sign snapshots",
    "image": "runs with etcd's client key",
    "api-endpoint": "endpoint that the pages use",
    "ca": "CA that the pages accept",
    "sync-source": "repository that commands the cluster",
    "signers": "who must sign commits",
}
CAUSES = {
    "operator-error": "deletion by mistake",
    "credential-theft": "theft of the cluster's credentials",
}
ABSENT: dict[Metric, str] = {"copy-lock-mode": "none", "copy-site": "not stated", "copy-account": "not stated"}


def label(metric: RecoveryMetric) -> str:
    """Return which metric it is."""
    return LABELS[metric.metric].format(location=metric.location)


def subject(metric: RecoveryMetric) -> str:
    """Return what it is measured of."""
    if metric.metric in ("stays-up", "stays-up-during-maintenance", "recovers", "survives"):
        return CAUSES.get(metric.subject, f"loss of a {metric.subject}")
    return metric.subject


def value(metric: RecoveryMetric) -> str | int:
    """Return the value as data: numbers as they are, everything else as text."""
    if isinstance(metric.value, tuple):
        return ", ".join(metric.value)
    return ABSENT[metric.metric] if metric.value is None else metric.value


def spoken(metric: RecoveryMetric | None) -> str:
    """Return the value as a person reads it; a metric that does not exist is none."""
    if metric is not None and metric.metric == "promised-rpo" and not metric.kept:
        promised = spoken(replace(metric, kept=True))
        waived = f"waived until {metric.waived_until}: RPO {promised} is not kept"
        return waived if metric.waived_until else f"{promised} (not kept)"
    if metric is None or (metric.unit == "seconds" and not metric.value):
        return "none"
    if metric.unit == "seconds" and isinstance(metric.value, int):
        return duration.words(metric.value)
    return str(value(metric))
