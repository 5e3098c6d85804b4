"""Argo CD's application-controller, repo-server and redis as processes beside an API server."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.real.harness.apiserver import ControlPlane, checked
from tests.real.harness.process import Process, until
from tests.real.harness.toolchain import debian, source, tool

NAMESPACE = "argocd"
REDIS, REPO_SERVER = "127.0.0.1:6379", "127.0.0.1:8081"
HEALTH = {"argocd-repo-server": "127.0.0.1:8084", "argocd-application-controller": "127.0.0.1:8082"}
SETS = "argocd-applicationset-controller"
RECONCILIATION = 5  # seconds, in place of the 120 to 180 of a release
KINDS = ("applications.argoproj.io", "appprojects.argoproj.io")


def crds() -> list[Path]:
    """The CRDs of Application and AppProject, as the release ships them."""
    folder = _release() / "manifests" / "crds"
    return [folder / "application-crd.yaml", folder / "appproject-crd.yaml"]


class Argo:
    """Argo CD without its web server: what it finds in `settings` (argocd-cm) before `start` is what an administrator set.

    `keys`: public GnuPG keys by their key id; naming any turns the verification of signatures on.
    """

    def __init__(
        self,
        control_plane: ControlPlane,
        settings: Mapping[str, str] | None = None,
        keys: Mapping[str, str] | None = None,
        reconciliation: int = RECONCILIATION,
    ) -> None:
        self.control_plane = control_plane
        self.namespace = control_plane.namespace
        self.folder = control_plane.namespace.folder / "argocd"
        self.settings = dict(settings or {})
        self.keys = dict(keys or {})
        self.reconciliation = reconciliation
        self.processes: dict[str, Process] = {}

    def start(self) -> None:
        """Installs the CRDs and what a release's manifests bring, and starts all three; returns before they act."""
        self.control_plane.install_crds(crds())
        for one in _installation(self.settings):
            checked(self.control_plane.apply_ssa(json.dumps(one)))
        self._prepare()
        address, port = REDIS.split(":")
        redis: list[str | Path] = [
            debian("redis-server"),
            "--bind",
            address,
            "--port",
            port,
            "--save",
            "",
            "--appendonly",
            "no",
        ]
        self.processes["redis"] = self.namespace.start("redis", redis)
        self._start("argocd-repo-server", "--disable-tls", f"--port={REPO_SERVER.split(':')[1]}")
        self._start(
            "argocd-application-controller",
            f"--kubeconfig={self.control_plane.kubeconfig}",
            f"--namespace={NAMESPACE}",
            f"--repo-server={REPO_SERVER}",
            "--repo-server-plaintext",
        )

    def start_sets(self) -> None:
        """Starts the controller of ApplicationSets too, with its CRD, and the Deployment that a release runs it in."""
        self.control_plane.install_crds([_release() / "manifests" / "crds" / "applicationset-crd.yaml"])
        checked(self.control_plane.apply_ssa(json.dumps(_sets_deployment())))
        (self.folder / "bin" / SETS).symlink_to(tool("argocd"))
        flags = [f"--kubeconfig={self.control_plane.kubeconfig}", f"--namespace={NAMESPACE}", "--repo-server-plaintext"]
        addresses = ["--metrics-addr=127.0.0.1:8090", "--probe-addr=127.0.0.1:8091", "--webhook-addr=127.0.0.1:7000"]
        command: list[str | Path] = [
            self.folder / "bin" / SETS,
            f"--argocd-repo-server={REPO_SERVER}",
            *flags,
            *addresses,
        ]
        self.processes[SETS] = self.namespace.start(SETS, command, self._environment())

    def wait(self) -> float:
        """Waits until both serve; seconds."""
        return sum(self._wait_ready(name) for name in HEALTH)

    def stop(self) -> None:
        """Ends all three."""
        for process in self.processes.values():
            process.stop()

    def configure(self, settings: Mapping[str, str]) -> None:
        """Writes argocd-cm again, as its administrator does; Argo CD reads it at once."""
        for one in _installation(settings):
            checked(self.control_plane.apply_ssa(json.dumps(one)))

    def refresh(self, *applications: str) -> None:
        """Asks for a comparison with Git now, as `argocd app get --refresh` does."""
        for name in applications:
            checked(
                self.control_plane.kubectl(
                    "annotate", "--overwrite", "-n", NAMESPACE, KINDS[0], name, "argocd.argoproj.io/refresh=normal"
                )
            )

    def applications(self) -> dict[str, dict[str, Any]]:
        """Every Application by name, as it is now."""
        found = self.control_plane.get(KINDS[0], "-n", NAMESPACE).get("items", [])
        return {one["metadata"]["name"]: one for one in found}

    def _prepare(self) -> None:
        for name in ("tls", "ssh", "gpg-keys", "gnupg", "plugins", "tmp", "bin"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "gnupg").chmod(0o700)
        for name in HEALTH:
            (self.folder / "bin" / name).symlink_to(tool("argocd"))
        for identity, key in self.keys.items():
            (self.folder / "gpg-keys" / identity).write_text(key)
        for wrapper in ("git-verify-wrapper.sh", "gpg-wrapper.sh"):  # a release's image has them on its PATH
            copy = self.folder / "bin" / wrapper
            copy.write_bytes((_release() / "hack" / wrapper).read_bytes())
            copy.chmod(0o755)

    def _start(self, name: str, *flags: str) -> None:
        command: list[str | Path] = [self.folder / "bin" / name, f"--redis={REDIS}", *flags]
        self.processes[name] = self.namespace.start(name, command, self._environment())

    def _environment(self) -> dict[str, str]:
        paths = {"TLS": "tls", "SSH": "ssh", "GPG": "gpg-keys"}
        return {
            **{f"ARGOCD_{kind}_DATA_PATH": str(self.folder / folder) for kind, folder in paths.items()},
            "ARGOCD_GNUPGHOME": str(self.folder / "gnupg"),
            "ARGOCD_PLUGINSOCKFILEPATH": str(self.folder / "plugins"),
            "ARGOCD_FAKE_IN_CLUSTER": "true",
            "ARGOCD_GPG_ENABLED": "true" if self.keys else "false",
            "ARGOCD_RECONCILIATION_TIMEOUT": f"{self.reconciliation}s",
            "ARGOCD_RECONCILIATION_JITTER": "0",
            "KUBECONFIG": str(self.control_plane.kubeconfig),
            "TMPDIR": str(self.folder / "tmp"),
            "PATH": os.pathsep.join([str(self.folder / "bin"), str(tool("kustomize").parent), os.environ["PATH"]]),
        }

    def _wait_ready(self, name: str) -> float:
        probe = ["curl", "--silent", "--fail", "--output", "/dev/null", f"http://{HEALTH[name]}/metrics"]
        return until(lambda: self.namespace.run(probe).returncode == 0, f"{name} ready", self.processes[name])


def _sets_deployment() -> dict[str, object]:
    """As the release has it, but that nothing runs it: its labels and replicas are what a page reads and changes."""
    labels = {"app.kubernetes.io/name": SETS}
    container = {"name": SETS, "image": "argocd"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": SETS, "namespace": NAMESPACE, "labels": labels},
        "spec": {"replicas": 1, "selector": {"matchLabels": labels}, "template": template},
    }


def _release() -> Path:
    return source("argo-cd", "github.com/argoproj/argo-cd/v3")


def _installation(settings: Mapping[str, str]) -> list[dict[str, object]]:
    """What the release's manifests bring beside the workloads: namespace, ConfigMaps, the Secret of the server."""
    labels = {"app.kubernetes.io/part-of": "argocd"}

    def named(kind: str, name: str, **content: object) -> dict[str, object]:
        return {
            "apiVersion": "v1",
            "kind": kind,
            "metadata": {"name": name, "namespace": NAMESPACE, "labels": labels},
            **content,
        }

    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}},
        named("ConfigMap", "argocd-cm", data=dict(settings)),
        named("ConfigMap", "argocd-rbac-cm", data={}),
        named("Secret", "argocd-secret", stringData={"server.secretkey": "of the test bed", "admin.password": "none"}),
    ]
