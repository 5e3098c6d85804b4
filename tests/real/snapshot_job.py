"""Runs the containers of a snapshot CronJob on this machine as its pod would: identities, mounts, no kubelet.

`stages` reads the object, `Pod` gives it volumes as the kubelet does and runs one stage at a time, each in its own
mount namespace, on a read-only root that holds the commands of images/kedge-tools/commands and no other.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.real.harness.netns import Namespace
from tests.real.harness.toolchain import ToolMissing, tool

COMMANDS = Path(__file__).parents[2] / "images" / "kedge-tools" / "commands"
_ROOT_FOLDERS = ("bin", "dev", "proc", "etc/ssl", "runtime", "usr/lib", "usr/lib64")
_RUNTIME = ("setpriv", "env")  # what stands for the container runtime; not in the stage's PATH
_POWERS = ("bounding-set", "inh-caps", "ambient-caps")
_ROOT_LINKS = {"dev/fd": "/proc/self/fd", "usr/bin": "../bin", "lib": "usr/lib", "lib64": "usr/lib64"}

# $1 is the root; then source, target, mode for each mount; then `--` and the command line that enters the root.
_ENTER = """
set -eu
root=$1; shift
mount --bind "$root" "$root"
while [ "$1" != -- ]; do
    mount --bind "$1" "$root$2"
    if [ "$3" = ro ]; then mount -o remount,bind,ro "$root$2"; fi
    shift 3
done
shift
mount -o remount,bind,ro "$root"
exec chroot "$root" "$@"
"""


@dataclass(frozen=True)
class Stage:
    """One container of the pod: what it runs, as whom, and what it sees (`volumes`: path to volume and mode)."""

    name: str
    command: list[str]
    env: dict[str, str]
    uid: int
    groups: list[int]
    volumes: dict[str, tuple[str, str]]

    @classmethod
    def read(cls, container: dict[str, Any], pod: dict[str, Any], facts: Mapping[str, str]) -> Stage:
        """Reads a container; `facts` answer the downward API by field path. A looser identity than ours is an error."""
        general, own = pod["securityContext"], container["securityContext"]
        assert own["capabilities"]["drop"] == ["ALL"] and own["allowPrivilegeEscalation"] is False
        assert own["readOnlyRootFilesystem"] is True
        env = {entry["name"]: _value(entry, facts) for entry in container.get("env", [])}
        identity = {**general, **own}
        return cls(
            container["name"],
            [_expand(word, env) for word in [*container["command"], *container.get("args", [])]],
            env,
            identity["runAsUser"],
            [identity["runAsGroup"], general["fsGroup"]],
            {m["mountPath"]: (m["name"], "ro" if m.get("readOnly") else "rw") for m in container["volumeMounts"]},
        )


def stages(cronjob: dict[str, Any], facts: Mapping[str, str]) -> list[Stage]:
    """The stages of a CronJob in the order in which its pod runs them; the last ones run side by side."""
    pod = cronjob["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    return [Stage.read(container, pod, facts) for container in [*pod["initContainers"], *pod["containers"]]]


def _value(entry: dict[str, Any], facts: Mapping[str, str]) -> str:
    """What Kubernetes sets a variable to: nothing where the pod states neither a value nor where it is from."""
    if "valueFrom" in entry:
        return facts[entry["valueFrom"]["fieldRef"]["fieldPath"]]
    return str(entry.get("value", ""))


def _expand(word: str, env: Mapping[str, str]) -> str:
    """Kubernetes' own expansion of a command: $(NAME) of a known variable, and $$ for a dollar."""
    return re.sub(r"\$\$|\$\(([^)]*)\)", lambda hit: "$" if hit[0] == "$$" else env.get(hit[1], hit[0]), word)


