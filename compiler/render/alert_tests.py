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
    """Silent while the last success stays young; firing when it stays at nought; firing when there is no series at all."""
    late = alert.threshold + alert.pending + 2 * STEP
    labels = ",".join(f'{key}="{value}"' for key, value in alert.labels)
    series = f"{alert.metric}{{{labels}}}"
    minutes = late // STEP + 1
    firing = [
        {
            "exp_labels": {"severity": "critical", "cluster": plan.cluster, "subject": alert.subject} | _kept(alert),
            "exp_annotations": annotations,
        }
    ]
    plain = [
        {
            "exp_labels": {"severity": "critical", "cluster": plan.cluster, "subject": alert.subject},
            "exp_annotations": annotations,
        }
    ]
    return [
        _case(f"{alert.subject}: silent while backups finish", series, f"0+{STEP}x{minutes}", late, alert, []),
        _case(f"{alert.subject}: fires when the last success is too old", series, f"0x{minutes}", late, alert, plain),
        _case(f"{alert.subject}: fires when no success is known", None, "", late, alert, firing),
    ]


def _kept(alert: BackupAlert) -> dict[str, str]:
    """`absent` answers with the labels of its selector."""
    return dict(alert.labels)


def _case(
    name: str, series: str | None, values: str, at: int, alert: BackupAlert, expected: list[dict[str, object]]
) -> dict[str, object]:
    return {
        "name": name,
        "interval": duration.prometheus(STEP),
        "input_series": [{"series": series, "values": values}] if series else [],
        "alert_rule_test": [{"eval_time": duration.prometheus(at), "alertname": alert.alert, "exp_alerts": expected}],
    }
