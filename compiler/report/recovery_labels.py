"""What a metric of recovery is called in English, and its value as a person reads it."""

from compiler.plan.recovery import Metric, RecoveryMetric
from compiler.values import duration

LABELS: dict[Metric, str] = {
    "promised-rpo": "promised RPO",
    "promised-rto": "promised RTO",
    "stays-up": "promise that the API keeps serving",
    "recovers": "promise to come back",
    "tier": "tier",
    "namespaces": "namespaces that are backed up",
    "volume-methods": "volumes are taken",
    "recipient": "break-glass recipient",
    "worst-data-loss": "worst data loss",
    "retention": "retention",
    "copies": "copies",
    "copy-lock": "lock of the copy in {location}",
    "copy-lock-mode": "mode of the lock of the copy in {location}",
    "copy-place": "place of the copy in {location}",
    "copy-site": "site of the copy in {location}",
    "copy-account": "account of the copy in {location}",
    "etcd-members": "etcd members",
    "etcd-members-spare": "etcd members that may be lost",
    "break-glass-keys": "break-glass keys",
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
    if metric.metric in ("stays-up", "recovers"):
        return CAUSES.get(metric.subject, f"loss of a {metric.subject}")
    return metric.subject


def value(metric: RecoveryMetric) -> str | int:
    """Return the value as data: numbers as they are, everything else as text."""
    if isinstance(metric.value, tuple):
        parts = [part if isinstance(part, str) else f"{part[0]} by {part[1]}" for part in metric.value]
        return ", ".join(parts) or "objects only"
    return ABSENT[metric.metric] if metric.value is None else metric.value


def spoken(metric: RecoveryMetric | None) -> str:
    """Return the value as a person reads it; a metric that does not exist is none."""
    if metric is None or (metric.unit == "seconds" and not metric.value):
        return "none"
    if metric.unit == "seconds" and isinstance(metric.value, int):
        return duration.words(metric.value)
    return str(value(metric))