@dataclass(kw_only=True)
class Pod:
    """Volumes of one pod and the means to run its stages; a context manager, because small volumes are mounted.

    `files` are the host's and the secrets' contents by volume name; `limits` cap an emptyDir at a number of bytes,
    `contents` are what an emptyDir holds already because stages ran elsewhere.
    """

    namespace: Namespace
    folder: Path
    cronjob: dict[str, Any]
    facts: Mapping[str, str]
    files: Mapping[str, Path]
    limits: Mapping[str, int] = field(default_factory=dict)
    shell: str = "dash"
    contents: Mapping[str, Path] = field(default_factory=dict)

    def __enter__(self) -> Pod:
        self.volumes = dict(self._make_volumes())
        self.stages = {stage.name: stage for stage in stages(self.cronjob, self.facts)}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in self.limits:
            subprocess.run(["umount", self.volumes[name]], check=True)

    def run(self, *names: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Runs the stages one after the other up to the first that fails; the last one's result. `env` goes on top."""
        for name in names:
            done = self.namespace.run(self.command(name, env))
            if done.returncode != 0:
                break
        return done

    def probe(self, name: str, text: str) -> subprocess.CompletedProcess[str]:
        """Runs a shell text in the place of a stage's script: what could its container do?"""
        return self.namespace.run(self.command(name, command=["/bin/sh", "-c", text]))

    def command(self, name: str, env: Mapping[str, str] | None = None, command: Sequence[str] = ()) -> list[str]:
        """The command line that runs a stage, to be started in the network namespace."""
        stage = self.stages[name]
        binds = [(path, path, "ro") for path in ("/usr/lib", "/usr/lib64", "/etc/ssl", "/proc")]
        binds += [("/dev/null", "/dev/null", "rw"), (str(image(self.folder.parent, self.shell)), "/bin", "ro")]
        binds += [(program(helper), f"/runtime/{helper}", "ro") for helper in _RUNTIME]
        binds += [(str(self.volumes[volume]), path, mode) for path, (volume, mode) in stage.volumes.items()]
        enter = ["unshare", "--mount", "--propagation", "private", "sh", "-c", _ENTER, "enter", str(self._root(stage))]
        environment = [f"{key}={value}" for key, value in {**stage.env, **(env or {})}.items()]
        start = ["/runtime/env", "-i", "PATH=/usr/bin:/bin", *environment, *(command or stage.command)]
        return [*enter, *(word for bind in binds for word in bind), "--", *_identity(stage), *start]

    def _root(self, stage: Stage) -> Path:
        """An empty root with the places that the stage's mounts need."""
        root = self.folder / f"root-{stage.name}"
        if root.exists():
            return root
        for name in _ROOT_FOLDERS:
            (root / name).mkdir(parents=True)
        for name, target in _ROOT_LINKS.items():
            (root / name).symlink_to(target)
        (root / "etc/passwd").write_text(passwd())
        for path, (volume, _) in stage.volumes.items():
            place = root / path.lstrip("/")
            if self.volumes[volume].is_dir():
                place.mkdir(parents=True)
            else:
                _touch(place)
        for path in ("dev/null", *(f"runtime/{helper}" for helper in _RUNTIME)):
            _touch(root / path)
        return root

    def _make_volumes(self) -> Iterator[tuple[str, Path]]:
        pod = self.cronjob["spec"]["jobTemplate"]["spec"]["template"]["spec"]
        group = pod["securityContext"]["fsGroup"]
        for volume in pod["volumes"]:
            name = volume["name"]
            if "hostPath" in volume or "configMap" in volume:
                yield name, self.files[name]
            elif "secret" in volume:
                yield name, self._secret(name, group)
            else:
                yield name, self._empty(name, group)

    def _empty(self, name: str, group: int) -> Path:
        """An emptyDir as the kubelet makes it for a pod with fsGroup: root's, the group's, set-gid."""
        place = self.folder / "volumes" / name
        place.mkdir(parents=True)
        if name in self.limits:
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={self.limits[name]}", "none", place], check=True)
        os.chown(place, 0, group)
        place.chmod(0o2777)
        if name in self.contents:
            subprocess.run(["cp", "--archive", f"{self.contents[name]}/.", place], check=True)
        return place

    def _secret(self, name: str, group: int) -> Path:
        """A Secret's files: root's, readable by the pod's group (defaultMode 0440)."""
        place = Path(shutil.copytree(self.files[name], self.folder / "volumes" / name))
        for file in place.iterdir():
            os.chown(file, 0, group)
            file.chmod(0o440)
        return place


def image(folder: Path, shell: str) -> Path:
    """A folder with the commands of the image and nothing else, `sh` being the given shell; made once per folder."""
    place = folder / f"image-{shell}"
    if not place.exists():
        place.mkdir()
        for name, source in image_programs(shell).items():
            shutil.copy(source, place / name)
    return place


def image_programs(shell: str = "dash") -> dict[str, Path]:
    """Each command of the image with the program that is it on this machine."""
    return {
        name: tool(name) if origin == "etcd" else Path(program(shell if name == "sh" else name))
        for name, origin in image_commands().items()
    }


def image_commands() -> dict[str, str]:
    """Command to origin (`etcd`, or `debian:PACKAGE`), as the image's recipe lists them."""
    lines = COMMANDS.read_text().splitlines()
    words = (line.split() for line in lines if not line.startswith("#"))
    return {name: origin for name, origin in words}  # noqa: C416  # a dict of pairs, checked to be pairs


def passwd() -> str:
    """The users that the image's recipe adds to those of Debian, of whom only root runs a stage."""
    (line,) = re.findall(r"^RUN echo '(\S+)' >> /etc/passwd$", (COMMANDS.parent / "Containerfile").read_text(), re.M)
    return f"root:x:0:0:root:/root:/bin/bash\n{line}\n"


def program(name: str) -> str:
    """Path of a program of this machine; ToolMissing names the Debian package that brings it."""
    found = shutil.which(name)
    if found is None:
        raise ToolMissing(f"{name} is not installed: apt-get install {_package(name)}")
    return found


def _package(name: str) -> str:
    others = {"busybox": "busybox-static", "setpriv": "util-linux", "env": "coreutils"}
    return others.get(name) or image_commands().get(name, name).removeprefix("debian:")


def _identity(stage: Stage) -> list[str]:
    """The user, group and powers that the runtime gives to the container: no capability, and no way to get one."""
    group, *_ = groups = [str(number) for number in stage.groups]
    who = [f"--reuid={stage.uid}", f"--regid={group}", f"--groups={','.join(groups)}"]
    return ["/runtime/setpriv", *who, *(f"--{kind}=-all" for kind in _POWERS), "--no-new-privs", "--"]


def _touch(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
