"""PrometheusRule: the alerts that etcd loses members, quorum or space, that a certificate expires, and that nothing watches them."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from compiler.kube import meta
from compiler.kube.manifest import Manifest, ObjectKey, Origin, manifest
from compiler.plan import naming
from compiler.plan.control_plane_alerts import ControlPlaneAlert, ControlPlaneAlertName
from compiler.plan.plan import Plan
from compiler.values import duration

# Gauges and counters of etcd itself (etcd 3.6: server/etcdserver/metrics.go, server/storage/mvcc/metrics.go; grpc_* by its gRPC server),
# asked of a real member by the tests. `etcd_debugging_…` may change without notice, so refused writes count too.
LEADER = "etcd_server_has_leader"
SIZE, QUOTA = "etcd_mvcc_db_total_size_in_bytes", "etcd_server_quota_backend_bytes"
ALARMS, HANDLED = "etcd_debugging_server_alarms", "grpc_server_handled_total"
NO_SPACE = (("alarm_type", "NOSPACE"),)
REFUSED = (("grpc_service", "etcdserverpb.KV"), ("grpc_code", "ResourceExhausted"))
# Of the blackbox exporter (prober/tls.go): when the first certificate of the chain that a port serves expires, in Unix seconds.
EXPIRY = "probe_ssl_earliest_cert_expiry"
WATCHED = (LEADER, SIZE, QUOTA, HANDLED)
"""What the alerts of etcd ask that every member has from its start."""


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield one PrometheusRule for the cluster's control plane."""
    alerts, monitoring, cluster = plan.control_plane_alerts, plan.monitoring, plan.cluster.name
    if not alerts:
        return
    name = naming.control_plane_alert_rules(cluster)
    yield manifest(
        ObjectKey("monitoring.coreos.com/v1", "PrometheusRule", name, monitoring.namespace),
        {"spec": rules(cluster, alerts)},
        layer="monitoring",
        labels=meta.labels(cluster) | dict(monitoring.labels),
        origin=Origin(
            exists=tuple(dict.fromkeys(path for alert in alerts for path in alert.exists)),
            named=monitoring.named,
            made_from=(monitoring.sources, *(alert.sources for alert in alerts)),
        ),
    )


def rules(cluster: str, alerts: tuple[ControlPlaneAlert, ...]) -> dict[str, object]:
    """Return the rules as Prometheus itself reads them."""
    return {"groups": [{"name": f"kedge.{cluster}.control-plane", "rules": [rule(cluster, alert) for alert in alerts]}]}


def rule(cluster: str, alert: ControlPlaneAlert) -> dict[str, object]:
    """Return one alerting rule."""
    summary, description = TEXTS[alert.alert]
    said = {
        "cluster": cluster,
        "job": alert.job,
        "members": alert.members,
        "quorum": alert.quorum,
        "threshold": alert.threshold,
        "left": duration.words(alert.threshold),
    }
    return {
        "alert": alert.alert,
        "expr": EXPRESSIONS[alert.alert](alert),
        "for": duration.prometheus(alert.pending),
        "labels": {"severity": alert.severity, "cluster": cluster, "subject": alert.subject},
        "annotations": {
            "summary": summary.format(**said),
            "description": description.format(**said),
            "runbook_url": alert.page_url,
        },
    }


def series(alert: ControlPlaneAlert, metric: str, *labels: tuple[str, str]) -> str:
    """Return the selector of this cluster's series of a metric."""
    return labelled(metric, ("job", alert.job), *alert.selector, *labels)


def labelled(metric: str, *labels: tuple[str, str]) -> str:
    """Return a metric with labels, as Prometheus writes it."""
    listed = ",".join(f'{key}="{value}"' for key, value in labels)
    return f"{metric}{{{listed}}}"


def _with_leader(alert: ControlPlaneAlert) -> str:
    """Members that are up and follow a leader; one that two Prometheus scrape counts once."""
    return f"sum(max by (instance) ({series(alert, LEADER)}))"


def _size(alert: ControlPlaneAlert) -> str:
    ratio = f"{series(alert, SIZE)} / {series(alert, QUOTA)}"
    return f"max({ratio}) * 100 > {alert.threshold}"


def _no_space(alert: ControlPlaneAlert) -> str:
    refused = series(alert, HANDLED, *REFUSED)
    return f"(max({series(alert, ALARMS, *NO_SPACE)}) > 0) or (sum(increase({refused}[5m])) > 0)"


def _not_watched(alert: ControlPlaneAlert) -> str:
    return " or ".join(f"absent({series(alert, metric)})" for metric in WATCHED)


def _expires(alert: ControlPlaneAlert) -> str:
    left = f"min({series(alert, EXPIRY)}) - time() < {alert.threshold}"
    return f"({left}) >= {alert.above}" if alert.above else left


def _unwatched_certificates(alert: ControlPlaneAlert) -> str:
    probed = series(alert, EXPIRY)
    return f"(count(max by (instance) ({probed})) < {alert.threshold}) or absent({probed})"


EXPRESSIONS: Mapping[ControlPlaneAlertName, Callable[[ControlPlaneAlert], str]] = MappingProxyType(
    {
        "KedgeEtcdMemberDown": lambda alert: f"{_with_leader(alert)} < {alert.members}",
        "KedgeEtcdQuorumMargin": lambda alert: f"{_with_leader(alert)} == {alert.quorum}",
        "KedgeEtcdNoLeader": lambda alert: f"{_with_leader(alert)} < {alert.quorum}",
        "KedgeEtcdDatabaseSize": _size,
        "KedgeEtcdNoSpace": _no_space,
        "KedgeEtcdNotWatched": _not_watched,
        "KedgeCertificateExpires": _expires,
        "KedgeCertificatesNotWatched": _unwatched_certificates,
    }
)

TEXTS: Mapping[ControlPlaneAlertName, tuple[str, str]] = MappingProxyType(
    {
        "KedgeEtcdMemberDown": (
            "Fewer than {members} etcd members of {cluster} are up with a leader",
            "A member is down, cut off, or no longer scraped by the job {job}. etcd needs {quorum} of {members}.",
        ),
        "KedgeEtcdQuorumMargin": (
            "One more lost etcd member stops {cluster}",
            "Exactly {quorum} of {members} members are up with a leader: the next loss is the loss of quorum.",
        ),
        "KedgeEtcdNoLeader": (
            "etcd of {cluster} has lost its quorum",
            "Fewer than {quorum} of {members} members follow a leader: no write succeeds. Restart nothing; open the page.",
        ),
        "KedgeEtcdDatabaseSize": (
            "The etcd database of {cluster} is above {threshold} % of its quota",
            "At the quota etcd refuses every write until someone compacts and defragments it by hand.",
        ),
        "KedgeEtcdNoSpace": (
            "etcd of {cluster} refuses writes",
            "A member has the NOSPACE alarm, or answered writes with ResourceExhausted. Leases expire: nodes and leaders drop next.",
        ),
        "KedgeEtcdNotWatched": (
            "Prometheus has no metrics of etcd of {cluster}",
            "The job {job} has no series: every member is down, or their metrics cannot be reached, or the job has another name.",
        ),
        "KedgeCertificateExpires": (
            "A certificate of the control plane of {cluster} expires in less than {left}",
            "An API server or an etcd member serves it. Renew the certificates of every control plane, then restart what serves them.",
        ),
        "KedgeCertificatesNotWatched": (
            "Fewer than {threshold} TLS ports of the control plane of {cluster} are probed",
            "The job {job} probes each API server and both ports of each etcd member; one of them does not answer, or is left out.",
        ),
    }
)
