"""A bed: one network namespace, and in it the systems that a test asks for."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType

from tests.real.harness import argo, flux, gitserver, s3, velero
from tests.real.harness.apiserver import ControlPlane
from tests.real.harness.etcd import Certificates, Etcd
from tests.real.harness.flux import Flux
from tests.real.harness.gitserver import GitServer
from tests.real.harness.netns import Namespace
from tests.real.harness.s3 import S3
from tests.real.harness.tls import HTTPS, Authority, Endpoint
from tests.real.harness.toolchain import source
from tests.real.harness.velero import Velero


@dataclass(frozen=True)
class Outside:
    """Host names under which a bed plays the world of a spec, by TLS of an authority that all in the bed trust."""

    api: str
    git: str
    s3: str
    region: str

    @property
    def addresses(self) -> dict[str, str]:
        """Each name with a loopback address of its own: Git and S3 both want port 443."""
        return {self.api: "127.0.0.1", self.git: "127.0.0.2", self.s3: "127.0.0.3"}


class Bed:
    """Use as a context manager. Each system starts when a test first touches it, and is ready then."""

    def __init__(self, outside: Outside | None = None) -> None:
        self.outside = outside

    def __enter__(self) -> Bed:
        self.ns = Namespace(self.outside.addresses if self.outside else None)
        try:
            self._endpoints = _play(self.ns, self.outside) if self.outside else {}
        except BaseException:
            self.ns.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ns.close()

    @property
    def folder(self) -> Path:
        """State and logs of every process; removed with the bed."""
        return self.ns.folder

    def kubectl(self, *arguments: str | Path, input: str | None = None) -> subprocess.CompletedProcess[str]:
        """Runs kubectl as administrator; a non-zero exit is the caller's to judge."""
        return self.control_plane.kubectl(*arguments, input=input)

    def apply_ssa(self, manifest: Path | str) -> subprocess.CompletedProcess[str]:
        """Applies a file, a folder (with all below it) or a text as GitOps engines do, with unknown fields refused."""
        return self.control_plane.apply_ssa(manifest)

    def install_crds(self, *systems: str) -> None:
        """Installs the CRDs of `velero`, `flux`, `argo` or `monitoring` without starting anything."""
        for system in systems:
            self.control_plane.install_crds(_CRDS[system](self.ns))

    @cached_property
    def etcd(self) -> Etcd:
        """One member with TLS, as kubeadm sets it up: the control plane's, where a test starts one."""
        member = Etcd(self.ns, Certificates.create(self.ns.folder / "pki"))
        member.start()
        member.wait()
        return member

    @cached_property
    def control_plane(self) -> ControlPlane:
        made = ControlPlane(self.ns, self.etcd, [self.outside.api] if self.outside else [])
        made.start()
        made.wait()
        return made

    @cached_property
    def git(self) -> GitServer:
        server = GitServer(self.ns, self._endpoints.get("git", gitserver.LOCAL))
        server.start()
        server.wait()
        return server

    @cached_property
    def s3(self) -> S3:
        return S3(
            self.ns, self._endpoints.get("s3", s3.LOCAL), self.outside.region if self.outside else s3.REGION
        ).start()

    @cached_property
    def flux(self) -> Flux:
        controllers = Flux(self.control_plane)
        controllers.start()
        controllers.wait()
        return controllers

    @cached_property
    def velero(self) -> Velero:
        server = Velero(self.control_plane)
        server.install()
        server.start()
        server.wait()
        return server


def _play(namespace: Namespace, outside: Outside) -> dict[str, Endpoint]:
    """Issues certificates for `git` and `s3`, and makes every process started from now on trust their authority."""
    authority = Authority.create(namespace.folder / "outside", "outside")
    namespace.settings |= {name: str(authority.certificate) for name in ("SSL_CERT_FILE", "GIT_SSL_CAINFO")}
    endpoints = {}
    for name, host in (("git", outside.git), ("s3", outside.s3)):
        pair = authority.issue(name, f"/CN={host}", names=[host])
        endpoints[name] = Endpoint(host, outside.addresses[host], HTTPS, pair)
    return endpoints


def _prometheus_rule() -> Path:
    release = source("prometheus-operator", "github.com/prometheus-operator/prometheus-operator")
    return release / "example" / "prometheus-operator-crd" / "monitoring.coreos.com_prometheusrules.yaml"


_CRDS: dict[str, Callable[[Namespace], list[Path | str]]] = {
    "velero": lambda namespace: [velero.crds(namespace)],
    "flux": lambda _: [*flux.crds()],
    "argo": lambda _: [*argo.crds()],
    "monitoring": lambda _: [_prometheus_rule()],
}
