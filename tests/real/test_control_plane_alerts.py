"""The alerts about etcd and certificates: promtool runs the tests that kedge emits, and real systems are asked what the expressions ask.

A Prometheus scrapes real etcd members and a blackbox exporter; each emitted expression is evaluated as it is, without its `for`.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml

from compiler.manifests.control_plane_rule import EXPRESSIONS
from tests.real.conftest import Count
from tests.real.examples import Example, Object, compile_changed, compile_example
from tests.real.harness.apiserver import ControlPlane
from tests.real.harness.etcd import Certificates, Etcd
from tests.real.harness.netns import Namespace
from tests.real.harness.process import Process, until
from tests.real.harness.toolchain import debian, tool

RULES, TESTS = "alert-tests/control-plane.rules.yaml", "alert-tests/control-plane.test.yaml"
FIVE, SHARED = "five", "shared"
BLACKBOX, PROMETHEUS = "127.0.0.1:9115", "127.0.0.1:9090"
QUOTA = 16 * 2**20
FLAGS = ("--heartbeat-interval=20", "--election-timeout=200", f"--quota-backend-bytes={QUOTA}")
OF_CERTIFICATES = {"KedgeCertificateExpires", "KedgeCertificatesNotWatched"}


def _five_members(spec: Object) -> None:
    for number in (4, 5):
        spec["hosts"][f"cp{number}"] = {**spec["hosts"]["cp1"], "address": f"10.20.0.1{number}", "rack": f"a{number}"}
    spec["controlPlane"] = {"hosts": [f"cp{number}" for number in range(1, 6)]}


def _shared_prometheus(spec: Object) -> None:
    spec["monitoring"] = spec.get("monitoring", {}) | {"selector": {"cluster": "payments-eu", "region": "eu"}}


CHANGES: dict[str, Callable[[Object], object]] = {FIVE: _five_members, SHARED: _shared_prometheus}


@pytest.fixture(scope="module", params=["payments-eu", "madrid-lab", FIVE, SHARED])
def example(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Example:
    """Three members, one, five, and three whose Prometheus serves several clusters."""
    change = CHANGES.get(request.param)
    if change is None:
        return compile_example(request.param)
    return compile_changed("payments-eu", tmp_path_factory.mktemp(request.param), change)


@pytest.fixture
def folder(example: Example, tmp_path: Path) -> Path:
    """The output as committed to the repository."""
    example.write(tmp_path)
    return tmp_path


def _promtool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([debian("promtool"), *arguments], capture_output=True, text=True, timeout=60)


def test_promtool_accepts_the_rules(folder: Path) -> None:
    done = _promtool("check", "rules", "--lint=all", "--lint-fatal", folder / RULES)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_is_seen_silent_and_firing(folder: Path, example: Example, count: Count) -> None:
    done = _promtool("test", "rules", folder / TESTS)
    assert done.returncode == 0, done.stdout + done.stderr
    cases = yaml.safe_load((folder / TESTS).read_text())["tests"]
    for alert in example.plan.control_plane_alerts:
        fires = [
            bool(case["alert_rule_test"][0]["exp_alerts"])
            for case in cases
            if case["name"].startswith(f"{alert.subject}:")
        ]
        assert {True, False} == set(fires), alert.subject
    count("alerts", len(example.plan.control_plane_alerts))


BREAKS = {
    "a-member-more": ("KedgeEtcdMemberDown", "< 3", "< 2"),
    "a-member-fewer": ("KedgeEtcdMemberDown", "< 3", "< 4"),
    "replicas": ("KedgeEtcdMemberDown", "max by (instance)", ""),
    "margin": ("KedgeEtcdQuorumMargin", "== 2", "<= 3"),
    "leader": ("KedgeEtcdNoLeader", "< 2", "< 1"),
    "any-etcd": ("KedgeEtcdNoLeader", '{job="kube-etcd"}', ""),
    "size-of-any": ("KedgeEtcdDatabaseSize", '{job="kube-etcd"}', ""),
    "at-the-threshold": ("KedgeEtcdDatabaseSize", "> 80", ">= 80"),
    "above-it": ("KedgeEtcdDatabaseSize", "> 80", "> 81"),
    "the-alarm-alone": ("KedgeEtcdNoSpace", ") or (", ") and ("),
    "an-old-alarm": ("KedgeEtcdNoSpace", "> 0) or", ">= 0) or"),
    "absence": ("KedgeEtcdNotWatched", " or ", " and "),
    "the-next-one": ("KedgeCertificateExpires", ">= 1209600", ">= 0"),
    "a-second-later": ("KedgeCertificateExpires", "< 2592000", "< 2591940"),
    "a-second-sooner": ("KedgeCertificateExpires", "< 2592000", "<= 2592000"),
    "one-port-fewer": ("KedgeCertificatesNotWatched", "< 9", "< 8"),
    "no-port": ("KedgeCertificatesNotWatched", ") or absent", ") and absent"),
}


@pytest.mark.parametrize("example", ["payments-eu"], indirect=True)
@pytest.mark.parametrize(("alert", "part", "broken"), BREAKS.values(), ids=list(BREAKS))
def test_a_broken_alert_fails_its_test(folder: Path, alert: str, part: str, broken: str, count: Count) -> None:
    rules = yaml.safe_load((folder / RULES).read_text())
    rule = next(rule for rule in rules["groups"][0]["rules"] if rule["alert"] == alert)
    assert part in rule["expr"]
    rule["expr"] = rule["expr"].replace(part, broken)
    (folder / RULES).write_text(yaml.safe_dump(rules))
    assert _promtool("test", "rules", folder / TESTS).returncode != 0
    count("broken alerts")


class Observer:
    """A Prometheus beside a bed that scrapes each second, and evaluates the expressions of an example."""

    def __init__(self, namespace: Namespace, example: Example, scrapes: list[Object]) -> None:
        self._namespace = namespace
        self._alerts = example.plan.control_plane_alerts
        folder = namespace.folder / "prometheus"
        folder.mkdir()
        settings = {"scrape_interval": "1s", "scrape_timeout": "1s"}
        (folder / "prometheus.json").write_text(json.dumps({"global": settings, "scrape_configs": scrapes}))
        command: list[str | Path] = [debian("prometheus"), f"--config.file={folder / 'prometheus.json'}"]
        command += [f"--storage.tsdb.path={folder / 'data'}", f"--web.listen-address={PROMETHEUS}"]
        self._process: Process = namespace.start("prometheus", command)
        probe = ["curl", "--silent", "--fail", "--output", "/dev/null", f"http://{PROMETHEUS}/-/ready"]
        until(lambda: namespace.run(probe).returncode == 0, "Prometheus ready", self._process, 60)

    def true(self) -> set[str]:
        """The names of the alerts whose expression has a result now."""
        return {alert.alert for alert in self._alerts if self._has_result(EXPRESSIONS[alert.alert](alert))}

    def wait(self, wanted: set[str]) -> None:
        """Waits until exactly these are true."""
        until(lambda: self.true() == wanted, f"{wanted or 'nothing'} is true", self._process, 60)

    def _has_result(self, expression: str) -> bool:
        asked = ["curl", "--silent", f"http://{PROMETHEUS}/api/v1/query?query={quote(expression)}"]
        answer = json.loads(self._namespace.run(asked).stdout)
        assert answer["status"] == "success", answer
        return bool(answer["data"]["result"])


@pytest.fixture
def members() -> Iterator[Etcd]:
    """Three members with a small quota, with the flag that the rule's fix names."""
    with Namespace() as namespace:
        etcd = Etcd(namespace, members=3)
        for number, name in enumerate(etcd.names):
            etcd.start(name, *FLAGS, f"--listen-metrics-urls=http://0.0.0.0:{2381 + 10 * number}")
        etcd.wait()
        yield etcd


