"""PrometheusRule: the alerts that no backup has finished within the RPO, absence included."""

from collections.abc import Iterator

from compiler.kube import meta
from compiler.kube.manifest import Manifest
from compiler.plan import naming
from compiler.plan.plan import BackupAlert, Plan
from compiler.values import duration


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield one PrometheusRule for the cluster's backups."""
    if not plan.alerts:
        return
    group = {"name": f"kedge.{plan.cluster}.backups", "rules": [_rule(plan, alert) for alert in plan.alerts]}
    labels = naming.labels(plan.cluster) | dict(plan.monitoring_labels)
    body = meta.kind("monitoring.coreos.com/v1", "PrometheusRule") | {
        "metadata": meta.metadata(naming.alert_rules(plan.cluster), labels, plan.monitoring_namespace),
        "spec": {"groups": [group]},
    }
    yield Manifest("monitoring", body, tuple(alert.path for alert in plan.alerts))


def _rule(plan: Plan, alert: BackupAlert) -> dict[str, object]:
    return {
        "alert": alert.alert,
        "expr": _expression(alert),
        "for": duration.prometheus(alert.pending),
        "labels": {"severity": "critical", "cluster": plan.cluster, "subject": alert.subject},
        "annotations": {
            "summary": (
                f"No {alert.subject} of {plan.cluster} has finished within the RPO of {duration.words(alert.rpo)}"
            ),
            "description": (
                f"The last good one ended more than {duration.words(alert.threshold)} ago, or none is known."
            ),
            "runbook_url": naming.page_url(plan.runbook_url, plan.cluster, alert.page),
        },
    }


def _expression(alert: BackupAlert) -> str:
    """Age of the last success, or no success known at all: a metric that is not there must not be silence."""
    selector = ",".join(f'{key}="{value}"' for key, value in alert.labels)
    series = f"{alert.metric}{{{selector}}}"
    return f"(time() - max({series}) > {alert.threshold}) or absent({series})"
