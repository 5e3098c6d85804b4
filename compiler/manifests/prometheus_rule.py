"""PrometheusRule: the alerts that no backup has finished within the RPO, absence included."""

from collections.abc import Iterator

from compiler.kube import meta
from compiler.kube.manifest import Manifest, ObjectKey, Origin, manifest
from compiler.plan import naming
from compiler.plan.alerts import BackupAlert
from compiler.plan.plan import Plan
from compiler.values import duration


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield one PrometheusRule for the cluster's backups."""
    if not plan.alerts:
        return
    cluster, monitoring = plan.cluster.name, plan.monitoring
    yield manifest(
        ObjectKey("monitoring.coreos.com/v1", "PrometheusRule", naming.alert_rules(cluster), monitoring.namespace),
        {"spec": rules(cluster, plan.alerts)},
        layer="monitoring",
        labels=meta.labels(cluster) | dict(monitoring.labels),
        origin=Origin(
            exists=plan.alerts[0].exists,
            named=monitoring.named,
            made_from=(monitoring.sources, *(alert.sources for alert in plan.alerts)),
        ),
    )


def rules(cluster: str, alerts: tuple[BackupAlert, ...]) -> dict[str, object]:
    """Return the rules as Prometheus itself reads them."""
    return {"groups": [{"name": f"kedge.{cluster}.backups", "rules": [rule(cluster, alert) for alert in alerts]}]}


def rule(cluster: str, alert: BackupAlert) -> dict[str, object]:
    """Return one alerting rule."""
    return {
        "alert": alert.alert,
        "expr": _expression(alert),
        "for": duration.prometheus(alert.pending),
        "labels": {"severity": "critical", "cluster": cluster, "subject": alert.subject},
        "annotations": {
            "summary": f"No {alert.subject} of {cluster} has finished {_within(alert)}",
            "description": (
                f"The last good one ended more than {duration.words(alert.threshold)} ago, or none is known."
            ),
            "runbook_url": alert.page_url,
        },
    }


def _expression(alert: BackupAlert) -> str:
    """Age of the last success, or no success known at all: a metric that is not there must not be silence.

    The oldest of several series counts: a fresh one of the same name, of another cluster or a tenant, must not be silence either.
    """
    selector = ",".join(f'{key}="{value}"' for key, value in (*alert.labels, *alert.selector))
    series = f"{alert.metric}{{{selector}}}"
    return f"(time() - min({series}) > {alert.threshold}) or absent({series})"


def _within(alert: BackupAlert) -> str:
    """Return the time that has passed: the RPO, or all that the schedule explains where it does not keep the RPO."""
    rpo = duration.words(alert.rpo)
    longest = duration.words(alert.threshold)
    return (
        f"in time for the RPO of {rpo}"
        if alert.kept
        else f"in {longest}, all that its schedule explains; the RPO of {rpo} is not kept"
    )