def _observe(etcd: Etcd) -> Observer:
    targets = [f"127.0.0.1:{2381 + 10 * number}" for number in range(len(etcd.names))]
    scrape = {"job_name": "kube-etcd", "static_configs": [{"targets": targets}]}
    return Observer(etcd.namespace, compile_example("payments-eu"), [scrape])


def test_losses_of_members_are_seen_in_the_metrics_of_etcd(members: Etcd, count: Count) -> None:
    seen = _observe(members)
    seen.wait(OF_CERTIFICATES - {"KedgeCertificateExpires"})
    losses = (
        {"KedgeEtcdMemberDown", "KedgeEtcdQuorumMargin"},
        {"KedgeEtcdMemberDown", "KedgeEtcdNoLeader"},
        {"KedgeEtcdNotWatched"},
    )
    for name, true in zip(members.names, losses, strict=True):
        members.members[name].kill()
        seen.wait(true | {"KedgeCertificatesNotWatched"})
        count("alerts on real metrics")


def test_a_full_database_is_seen_in_the_metrics_of_etcd(members: Etcd, count: Count) -> None:
    seen = _observe(members)
    fill(members)
    seen.wait({"KedgeEtcdDatabaseSize", "KedgeEtcdNoSpace", "KedgeCertificatesNotWatched"})
    revision = json.loads(members.etcdctl("endpoint", "status", "-w", "json").stdout)[0]["Status"]["header"]["revision"]
    assert members.etcdctl("compact", str(revision), "--physical").returncode == 0
    for name in members.names:
        assert members.etcdctl("defrag", members=[name]).returncode == 0
    seen.wait({"KedgeEtcdNoSpace", "KedgeCertificatesNotWatched"})
    assert members.etcdctl("alarm", "disarm").returncode == 0
    alarms = "etcd_debugging_server_alarms"
    until(lambda: f'{alarms}{{alarm_type="NOSPACE"' in _metrics(members), "metrics")
    lines = [line for line in _metrics(members).splitlines() if line.startswith(alarms)]
    assert lines and all(line.endswith(" 0") for line in lines)
    count("alerts on real metrics", 2)


