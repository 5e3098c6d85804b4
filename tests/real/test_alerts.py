"""promtool runs the alert tests that kedge emits, and the tests notice when an alert is broken."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from tests.real.conftest import Count
from tests.real.examples import CLUSTERS, Example, Object, compile_changed, compile_example
from tests.real.harness.toolchain import debian

RULES, TESTS = "alert-tests/rules.yaml", "alert-tests/backups.test.yaml"


TWICE, SHARED = "twice", "shared"


@pytest.fixture(scope="module", params=[*CLUSTERS, TWICE, SHARED])
def example(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Example:
    """Each example, one with two application backups, whose alerts share a name, and one whose Prometheus serves several clusters."""
    if request.param == SHARED:
        return compile_changed("payments-eu", tmp_path_factory.mktemp(SHARED), _shared_prometheus)
    if request.param == TWICE:
        return compile_changed("payments-eu", tmp_path_factory.mktemp(TWICE), _second_backup)
    return compile_example(request.param)


@pytest.fixture
def folder(example: Example, tmp_path: Path) -> Path:
    """The output as committed to the repository."""
    example.write(tmp_path)
    return tmp_path


def _second_backup(spec: Object) -> None:
    """Two hourly backups of one namespace."""
    spec["promise"]["applications"]["rpo"] = "4h"
    backups = spec["backups"]["applications"]
    backups["payments"]["schedule"] = "17 * * * *"
    backups["ledger"] = backups["payments"] | {"schedule": "47 * * * *"}


def _shared_prometheus(spec: Object) -> None:
    """One Prometheus for several clusters."""
    spec["monitoring"] = spec.get("monitoring", {}) | {"selector": {"cluster": "payments-eu", "region": "eu"}}


def _promtool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([debian("promtool"), *arguments], capture_output=True, text=True, timeout=60)


def _subject(rule: dict[str, dict[str, str]]) -> str:
    return rule["labels"]["subject"]


def test_every_cluster_with_a_backup_has_alerts(example: Example) -> None:
    assert len(example.plan.alerts) == bool(example.plan.etcd_backup) + len(example.plan.applications.schedules) > 0


def test_promtool_accepts_the_rules(folder: Path) -> None:
    done = _promtool("check", "rules", "--lint=all", "--lint-fatal", folder / RULES)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_is_seen_silent_firing_and_firing_on_absence(folder: Path, example: Example, count: Count) -> None:
    done = _promtool("test", "rules", folder / TESTS)
    assert done.returncode == 0, done.stdout + done.stderr
    cases = yaml.safe_load((folder / TESTS).read_text())["tests"]
    for rule in yaml.safe_load((folder / RULES).read_text())["groups"][0]["rules"]:
        firing = [_fires(case, rule) for case in cases if _asks(case, rule)]
        assert firing == [False, True, True, True, *([True] if example.plan.alerts[0].selector else [])], _subject(rule)
    count("alerts", len(example.plan.alerts))


BREAKS = {
    "absence": (") or absent(", ") and absent("),
    "age": ("(time() -", "(0 * time() -"),
    "clock": ("time() - min(", "min("),
    "freshest": ("min(", "max("),
    "a-minute-later": ("> ", "> 60 + "),
    "a-minute-sooner": ("> ", "> -60 + "),
}


@pytest.mark.parametrize("example", [TWICE], indirect=True)
@pytest.mark.parametrize("number", [0, -1], ids=["snapshot", "application"])
@pytest.mark.parametrize(("part", "broken"), BREAKS.values(), ids=list(BREAKS))
def test_a_broken_alert_fails_its_test(folder: Path, number: int, part: str, broken: str, count: Count) -> None:
    rules = yaml.safe_load((folder / RULES).read_text())
    rule = rules["groups"][0]["rules"][number]
    assert part in rule["expr"]
    rule["expr"] = rule["expr"].replace(part, broken)
    (folder / RULES).write_text(yaml.safe_dump(rules))
    assert _promtool("test", "rules", folder / TESTS).returncode != 0
    count("broken alerts")


def _asks(case: dict[str, object], rule: dict[str, dict[str, str]]) -> bool:
    """Whether a test case is about the alert: its name begins with the subject."""
    return str(case["name"]).startswith(f"{_subject(rule)}:")


def _fires(case: dict[str, list[dict[str, list[dict[str, dict[str, str]]]]]], rule: dict[str, dict[str, str]]) -> bool:
    expected = [alert for asked in case["alert_rule_test"] for alert in asked["exp_alerts"]]
    return any(alert["exp_labels"]["subject"] == _subject(rule) for alert in expected)
