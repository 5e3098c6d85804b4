"""etcd members as processes on loopback: one for a control plane, several for questions of quorum."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.real.harness.netns import Namespace
from tests.real.harness.process import Process, until
from tests.real.harness.tls import Authority, Pair
from tests.real.harness.toolchain import tool

CLIENT_PORT, PEER_PORT = 2379, 2380  # of the first member; each further one adds 10


@dataclass(frozen=True)
class Certificates:
    """What kubeadm puts into pki/etcd, and the API server's client certificate beside it."""

    authority: Authority
    server: Pair
    peer: Pair
    healthcheck_client: Pair
    apiserver_client: Pair

    @classmethod
    def create(cls, pki: Path) -> Certificates:
        """Makes them below a folder that stands for /etc/kubernetes/pki."""
        authority = Authority.create(pki / "etcd", "etcd-ca")
        return cls(
            authority,
            server=authority.issue("server", "/CN=localhost"),
            peer=authority.issue("peer", "/CN=localhost"),
            healthcheck_client=authority.issue("healthcheck-client", "/CN=kube-etcd-healthcheck-client", serves=False),
            apiserver_client=authority.issue(
                "../apiserver-etcd-client", "/CN=kube-apiserver-etcd-client", serves=False
            ),
        )


class Etcd:
    """A cluster of members m1, m2, …; `start` returns before it serves, `wait` when it does."""

    def __init__(self, namespace: Namespace, certificates: Certificates | None = None, members: int = 1) -> None:
        self.namespace = namespace
        self.certificates = certificates
        self.folder = namespace.folder / "etcd"
        self.names = [f"m{number}" for number in range(1, members + 1)]
        self.members: dict[str, Process] = {}

    def start(self, name: str = "m1", *flags: str) -> Process:
        """Starts one member, with its data if it has some; flags are etcd's own, such as `--force-new-cluster`."""
        client, peer = self.client_url(name), self._url(name, PEER_PORT)
        cluster = ",".join(f"{member}={self._url(member, PEER_PORT)}" for member in self.names)
        command: list[str | Path] = [
            tool("etcd"),
            f"--name={name}",
            f"--data-dir={self.data(name)}",
            f"--listen-client-urls={client}",
            f"--advertise-client-urls={client}",
            f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}",
            f"--initial-cluster={cluster}",
            "--unsafe-no-fsync",  # a bed does not outlive the machine
            "--log-level=warn",
        ]
        if self.certificates is not None:
            command += _serving_flags(self.certificates)
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.members[name] = self.namespace.start(f"etcd-{name}", [*command, *flags])
        return self.members[name]

    def wait(self, timeout: float = 30.0) -> float:
        """Waits until every running member answers, which takes quorum; seconds."""
        running = [name for name, process in self.members.items() if process.running]
        probe = ("--command-timeout=300ms", "endpoint", "health")  # one that is asked before it listens waits that long
        return until(lambda: self.etcdctl(*probe, members=running).returncode == 0, "etcd healthy", timeout=timeout)

    def data(self, name: str = "m1") -> Path:
        """The data directory of a member."""
        return self.folder / name

    def client_url(self, name: str = "m1") -> str:
        return self._url(name, CLIENT_PORT)

    def etcdctl(self, *arguments: str | Path, members: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
        """Runs etcdctl against all members, or those named."""
        endpoints = ",".join(self.client_url(name) for name in members or self.names)
        return self.namespace.run([tool("etcdctl"), f"--endpoints={endpoints}", *self.client_flags(), *arguments])

    def etcdutl(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Runs etcdutl, which works on files and needs no member."""
        return self.namespace.run([tool("etcdutl"), *arguments])

    def client_flags(self) -> list[str]:
        """The flags by which etcdctl shows the health-check client certificate, as kubeadm's probes do."""
        if self.certificates is None:
            return []
        client = self.certificates.healthcheck_client
        authority = self.certificates.authority.certificate
        return [f"--cacert={authority}", f"--cert={client.certificate}", f"--key={client.key}"]

    def _url(self, name: str, port: int) -> str:
        scheme = "http" if self.certificates is None else "https"
        return f"{scheme}://127.0.0.1:{port + 10 * self.names.index(name)}"


def _serving_flags(certificates: Certificates) -> list[str]:
    flags = []
    for prefix, pair in (("", certificates.server), ("peer-", certificates.peer)):
        flags += [
            f"--{prefix}cert-file={pair.certificate}",
            f"--{prefix}key-file={pair.key}",
            f"--{prefix}trusted-ca-file={certificates.authority.certificate}",
            f"--{prefix}client-cert-auth",
        ]
    return flags
