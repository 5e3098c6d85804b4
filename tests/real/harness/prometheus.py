"""A Prometheus with kedge's own rules beside an API server, reached as one that an operator runs: through the API's proxy."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

from tests.real.harness import velero
from tests.real.harness.apiserver import ControlPlane, checked
from tests.real.harness.process import Process, until
from tests.real.harness.toolchain import debian

ADDRESS, PORT = "10.99.0.1", 9090  # an endpoint may not be a loopback address; this one is on the loopback device
NAMESPACE, SERVICE = "monitoring", "prometheus-operated"
SECOND = "1s"


class Prometheus:
    """Evaluates the rules that the API has each second, and scrapes Velero."""

    process: Process

    def __init__(self, control_plane: ControlPlane) -> None:
        self.control_plane = control_plane
        self.namespace = control_plane.namespace
        self._folder = self.namespace.folder / "prometheus"

    def start(self) -> None:
        """Makes the operator's service, starts the server and waits until it is ready."""
        checked(self.namespace.run(["ip", "address", "add", f"{ADDRESS}/32", "dev", "lo"]))
        checked(self.control_plane.apply_ssa(json.dumps({"apiVersion": "v1", "kind": "List", "items": _service()})))
        status = json.dumps({"status": {"podIP": ADDRESS, "podIPs": [{"ip": ADDRESS}]}})
        pod = ("patch", "pod", SERVICE, "-n", NAMESPACE, "--subresource=status", "--type=merge", "-p", status)
        checked(self.control_plane.kubectl(*pod))  # the API's proxy goes to addresses of pods only
        self._folder.mkdir()
        self._write("rules.json", {"groups": self._groups()})
        self._write("prometheus.json", _configuration(self._folder))
        command: list[str | Path] = [debian("prometheus"), f"--config.file={self._folder / 'prometheus.json'}"]
        command += [f"--storage.tsdb.path={self._folder / 'data'}", f"--web.listen-address={ADDRESS}:{PORT}"]
        self.process = self.namespace.start("prometheus", command)
        probe = ["curl", "--silent", "--fail", "--output", "/dev/null", f"http://{ADDRESS}:{PORT}/-/ready"]
        until(lambda: self.namespace.run(probe).returncode == 0, "Prometheus ready", self.process, 60)

    def set_metric(self, name: str, labels: dict[str, str], value: float) -> None:
        """Plays an exporter that does not run here: a series with one value."""
        rule = {"record": name, "labels": labels, "expr": f"vector({value})"}
        self._write("metrics.json", {"groups": [{"name": name, "interval": SECOND, "rules": [rule]}]})
        self.process.signal(signal.SIGHUP)

    def alerts(self) -> list[str]:
        """The names of the alerts that are pending or firing."""
        done = self.namespace.run(["curl", "--silent", "--fail", f"http://{ADDRESS}:{PORT}/api/v1/alerts"])
        return sorted(alert["labels"]["alertname"] for alert in json.loads(checked(done))["data"]["alerts"])

    def wait_alerts(self, *names: str) -> float:
        """Waits until these alerts, and no others, are pending or firing; seconds."""
        return until(lambda: self.alerts() == sorted(names), f"alerts {names}", self.process)

    def _groups(self) -> list[Any]:
        # Exporters of etcd and of certificates do not run here: their alerts have a test of their own, test_control_plane_alerts.
        rules = self.control_plane.get("prometheusrules", "-n", NAMESPACE).get("items", [])
        backups = [rule for rule in rules if rule["metadata"]["name"].endswith("-backups")]
        return [{**group, "interval": SECOND} for rule in backups for group in rule["spec"]["groups"]]

    def _write(self, name: str, content: object) -> None:
        (self._folder / name).write_text(json.dumps(content))


def _configuration(folder: Path) -> dict[str, object]:
    return {
        "global": {"scrape_interval": SECOND, "scrape_timeout": SECOND, "evaluation_interval": SECOND},
        "rule_files": [str(folder / "rules.json"), str(folder / "metrics*.json")],
        "scrape_configs": [{"job_name": "velero", "static_configs": [{"targets": [velero.METRICS]}]}],
    }


def _service() -> list[dict[str, object]]:
    metadata = {"name": SERVICE, "namespace": NAMESPACE, "labels": {"operated-prometheus": "true"}}
    port = {"name": "web", "port": PORT}
    target = {"kind": "Pod", "name": SERVICE, "namespace": NAMESPACE}
    subset = {"addresses": [{"ip": ADDRESS, "targetRef": target}], "ports": [port]}
    containers = [{"name": "prometheus", "image": "prometheus"}]
    return [
        {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": containers}},
        {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {"clusterIP": "None", "ports": [port]}},
        {"apiVersion": "v1", "kind": "Endpoints", "metadata": metadata, "subsets": [subset]},
    ]
