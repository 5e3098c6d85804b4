"""A machine of a bed: namespaces of its own over the file system of the host, with a disk that is its own; a switch connects them.

Killing its first process is a power cut; removing its disk is an empty machine.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tests.real.harness.netns import Namespace
from tests.real.harness.process import until
from tests.real.harness.toolchain import tool

if TYPE_CHECKING:
    from tests.real.page import Shell

FILES = Path(__file__).parent / "machine"
CGROUPS = Path("/sys/fs/cgroup")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
NETWORK = "10.77.0"
UNITS = ("containerd", "kubelet", "ssh")

# Ends the machine when the harness ends, in whatever way, and removes its cgroups once the kernel has let go of the last
# process: its input is open as long as the harness lives.
_KEEPER = """
unshare --mount --pid --net --uts --ipc --fork --kill-child sh "$1" "$2" "$3" < /dev/null &
echo $!
cat > /dev/null
kill -KILL $!
wait
for try in 1 2 3 4 5 6 7 8 9 10; do
    find /sys/fs/cgroup/*"$4" -depth -type d -exec rmdir {} + 2> /dev/null
    ls -d /sys/fs/cgroup/*"$4" > /dev/null 2>&1 || exit 0
    sleep 1
done
"""


class Switch:
    """The network between machines: a bridge in a namespace without an uplink; servers beside the machines run in it."""

    def __init__(self, namespace: Namespace) -> None:
        self.namespace = namespace
        self._ip("link", "add", "bridge", "type", "bridge")
        self._ip("link", "set", "bridge", "up")

    def address(self, host: int) -> str:
        """Gives the switch's own namespace one more address and returns it."""
        address = f"{NETWORK}.{host}"
        self._ip("address", "add", f"{address}/24", "dev", "bridge")
        return address

    def connect(self, name: str, number: int, pid: int) -> None:
        """Puts a cable between the switch and the machine of a process: `eth0` there, with the same hardware address each time."""
        card = ("name", "eth0", "address", f"02:00:00:00:00:{number:02x}")
        self._ip("link", "add", name, "type", "veth", "peer", *card, "netns", str(pid))
        self._ip("link", "set", name, "master", "bridge", "up")

    def disconnect(self, name: str) -> None:
        """Takes the cable of a machine that is off away: the kernel does so itself, but later."""
        self.namespace.run(["ip", "link", "delete", name])

    def _ip(self, *arguments: str) -> None:
        done = self.namespace.run(["ip", *arguments])
        if done.returncode != 0:
            raise RuntimeError(f"ip {' '.join(arguments)}: {done.stderr.strip()}")


class Machine:
    """One machine; off until `power_on`. `number` is the last part of its address; `exported`: what its shells start with."""

    def __init__(self, switch: Switch, name: str, number: int, programs: Sequence[str] = ()) -> None:
        self.name = name
        self.number = number
        self.address = f"{NETWORK}.{number}"
        self.disk = switch.namespace.folder / name
        self._switch = switch
        self._programs = programs
        self._keeper: subprocess.Popen[bytes] | None = None
        self.pid = 0
        self.exported: dict[str, str] = {}
        self.cgroup = f"/kedge-{switch.namespace.folder.name}-{name}"
        self.install()

    def install(self) -> None:
        """Fills an empty disk with what a machine has before kubeadm: programs, units, a container runtime."""
        upper = self.disk / "upper"
        programs = upper / "usr/local/bin"
        units = upper / "usr/local/lib/units"
        for folder in (programs, units, upper / "etc/containerd", upper / "etc/default"):
            folder.mkdir(parents=True, exist_ok=True)
        for name in ("pause", "crictl", *self._programs):
            _link(tool(name), programs / name)
        shutil.copy(FILES / "systemctl", programs / "systemctl")
        shutil.copy(FILES / "containerd.toml", upper / "etc/containerd/config.toml")
        for unit in UNITS:
            shutil.copy(FILES / unit, units / unit)
        (upper / "etc/hostname").write_text(f"{self.name}\n")
        (upper / "etc/ssh").mkdir()
        (upper / "etc/ssh/sshd_config").write_text("PermitRootLogin prohibit-password\nUsePAM no\n")
        (programs.parent / "sbin").mkdir()
        shutil.copy(FILES / "kubeadm", programs.parent / "sbin/kubeadm")
        extra = f"--node-ip={self.address} --cgroup-root={self.cgroup}"
        (upper / "etc/default/kubelet").write_text(f"KUBELET_EXTRA_ARGS='{extra}'\n")

    def power_on(self) -> None:
        """Starts the machine with container runtime and ssh; the kubelet too, where kubeadm has configured one."""
        self._make_cgroups()
        self._keeper = subprocess.Popen(
            ["sh", "-c", _KEEPER, "keeper", FILES / "power-on.sh", self.disk, self.name, self.cgroup],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(self._switch.namespace.folder / f"{self.name}.log").open("ab"),
            env={"PATH": PATH, "LANG": "C.UTF-8"},
            start_new_session=True,
        )
        assert self._keeper.stdout is not None
        parent = int(self._keeper.stdout.readline())
        until(lambda: self._is_up(parent), f"{self.name} starts")
        self._switch.connect(self.name, self.number, self.pid)
        self.check("ip", "address", "add", f"{self.address}/24", "dev", "eth0")
        self.check("ip", "link", "set", "eth0", "up")
        self.check("ip", "route", "add", "default", "via", f"{NETWORK}.1")  # by it kubeadm finds its own address
        self.check("systemctl", "start", "containerd", "ssh")
        if (self.disk / "plain/var/lib/kubelet/config.yaml").exists():
            self.check("systemctl", "start", "kubelet")

    def power_off(self) -> None:
        """Cuts the power: every process ends at once."""
        if self._keeper is None:
            return
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
        self._keeper.communicate()
        self._switch.disconnect(self.name)
        self._keeper = None
        self.pid = 0

    def empty(self) -> None:
        """Makes it an empty machine again, as when it was replaced; it is off then."""
        self.power_off()
        shutil.rmtree(self.disk)
        self.install()

    def inside(self, command: Sequence[str | Path], folder: str = "/root") -> list[str]:
        """The command line that runs a command on the machine."""
        return [
            "nsenter",
            f"--target={self.pid}",
            "-m",
            "-p",
            "-n",
            "-u",
            "-i",
            f"--wdns={folder}",
            "--",
            *map(str, command),
        ]

    def environment(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """What a root shell has there."""
        return {"PATH": PATH, "HOME": "/root", "LANG": "C.UTF-8", "TZ": "UTC", "USER": "root"} | dict(extra or {})

    def run(self, *command: str | Path, input: str = "", timeout: float = 180.0) -> subprocess.CompletedProcess[str]:
        """Runs a command on the machine; a non-zero exit is the caller's to judge."""
        return subprocess.run(
            self.inside(command), input=input, env=self.environment(), timeout=timeout, capture_output=True, text=True
        )

    def check(self, *command: str | Path, input: str = "", timeout: float = 180.0) -> str:
        """Runs a command that must succeed, and returns what it printed."""
        done = self.run(*command, input=input, timeout=timeout)
        if done.returncode != 0:
            raise RuntimeError(
                f"{self.name}: {' '.join(map(str, command))}: {done.returncode}\n{done.stdout}{done.stderr}"
            )
        return done.stdout

    def write(self, path: str, text: str, mode: str = "600") -> None:
        """Writes a file on the running machine."""
        self.check("install", "-D", "-m", mode, "/dev/stdin", path, input=text)

    def share(self, file: Path) -> str:
        """Puts a file into /var/log/shared of the machine without copying it, and returns its path there."""
        folder = self.disk / "plain/var/log/shared"
        folder.mkdir(exist_ok=True)
        _link(file, folder / file.name)
        return f"/var/log/shared/{file.name}"

    def start(self, shell: Shell) -> subprocess.Popen[bytes]:
        """Starts a root shell for a page's block."""
        return subprocess.Popen(
            self.inside(shell.command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self.environment(self.exported | shell.prompts),
            start_new_session=True,
        )

    def _is_up(self, parent: int) -> bool:
        """Whether its first process has become `pause`; notes its id."""
        with contextlib.suppress(OSError, IndexError):
            self.pid = int(Path(f"/proc/{parent}/task/{parent}/children").read_text().split()[0])
            return Path(f"/proc/{self.pid}/exe").readlink().name == "pause"
        return False

    def _make_cgroups(self) -> None:
        for hierarchy in CGROUPS.iterdir():
            own = hierarchy / self.cgroup.lstrip("/")
            own.mkdir(exist_ok=True)
            for name in ("cpuset.cpus", "cpuset.mems"):
                if (own / name).exists():
                    (own / name).write_text((hierarchy / name).read_text())


def _link(source: Path, target: Path) -> None:
    """Shares the file where both are on one file system; a binary is never written to."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy(source, target)
