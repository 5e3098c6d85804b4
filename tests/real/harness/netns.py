"""A network namespace with nothing but loopback: ports never clash, and nothing leaves the machine."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from tests.real.harness.process import Process

# The holder keeps the namespace alive while its input is open. When the harness ends, in whatever way, it kills what is
# left inside and removes the folder: the namespace is the one mark that every process of a bed carries, plugins and
# orphans included.
_HOLDER = """
if [ -f "$1/hosts" ]; then mount --bind "$1/hosts" /etc/hosts || exit 1; fi
ip link set lo up && echo up
cat >/dev/null
own=$(readlink /proc/self/ns/net)
for process in /proc/[0-9]*; do
    pid=${process#/proc/}
    if [ "$pid" != $$ ] && [ "$(readlink "$process/ns/net")" = "$own" ]; then kill -KILL "$pid"; fi
done
rm -rf "$1" || { sleep 1 && rm -rf "$1"; }
"""


class Namespace:
    """A namespace, a folder for its state that lives as long, and the processes started in it.

    Every client of a bed runs through `run` or `start`: an address of the bed used from outside leads elsewhere.
    `names` maps host names to loopback addresses: inside, and only there, they are what /etc/hosts says. `settings` are
    environment variables that every process started from then on gets.
    """

    def __init__(self, names: Mapping[str, str] | None = None) -> None:
        if os.geteuid() != 0:
            raise PermissionError("the test bed makes network namespaces and needs root")
        self.folder = Path(tempfile.mkdtemp(prefix="kedge-bed-"))
        self.processes: list[Process] = []
        self.settings: dict[str, str] = {}
        self._named = bool(names)
        if names:
            known = {"localhost": "127.0.0.1", **names}
            (self.folder / "hosts").write_text("".join(f"{address} {name}\n" for name, address in known.items()))
        self._holder = subprocess.Popen(
            ["unshare", "--net", *(["--mount"] if names else []), "sh", "-c", _HOLDER, "holder", self.folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert self._holder.stdout is not None
        if self._holder.stdout.readline() != b"up\n":
            self.close()
            raise RuntimeError("no network namespace with loopback (unshare --net, ip link set lo up)")

    def __enter__(self) -> Namespace:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def inside(self, command: Sequence[str | Path], cwd: Path | None = None) -> list[str]:
        """The command line that runs a command in the namespace; it keeps its process id (exec, no fork)."""
        namespaces = [f"--net=/proc/{self._holder.pid}/ns/net"]
        if self._named:  # entering a mount namespace loses the working directory
            namespaces += [f"--mount=/proc/{self._holder.pid}/ns/mnt", f"--wdns={cwd or self.folder}"]
        return ["nsenter", *namespaces, "--", *map(str, command)]

    def environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        """The bed's own environment: no setting or credential of the person who runs the tests reaches it."""
        return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TZ": "UTC", "HOME": str(self.folder)} | {
            **self.settings,
            **extra,
        }

    def run(
        self,
        command: Sequence[str | Path],
        input: str | None = None,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        timeout: float = 120.0,
    ) -> subprocess.CompletedProcess[str]:
        """Runs a command to its end, output as text; a non-zero exit is the caller's to judge."""
        return subprocess.run(
            self.inside(command, cwd),
            input="" if input is None else input,
            env=self.environment(env or {}),
            cwd=cwd or self.folder,
            timeout=timeout,
            capture_output=True,
            text=True,
        )

    def start(self, name: str, command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> Process:
        """Starts a server that logs to `<name>.log` in the folder and ends with the namespace."""
        log = self.folder / f"{name}.log"
        process = Process(name, self.inside(command), log, self.environment(env or {}), self.folder)
        self.processes.append(process)
        return process

    def close(self) -> None:
        """Ends every process at once, for nothing of a bed is kept; the folder goes with the namespace."""
        for process in reversed(self.processes):
            process.kill()
        self._holder.communicate()