def fill(etcd: Etcd) -> None:
    """Overwrites one key with a megabyte until etcd refuses."""
    command = f"head -c 1000000 /dev/zero | tr '\\0' x | {tool('etcdctl')} --endpoints={etcd.client_url()} put filler"
    for _ in range(2 * QUOTA // 1_000_000):
        done = etcd.namespace.run(["sh", "-c", command])
        if "database space exceeded" in done.stderr:
            return
    raise AssertionError("etcd did not become full")


def _metrics(etcd: Etcd) -> str:
    return etcd.namespace.run(["curl", "--silent", "http://127.0.0.1:2381/metrics"]).stdout


def test_certificates_are_seen_by_a_blackbox_exporter_without_any_key(count: Count) -> None:
    """One API server and one member that asks its clients for certificates: three ports, each valid for two days."""
    with Namespace() as namespace:
        etcd = Etcd(namespace, Certificates.create(namespace.folder / "pki"))
        etcd.start()
        etcd.wait()
        control_plane = ControlPlane(namespace, etcd)
        control_plane.start()
        until(lambda: control_plane.read("/readyz") == "ok", "API ready", control_plane.apiserver, 120)
        seen = Observer(namespace, compile_example("madrid-lab"), [_probe(namespace)])
        seen.wait({"KedgeCertificateExpires", "KedgeEtcdNotWatched"})
        control_plane.apiserver.kill()
        seen.wait({"KedgeCertificateExpires", "KedgeCertificatesNotWatched", "KedgeEtcdNotWatched"})
        count("alerts on real metrics", 2)


def _probe(namespace: Namespace) -> Object:
    """Starts the exporter with the module that the rule names; returns how Prometheus asks it."""
    tcp = {"tls": True, "tls_config": {"insecure_skip_verify": True}}
    configuration = namespace.folder / "blackbox.json"
    configuration.write_text(json.dumps({"modules": {"tls": {"prober": "tcp", "timeout": "1s", "tcp": tcp}}}))
    flags = [f"--config.file={configuration}", f"--web.listen-address={BLACKBOX}"]
    namespace.start("blackbox", [debian("prometheus-blackbox-exporter"), *flags])
    return {
        "job_name": "control-plane-certificates",
        "metrics_path": "/probe",
        "params": {"module": ["tls"]},
        "static_configs": [{"targets": ["127.0.0.1:6443", "127.0.0.1:2379", "127.0.0.1:2380"]}],
        "relabel_configs": [
            {"source_labels": ["__address__"], "target_label": "__param_target"},
            {"source_labels": ["__param_target"], "target_label": "instance"},
            {"target_label": "__address__", "replacement": BLACKBOX},
        ],
    }
