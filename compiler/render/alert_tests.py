"""promtool unit tests of the emitted alerts: each is seen silent while backups run, firing when they stop, firing when none ever ran."""

from collections.abc import Mapping
from itertools import chain

from compiler.manifests import prometheus_rule
from compiler.plan.alerts import BackupAlert
from compiler.plan.plan import Plan
from compiler.render import yaml
from compiler.render.tree import File
from compiler.values import duration
from compiler.values.sources import merged

FOLDER = "alert-tests"
RULES = "rules.yaml"
TESTS = "backups.test.yaml"
STEP = 60
FOREIGN = (("instance", "another-cluster"),)


def files(plan: Plan) -> list[File]:
    """Return the rules as plain Prometheus reads them, and their tests; both are outside the synced layers."""
    if not plan.alerts:
        return []
    cluster = plan.cluster.name
    sources = merged(*(alert.exists for alert in plan.alerts), *(alert.sources for alert in plan.alerts))
    tests = {
        "rule_files": [RULES],
        "evaluation_interval": duration.prometheus(STEP),
        "tests": [case for alert in plan.alerts for case in _cases(cluster, plan.alerts, alert)],
    }
    return [
        File(f"{FOLDER}/{RULES}", yaml.emit(prometheus_rule.rules(cluster, plan.alerts)).encode(), sources),
        File(f"{FOLDER}/{TESTS}", yaml.emit(tests).encode(), sources),
    ]


def _cases(cluster: str, alerts: tuple[BackupAlert, ...], alert: BackupAlert) -> list[dict[str, object]]:
    """Silent as long as it may be, firing one step later when the last success stays at zero, firing without any series.

    A fresh series of another cluster, whose labels the selector does not take or which is one of several, keeps none quiet.
    An alert's name is shared by all backups of a sort, and promtool compares every alert of the name: the others stay fresh.
    """
    late = (alert.threshold // STEP + 1) * STEP + alert.pending
    minutes = late // STEP + 1
    fresh = {_series(other): f"0+{STEP}x{minutes}" for other in alerts if _shares_name(other, alert)}
    old = fresh | {_series(alert): f"0x{minutes}"}
    labels = {"severity": "critical", "cluster": cluster, "subject": alert.subject}
    fires = {"exp_labels": labels, "exp_annotations": prometheus_rule.rule(cluster, alert)["annotations"]}
    # `absent` answers with the labels of its selector.
    fires_on_absence = fires | {"exp_labels": dict((*alert.labels, *alert.selector)) | labels}
    foreign = {_series(alert, alert.labels, FOREIGN): f"0+{STEP}x{minutes}"}
    cases = [
        _case(f"{alert.subject}: silent while the last success is young enough", old, late - STEP, alert, []),
        _case(f"{alert.subject}: fires when the last success is too old", old, late, alert, [fires]),
        _case(f"{alert.subject}: fires when no success is known", fresh, late, alert, [fires_on_absence]),
        _case(f"{alert.subject}: fires beside a fresh one of another cluster", old | foreign, late, alert, [fires]),
    ]
    if alert.selector:
        known = f"{alert.subject}: fires when another cluster's is known"
        cases.append(_case(known, fresh | foreign, late, alert, [fires_on_absence]))
    return cases


def _series(alert: BackupAlert, *labels: tuple[tuple[str, str], ...]) -> str:
    """Return a series of the alert's metric: this cluster's own unless other labels are given."""
    pairs = chain.from_iterable(labels or (alert.labels, alert.selector))
    stated = ",".join(f'{key}="{value}"' for key, value in pairs)
    return f"{alert.metric}{{{stated}}}"


def _shares_name(other: BackupAlert, alert: BackupAlert) -> bool:
    return other.alert == alert.alert and other.subject != alert.subject


def _case(
    name: str, series: Mapping[str, str], at: int, alert: BackupAlert, expected: list[dict[str, object]]
) -> dict[str, object]:
    return {
        "name": name,
        "interval": duration.prometheus(STEP),
        "input_series": [{"series": one, "values": values} for one, values in series.items()],
        "alert_rule_test": [{"eval_time": duration.prometheus(at), "alertname": alert.alert, "exp_alerts": expected}],
    }
