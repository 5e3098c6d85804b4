"""promtool unit tests of the emitted alerts: each is seen silent while backups run, firing when they stop, firing when none ever ran."""

from collections.abc import Mapping

from compiler.kube.manifest import Manifest
from compiler.plan.plan import BackupAlert, Plan
from compiler.render import yaml
from compiler.render.tree import File
from compiler.values import duration

FOLDER = "alert-tests"
RULES = "rules.yaml"
TESTS = "backups.test.yaml"
STEP = 60


def files(plan: Plan, emitted: tuple[Manifest, ...]) -> list[File]:
    """Return the rules as plain Prometheus reads them, and their tests; both lie outside the synced layers."""
    rules = [m.body for m in emitted if m.body["kind"] == "PrometheusRule"]
    if not rules:
        return []
    spec = rules[0]["spec"]
    assert isinstance(spec, Mapping)  # noqa: S101 - built by manifests/prometheus_rule.py
    sources = tuple(alert.path for alert in plan.alerts)
    tests = {
        "rule_files": [RULES],
        "evaluation_interval": duration.prometheus(STEP),
        "tests": [case for alert in plan.alerts for case in _cases(plan, alert, _annotations(spec, alert))],
    }
    return [
        File(f"{FOLDER}/{RULES}", yaml.emit(spec).encode(), sources),
        File(f"{FOLDER}/{TESTS}", yaml.emit(tests).encode(), sources),
    ]


def _annotations(spec: Mapping[str, object], alert: BackupAlert) -> object:
    groups = spec["groups"]
    assert isinstance(groups, list)  # noqa: S101 - built by manifests/prometheus_rule.py
    return next(rule["annotations"] for rule in groups[0]["rules"] if rule["labels"]["subject"] == alert.subject)


def _cases(plan: Plan, alert: BackupAlert, annotations: object) -> list[dict[str, object]]:
    """Silent as long as it may be, firing one step later when the last success stays at nought, firing without any series.

    An alert's name is shared by all backups of a sort, and promtool compares every alert of the name: the others stay fresh.
    """
    late = (alert.threshold // STEP + 1) * STEP + alert.pending
    minutes = late // STEP + 1
    fresh = {_series(other): f"0+{STEP}x{minutes}" for other in plan.alerts if _shares_name(other, alert)}
    old = fresh | {_series(alert): f"0x{minutes}"}
    labels = {"severity": "critical", "cluster": plan.cluster, "subject": alert.subject}
    fires = {"exp_labels": labels, "exp_annotations": annotations}
    # `absent` answers with the labels of its selector.
    fires_on_absence = fires | {"exp_labels": labels | dict(alert.labels)}
    return [
        _case(f"{alert.subject}: silent while the last success is young enough", old, late - STEP, alert, []),
        _case(f"{alert.subject}: fires when the last success is too old", old, late, alert, [fires]),
        _case(f"{alert.subject}: fires when no success is known", fresh, late, alert, [fires_on_absence]),
    ]


def _series(alert: BackupAlert) -> str:
    labels = ",".join(f'{key}="{value}"' for key, value in alert.labels)
    return f"{alert.metric}{{{labels}}}"


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
