"""How a host is reached: OpenSSH as a process, with the person's own configuration, and one shared connection per host."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from compiler.rescue.kit import Stop

UNREACHABLE = 255
"""Exit code of ssh where the connection failed or broke."""

OPTIONS = {
    "BatchMode": "yes",
    "ConnectTimeout": "10",
    "ServerAliveInterval": "5",
    "ServerAliveCountMax": "3",
    "ControlMaster": "auto",
    "ControlPersist": "60",
}
"""A host that falls silent is given up after 15 seconds; a shared connection ends a minute after a driver that was killed."""

_WRAPPER = """#!/bin/sh
exec {command} "$@"
"""


class Connections:
    """A private folder with the shared connections, and an `ssh` that uses them, also for steps on the workstation."""

    def __init__(self, access: Mapping[str, str], identity_file: str | None) -> None:
        program = shutil.which("ssh")
        if program is None:
            raise Stop("ssh is missing on this machine: install an OpenSSH client")
        self._access = access
        self._folder = Path(tempfile.mkdtemp(prefix="kr-", dir="/tmp"))  # a socket's path is short
        self._used: set[str] = set()
        options = {**OPTIONS, "ControlPath": f"{self._folder}/%C"}
        command = [program, *(f"-o{name}={value}" for name, value in options.items())]
        if identity_file:
            command += ["-i", str(Path(identity_file).expanduser().absolute()), "-oIdentitiesOnly=yes"]
        self._ssh = self._folder / "ssh"
        self._ssh.write_text(_WRAPPER.format(command=shlex.join(command)))
        self._ssh.chmod(0o700)

    @property
    def environment(self) -> dict[str, str]:
        """What a step on the workstation needs to reach hosts as we do."""
        return {"PATH": f"{self._folder}:{os.environ.get('PATH', '')}"}

    def command(self, address: str, words: list[str]) -> list[str]:
        """Return the command line that runs words on a host, as root."""
        self._used.add(address)
        remote = shlex.join([*(["sudo", "-n"] if self._access.get("SSH_SUDO") else []), *words])
        return [str(self._ssh), *self._login(), address, remote]

    def close(self) -> None:
        """End the shared connections and remove the folder."""
        for address in self._used:
            subprocess.run(  # noqa: S603 - our own command line, no shell
                [str(self._ssh), *self._login(), "-O", "exit", address],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=10,
                check=False,
            )
        shutil.rmtree(self._folder, ignore_errors=True)

    def _login(self) -> list[str]:
        jump = self._access.get("SSH_JUMP")
        return ["-p", self._access["SSH_PORT"], "-l", self._access["SSH_USER"], *(["-J", jump] if jump else [])]
