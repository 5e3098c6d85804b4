"""A control plane without kubelet: etcd, kube-apiserver and kube-controller-manager with RBAC and default admission."""

from __future__ import annotations

import json
import secrets
import subprocess
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.real.harness.etcd import Etcd
from tests.real.harness.netns import Namespace
from tests.real.harness.process import until
from tests.real.harness.tls import Authority, signing_key
from tests.real.harness.toolchain import tool

PORT, CONTROLLER_MANAGER_PORT = 6443, 10257
URL = f"https://127.0.0.1:{PORT}"


class ControlPlane:
    """One API server with its controllers on an etcd that runs; `kubeconfig` is an administrator's (system:masters)."""

    def __init__(self, namespace: Namespace, etcd: Etcd, names: Sequence[str] = ()) -> None:
        self.namespace = namespace
        self.pki = namespace.folder / "pki"
        self.kubeconfig = namespace.folder / "admin.kubeconfig"
        self.authority = Authority.create(self.pki, "kubernetes")
        self._serving = self.authority.issue("apiserver", "/CN=kube-apiserver", names=names)
        self._service_accounts = signing_key(self.pki)
        self._token = secrets.token_hex()
        self.etcd = etcd

    def start(self, *flags: str) -> None:
        """Starts the API server and returns before it serves; flags are its own."""
        tokens = self.pki / "tokens.csv"
        tokens.write_text(f'{self._token},admin,admin,"system:masters"\n')
        self.kubeconfig.write_text(json.dumps(self.client_configuration(URL)))
        certificates = self.etcd.certificates
        assert certificates is not None
        client = certificates.apiserver_client
        self.apiserver = self.namespace.start(
            "kube-apiserver",
            [
                tool("kube-apiserver"),
                f"--etcd-servers={self.etcd.client_url()}",
                f"--etcd-cafile={certificates.authority.certificate}",
                f"--etcd-certfile={client.certificate}",
                f"--etcd-keyfile={client.key}",
                "--bind-address=127.0.0.1",
                f"--secure-port={PORT}",
                f"--tls-cert-file={self._serving.certificate}",
                f"--tls-private-key-file={self._serving.key}",
                "--advertise-address=127.0.0.1",
                "--endpoint-reconciler-type=none",  # a loopback address is not legal in Endpoints
                "--authorization-mode=RBAC",  # the default allows everything
                "--allow-privileged=true",  # as kubeadm does: what refuses a privileged pod is admission
                f"--token-auth-file={tokens}",
                f"--service-account-issuer={URL}",
                f"--service-account-key-file={self._service_accounts.certificate}",
                f"--service-account-signing-key-file={self._service_accounts.key}",
                "--service-cluster-ip-range=10.96.0.0/16",
                *flags,
            ],
        )

    def _start_controllers(self) -> None:
        """Starts them on an API that is ready: they give up after twenty seconds, which a busy machine may need."""
        self.controller_manager = self.namespace.start(
            "kube-controller-manager",
            [
                tool("kube-controller-manager"),
                f"--kubeconfig={self.kubeconfig}",
                "--bind-address=127.0.0.1",
                f"--secure-port={CONTROLLER_MANAGER_PORT}",
                f"--tls-cert-file={self._serving.certificate}",
                f"--tls-private-key-file={self._serving.key}",
                "--leader-elect=false",
                "--use-service-account-credentials",
                "--kube-api-qps=1000",  # at the default of 20, making its accounts alone takes four seconds
                "--kube-api-burst=1000",
                f"--service-account-private-key-file={self._service_accounts.key}",
                f"--root-ca-file={self.authority.certificate}",
            ],
        )

    def wait(self) -> float:
        """Waits until the API is ready, starts the controllers and waits for one to act: the default service account exists; seconds."""
        ready = until(lambda: self.read("/readyz") == "ok", "API ready", self.apiserver, 120)
        self._start_controllers()
        account = "/api/v1/namespaces/default/serviceaccounts/default"
        acted = until(lambda: '"ServiceAccount"' in self.read(account), "controllers act", self.controller_manager, 60)
        return ready + acted

    def kubectl(
        self, *arguments: str | Path, input: str | None = None, timeout: float = 120.0
    ) -> subprocess.CompletedProcess[str]:
        """Runs kubectl as administrator; a non-zero exit is the caller's to judge."""
        return self.namespace.run(
            [tool("kubectl"), *arguments], input, {"KUBECONFIG": str(self.kubeconfig)}, timeout=timeout
        )

    def apply_ssa(self, manifest: Path | str) -> subprocess.CompletedProcess[str]:
        """Applies a file, a folder (with all below it) or a text as GitOps engines do, with unknown fields refused."""
        where: list[str | Path] = ["-R", "-f", manifest] if isinstance(manifest, Path) else ["-f", "-"]
        text = None if isinstance(manifest, Path) else manifest
        strict = ["--server-side", "--validate=strict", "--force-conflicts"]
        return self.kubectl("apply", *strict, *where, input=text)

    def get(self, *arguments: str) -> dict[str, Any]:
        """`kubectl get … -o json` as an object, empty when there is none."""
        done = self.kubectl("get", *arguments, "-o", "json", "--ignore-not-found")
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip())
        answer: dict[str, Any] = json.loads(done.stdout or "{}")
        return answer

    def wait_for(self, condition: Callable[[dict[str, Any]], bool], *arguments: str, timeout: float = 60.0) -> float:
        """Waits until the object that `kubectl get …` names meets the condition; seconds.

        The condition sees an empty object while there is none. TimeoutError carries the status last seen.
        """
        seen: dict[str, Any] = {}

        def met() -> bool:
            nonlocal seen
            seen = self.get(*arguments)
            return condition(seen)

        try:
            return until(met, f"kubectl get {' '.join(arguments)}", timeout=timeout, pause=0.2)
        except TimeoutError as fault:
            raise TimeoutError(f"{fault}: {json.dumps(seen.get('status', 'no status'), indent=1)}") from None

    def install_crds(self, manifests: Iterable[Path | str]) -> None:
        """Applies CRDs and waits until the API serves them."""
        for manifest in manifests:
            checked(self.apply_ssa(manifest))
        # Not `kubectl wait`, which watches them one by one, a tenth of a second each.
        self.wait_for(lambda found: all(map(_established, found["items"])), "crd")

    def read(self, path: str) -> str:
        """GET by curl, because a start of kubectl costs ten times as much; empty when there is no connection."""
        return self._curl(path)

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """POST by curl; the object that was made, or a Status that says why not."""
        answer: dict[str, Any] = json.loads(
            self._curl(path, "-H", "Content-Type: application/json", "--data-binary", "@-", input=json.dumps(body))
        )
        return answer

    def _curl(self, path: str, *arguments: str, input: str | None = None) -> str:
        access = ["--cacert", str(self.authority.certificate), "-H", f"Authorization: Bearer {self._token}"]
        return self.namespace.run(["curl", "--silent", *access, *arguments, URL + path], input).stdout

    def client_configuration(self, server: str) -> dict[str, object]:
        """An administrator's kubeconfig for the API under one of its names, as a JSON object."""
        cluster = {"server": server, "certificate-authority": str(self.authority.certificate)}
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "bed",
            "clusters": [{"name": "bed", "cluster": cluster}],
            "users": [{"name": "admin", "user": {"token": self._token}}],
            "contexts": [{"name": "bed", "context": {"cluster": "bed", "user": "admin"}}],
        }


def _established(crd: dict[str, Any]) -> bool:
    conditions = crd.get("status", {}).get("conditions") or []  # null for a moment, as Velero ships it
    return any(condition["type"] == "Established" and condition["status"] == "True" for condition in conditions)


def checked(done: subprocess.CompletedProcess[str]) -> str:
    """The output of a command that must succeed; RuntimeError with its words when it did not."""
    if done.returncode != 0:
        raise RuntimeError(f"{done.stderr.strip() or done.stdout.strip()}")
    return done.stdout
