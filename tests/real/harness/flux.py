"""Flux's source-controller and kustomize-controller as processes beside an API server."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from tests.real.harness.apiserver import ControlPlane, checked
from tests.real.harness.process import Process, until
from tests.real.harness.toolchain import source, tool

STORAGE = "127.0.0.1:9790"
HEALTH = {"source-controller": "127.0.0.1:9440", "kustomize-controller": "127.0.0.1:9441"}
METRICS = {"source-controller": "127.0.0.1:9450", "kustomize-controller": "127.0.0.1:9451"}
_FLUX_SYSTEM = '{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "flux-system"}}'


def crds() -> list[Path]:
    """Folders with the CRDs of both controllers, as their releases ship them."""
    return [source(name, f"github.com/fluxcd/{name}") / "config" / "crd" / "bases" for name in HEALTH]


class Flux:
    """Both controllers, watching all namespaces; their own objects usually are in `flux-system`.

    `requeue`: how long a Kustomization waits for one that it depends on, 30s in a release.
    """

    def __init__(self, control_plane: ControlPlane, requeue: str = "2s") -> None:
        self.control_plane = control_plane
        self.namespace = control_plane.namespace
        self.requeue = requeue
        self.controllers: dict[str, Process] = {}

    def start(self) -> None:
        """Installs the CRDs and the namespace, and starts both; returns before they act."""
        self.control_plane.install_crds(crds())
        checked(self.control_plane.apply_ssa(_FLUX_SYSTEM))
        storage = self.namespace.folder / "flux-storage"
        storage.mkdir(exist_ok=True)
        self._start(
            "source-controller",
            f"--storage-path={storage}",
            f"--storage-addr={STORAGE}",
            f"--storage-adv-addr={STORAGE}",
        )
        self._start("kustomize-controller")

    def wait(self) -> float:
        """Waits until both are ready; seconds."""
        return sum(self._wait_ready(name) for name in HEALTH)

    def stop(self) -> None:
        """Ends both controllers; `start` brings them back with what they had stored."""
        for controller in self.controllers.values():
            controller.stop()

    def reconcile(self, *objects: str, namespace: str = "flux-system") -> None:
        """Asks for a reconciliation now of objects such as `gitrepository/fleet`."""
        # As flux itself writes: what a manager named kubectl-* wrote, a Kustomization above takes away again.
        how = ["--overwrite", "--field-manager=flux"]
        now = f"reconcile.fluxcd.io/requestedAt={time.time_ns()}"
        checked(self.control_plane.kubectl("annotate", *how, "-n", namespace, *objects, now))

    def wait_applied(
        self, kustomization: str, commit: str, namespace: str = "flux-system", timeout: float = 60
    ) -> float:
        """Waits until a Kustomization is Ready at a commit; seconds. TimeoutError carries its status."""

        def applied(kustomization: dict[str, Any]) -> bool:
            status = kustomization.get("status", {})
            ready = any(c["type"] == "Ready" and c["status"] == "True" for c in status.get("conditions", []))
            return ready and str(status.get("lastAppliedRevision")).endswith(commit)

        return self.control_plane.wait_for(applied, "kustomization", kustomization, "-n", namespace, timeout=timeout)

    def _start(self, name: str, *flags: str) -> None:
        scratch = self.namespace.folder / f"{name}-tmp"
        scratch.mkdir(exist_ok=True)
        environment = {
            "KUBECONFIG": str(self.control_plane.kubeconfig),
            "RUNTIME_NAMESPACE": "flux-system",
            "TMPDIR": str(scratch),
        }
        command: list[str | Path] = [
            tool(name),
            "--watch-all-namespaces",
            "--enable-leader-election=false",
            f"--requeue-dependency={self.requeue}",
            "--interval-jitter-percentage=0",
            f"--health-addr={HEALTH[name]}",
            f"--metrics-addr={METRICS[name]}",
            *flags,
        ]
        self.controllers[name] = self.namespace.start(name, command, environment)

    def _wait_ready(self, name: str) -> float:
        probe = ["curl", "--silent", "--fail", f"http://{HEALTH[name]}/readyz"]
        return until(lambda: self.namespace.run(probe).returncode == 0, f"{name} ready", self.controllers[name])
