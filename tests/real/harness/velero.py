"""The Velero server with its AWS plugin as processes beside an API server; volume data needs a real cluster."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.real.harness.apiserver import ControlPlane, checked
from tests.real.harness.netns import Namespace
from tests.real.harness.process import Process, until
from tests.real.harness.s3 import S3, Account
from tests.real.harness.toolchain import tool

METRICS = "127.0.0.1:8085"
PROFILER = "127.0.0.1:6060"
NAMESPACE = "velero"  # of the API, where its objects are
_OVER = {"Completed", "PartiallyFailed", "Failed", "FailedValidation"}


def crds(namespace: Namespace) -> str:
    """The CRDs as Velero's own installer prints them."""
    return checked(namespace.run([tool("velero"), "install", "--crds-only", "--dry-run", "-o", "yaml"]))


class Velero:
    """The server in namespace `velero`; it also listens on *:8080, so a network namespace holds one."""

    process: Process

    def __init__(self, control_plane: ControlPlane) -> None:
        self.control_plane = control_plane
        self.namespace = control_plane.namespace
        self._folder = self.namespace.folder / "velero"

    def install(self) -> None:
        """Installs the CRDs, the namespace and the Deployment that every restore looks up."""
        self.control_plane.install_crds([crds(self.namespace)])
        checked(
            self.control_plane.apply_ssa(json.dumps({"apiVersion": "v1", "kind": "List", "items": _installation()}))
        )

    def start(self, *flags: str) -> None:
        """Starts the server and returns before it acts; flags are its own, such as `--restore-only`."""
        plugins, scratch = self._folder / "plugins", self._folder / "tmp"
        for folder in (plugins, scratch):
            folder.mkdir(parents=True, exist_ok=True)
        plugin = plugins / "velero-plugin-for-aws"
        plugin.unlink(missing_ok=True)
        plugin.symlink_to(tool(plugin.name))
        command: list[str | Path] = [tool("velero"), "server", "--kubeconfig", self.control_plane.kubeconfig]
        command += ["--namespace", NAMESPACE, "--plugin-dir", plugins]
        command += ["--metrics-address", METRICS, "--profiler-address", PROFILER]
        environment = {"HOME": str(self._folder), "TMPDIR": str(scratch)}
        self.process = self.namespace.start("velero", [*command, *flags], environment)

    def wait(self) -> float:
        """Waits until it serves metrics; seconds."""
        probe = ["curl", "--silent", "--fail", "--output", "/dev/null", f"http://{METRICS}/metrics"]
        return until(lambda: self.namespace.run(probe).returncode == 0, "Velero serves", self.process, 60)

    def create_credential(self, name: str, account: Account) -> None:
        """Makes the Secret, key `cloud`, that a location refers to."""
        text = f"[default]\naws_access_key_id={account.access}\naws_secret_access_key={account.secret}\n"
        secret = {"apiVersion": "v1", "kind": "Secret", "metadata": _metadata(name), "stringData": {"cloud": text}}
        checked(self.control_plane.apply_ssa(json.dumps(secret)))

    def create_location(self, name: str, server: S3, bucket: str, credential: str, default: bool = True) -> None:
        """Makes a location in an S3 server."""
        specification = {
            "provider": "aws",
            "default": default,
            "objectStorage": {"bucket": bucket},
            "credential": {"name": credential, "key": "cloud"},
            "config": {"region": server.region, "s3ForcePathStyle": "true", "s3Url": server.url},
        }
        self._create("BackupStorageLocation", name, specification)

    def wait_available(self, location: str, timeout: float = 60.0) -> float:
        """Waits until a location is Available; seconds."""

        def available(found: dict[str, Any]) -> bool:
            return bool(found.get("status", {}).get("phase") == "Available")

        return self.control_plane.wait_for(
            available, "backupstoragelocation", location, "-n", NAMESPACE, timeout=timeout
        )

    def backup(self, name: str, **specification: object) -> None:
        """Makes a Backup with fields as in its spec (`includedNamespaces=["a"]`)."""
        self._create("Backup", name, specification)

    def restore(self, name: str, **specification: object) -> None:
        """Makes a Restore with fields as in its spec (`backupName="b"`)."""
        self._create("Restore", name, specification)

    def wait_over(self, kind: str, name: str, timeout: float = 120.0) -> dict[str, Any]:
        """Waits until a backup or restore has ended, well or not, and returns its status: `phase` says which."""

        def over(found: dict[str, Any]) -> bool:
            return found.get("status", {}).get("phase") in _OVER

        where = (f"{kind}.velero.io", name, "-n", NAMESPACE)
        self.control_plane.wait_for(over, *where, timeout=timeout)
        status: dict[str, Any] = self.control_plane.get(*where)["status"]
        return status

    def _create(self, kind: str, name: str, specification: object) -> None:
        made = {"apiVersion": "velero.io/v1", "kind": kind, "metadata": _metadata(name), "spec": specification}
        checked(self.control_plane.apply_ssa(json.dumps(made)))


def _metadata(name: str) -> dict[str, str]:
    return {"name": name, "namespace": NAMESPACE}


def _installation() -> list[dict[str, object]]:
    """The namespace and the server's Deployment without replicas: here the server is a process, yet restores fail
    when the Deployment is not there."""
    labels = {"component": "velero"}
    container = {"name": "velero", "image": "velero"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}},
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": _metadata("velero"),
            "spec": {"replicas": 0, "selector": {"matchLabels": labels}, "template": template},
        },
    ]
