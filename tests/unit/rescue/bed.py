"""Hosts as folders behind an `ssh` that runs commands there, and the real programs of the kit over small steps.

A host's folder is open as file 9 of whatever runs on it, so that one kit, with one digest, finds each host's own folder.
"""

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from compiler.assets import asset_text

ROOT = Path(__file__).parents[3]
CLUSTER = "pay"
HOSTS = ("cp1", "cp2", "cp3")
KEY = "AGE-SECRET-KEY-1OFABREAKGLASSIDENTITY"
HOST = "/proc/self/fd/9"

SSH = """#!/bin/sh
case " $* " in *" -O exit "*) exit 0 ;; esac
while [ $# -gt 2 ]; do shift; done
HOST=$HOSTS/$1
dead() { echo "ssh: connect to host port 22: No route to host" >&2; exit 255; }
[ ! -e "$HOST/down" ] || dead
exec 3<&0 9< "$HOST"
env -i PATH=/usr/bin:/bin HOME="$HOST" setsid sh -c "$2" <&3 3<&- &
REMOTE=$!
exec 3<&-
CODE=0
wait "$REMOTE" || CODE=$?
[ ! -e "$HOST/down" ] || dead
exit "$CODE"
"""

INSTALL = f"""mkdir -p {HOST}/kit
cp -r "$(dirname "$0")"/* {HOST}/kit/
chmod 755 {HOST}/kit/kedge-rescue
echo installed
"""

ENV = """{ echo '. ./functions'; setting CLUSTER "$CLUSTER"; echo '[ ! -s state ] || . ./state'; } > ./env
touch state
"""
NOTE = 'echo "$slug" >> ../effects\n'
STEPS: Mapping[str, str] = {
    "identify-host": f'{ENV}ok "this is a host"\n',
    "check-etcd": 'echo checked >> ../effects\nok "etcd is down"\n',
    "wait-for-quorum": "wait_for quorum 60 false\n",
    "choose-store": f'{ENV}ok "snapshots come from $STORE_ENDPOINT"\n',
    "decrypt-snapshot": "printf 'Paste a private key; it is not shown: '\nread -r KEY\necho\n"
    'printf %s "$KEY" | sha256sum > key-sum\nok "decrypted"\n',
    "stop-control-plane": f'confirm "$CLUSTER" "This stops a host."\n{NOTE}ok "stopped"\n',
    "choose-data": "echo '90 bucket.db'\necho '100 survivor-cp2.db'\nremember SNAPSHOT 20261121T100000Z-a\n"
    "printf 'Press Enter for survivor-cp2.db, or type another file: '\nread -r FILE\n"
    'ok "chosen: ${FILE:-survivor-cp2.db}"\n',
    "send-data": f'{NOTE}ok "sent"\n',
    "move-etcd-data-aside": f'confirm "$CLUSTER" "This moves data."\n{NOTE}ok "moved"\n',
    "restore-etcd": f'{NOTE}ok "restored"\n',
    "start-first-api-server": f'{NOTE}ok "runs"\n',
    "start-remaining-api-servers": f'{NOTE}ok "runs"\n',
    "check-nodes": f'{NOTE}ok "nodes that are Ready: 3"\n',
    "verify-new-pods": f'{NOTE}ok "a new pod runs"\n',
    "remove-old-data": f'confirm "$CLUSTER" "This removes."\n{NOTE}ok "removed"\n',
    "remove-member": f"printf 'Type cp3 to continue: '\nread -r X\n{NOTE}ok \"$X is removed\"\n",
    "reset-host": f'{ENV}{NOTE}ok "this host is empty"\n',
    "print-join-command": f"{NOTE}echo 'kubeadm join 10.0.0.1:6443 --token abc.def --certificate-key 0123'\nok \"joins\"\n",
    "join-host": "printf 'Paste the line that begins with kubeadm join: '\nread -r JOIN\necho \"$JOIN\" > joined\n"
    f'{NOTE}ok "this host has joined"\n',
}
QUORUM = (
    "look:identify-host:each_member:read-only",
    "look:check-etcd:each_member:read-only",
    "save:wait-for-quorum:any_member:read-only",
    "fetch:choose-store:workstation:read-only:meanwhile",
    "fetch:decrypt-snapshot:workstation:read-only:meanwhile",
    "stop:stop-control-plane:each_member:destructive",
    "restore:choose-data:workstation:read-only",
    "restore:send-data:workstation:changing",
    "restore:move-etcd-data-aside:each_member:destructive",
    "restore:restore-etcd:each_member:changing",
    "start:start-first-api-server:any_member:changing",
    "start:start-remaining-api-servers:remaining_members:changing",
    "verify:check-nodes:any_member:changing",
    "verify:verify-new-pods:any_member:changing",
    "clean:remove-old-data:each_member:destructive",
)
MEMBER = (
    "look:identify-host:any_member:read-only",
    "stop:remove-member:any_member:destructive",
    "restore:reset-host:replacement:destructive",
    "start:print-join-command:any_member:changing",
    "start:join-host:replacement:changing",
)
ANSWERS = (CLUSTER, "", CLUSTER)
"""Of the quorum procedure with a key from a file descriptor and without waiting."""


@dataclass(frozen=True, kw_only=True)
class Ran:
    """One run of the driver."""

    code: int
    text: str

    @property
    def last(self) -> str:
        return self.text.rstrip("\n").rpartition("\n")[2]


@dataclass(kw_only=True)
class Bed:
    """`home` is the workstation's; `hosts` has a folder for each address."""

    root: Path
    home: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def kit(self) -> Path:
        return self.root / "kit"

    def host(self, name: str) -> Path:
        return self.root / "hosts" / f"10.0.0.{HOSTS.index(name) + 1}"

    def effects(self, name: str) -> list[str]:
        """What changing steps did on a host, or on the workstation, in order."""
        file = (self.home if name == "workstation" else self.host(name)) / "effects"
        return file.read_text().splitlines() if file.exists() else []

    def cut_power(self, name: str) -> None:
        """Ends every process of a host, and waits until the last one is gone from the table."""
        (self.host(name) / "down").touch()
        mark, killed = f"HOME={self.host(name)}".encode(), set()
        while found := {pid for pid in _processes() if mark in _environment(pid)}:
            killed |= found
            for pid in found:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        while any(Path(f"/proc/{pid}").exists() for pid in killed):
            time.sleep(0.02)

    def change(self, **steps: str) -> None:
        """Gives every machine a kit in which steps are others; `_` for `-`."""
        for slug, text in steps.items():
            (self.kit / f"steps/{slug.replace('_', '-')}.sh").write_text(text)
        seal(self.kit)
        for name in HOSTS:
            self.install(name)

    def install(self, name: str) -> None:
        shutil.rmtree(self.host(name) / "kit", ignore_errors=True)
        shutil.copytree(self.kit, self.host(name) / "kit")
        (self.host(name) / "kit/kedge-rescue").chmod(0o755)

    def command(self, *words: str) -> list[str]:
        code = "import sys; from compiler.rescue.main import main; sys.exit(main())"
        return [sys.executable, "-c", code, "run", "--kit", str(self.kit), *words]

    @property
    def environment(self) -> dict[str, str]:
        path = f"{self.root}/stubs:/usr/bin:/bin"
        return {"PATH": path, "HOME": str(self.home), "HOSTS": str(self.root / "hosts"), "PYTHONPATH": str(ROOT)}

    def start(self, *words: str, key: str = KEY) -> subprocess.Popen[bytes]:
        """Begins a run in a process group of its own; a key is given by a file descriptor."""
        given: list[str] = list(words)
        fds: tuple[int, ...] = ()
        if key:
            out, into = os.pipe()
            os.write(into, f"# created\n{key}\n".encode())
            os.close(into)
            given, fds = [*words, "--identity-fd", str(out)], (out,)
        process = subprocess.Popen(
            self.command(*given),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self.environment,
            pass_fds=fds,
            start_new_session=True,
        )
        for fd in fds:
            os.close(fd)
        self.running.append(process)
        return process

    def run(self, *words: str, answers: Sequence[str] = ANSWERS, key: str = KEY) -> Ran:
        """Runs the driver to its end; answers are typed ahead."""
        process = self.start(*words, key=key)
        text, _ = process.communicate("".join(f"{answer}\n" for answer in answers).encode(), timeout=60)
        return Ran(code=process.returncode, text=text.decode())

    def close(self) -> None:
        for process in self.running:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        for name in HOSTS:
            self.cut_power(name)


def _processes() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _environment(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def read_until(process: subprocess.Popen[bytes], text: str) -> str:
    """Reads the output of a run until it has shown a text."""
    assert process.stdout is not None
    seen, limit = "", time.monotonic() + 30
    while text not in seen:
        assert time.monotonic() < limit, seen
        chunk = os.read(process.stdout.fileno(), 65536).decode()
        assert chunk, seen
        seen += chunk
    return seen


def say(process: subprocess.Popen[bytes], *lines: str) -> None:
    """Types lines."""
    assert process.stdin is not None
    process.stdin.write("".join(f"{line}\n" for line in lines).encode())
    process.stdin.flush()


def make(root: Path) -> Bed:
    """Three hosts with the kit, and a workstation."""
    kit = root / "kit"
    (kit / "steps").mkdir(parents=True)
    for slug, text in STEPS.items():
        (kit / f"steps/{slug}.sh").write_text(text)
    (kit / "kedge-rescue").write_text(asset_text("templates/rescue/kedge-rescue.sh"))
    (kit / "functions.sh").write_text(asset_text("templates/runbooks/functions.sh"))
    (kit / "install.sh").write_text(INSTALL)
    values = {
        "CLUSTER": CLUSTER,
        "MEMBERS": "cp1=10.0.0.1 cp2=10.0.0.2 cp3=10.0.0.3",
        "HOST_FOLDER": f"{HOST}/kedge",
        "KIT_COMMAND": f"{HOST}/kit/kedge-rescue",
        "SSH_USER": "root",
        "SSH_PORT": "22",
        "SSH_JUMP": "",
        "SSH_SUDO": "",
        "PROCEDURES": "etcd-member-lost etcd-quorum-lost",
        "etcd_quorum_lost": " ".join(QUORUM),
        "etcd_quorum_lost_fails": "check-etcd=wait-for-quorum decrypt-snapshot=choose-store",
        "etcd_member_lost": " ".join(MEMBER),
        "etcd_member_lost_fails": "",
        "PREPARES": "identify-host choose-store reset-host",
        "PER_STORE": "choose-store",
        "STORES": "paris rome",
    } | {f"STORE_{n}_{name}": f"https://{n}" for n in (1, 2) for name in ("ENDPOINT", "REGION", "BUCKET", "PATH", "CA")}
    (kit / "cluster").write_text("".join(f"{name}='{value}'\n" for name, value in values.items()))
    seal(kit)
    (root / "stubs").mkdir()
    (root / "stubs/ssh").write_text(SSH)
    (root / "stubs/ssh").chmod(0o755)
    bed = Bed(root=root, home=root / "home")
    bed.home.mkdir()
    for name in HOSTS:
        bed.host(name).mkdir(parents=True)
        bed.install(name)
    return bed


def seal(kit: Path) -> None:
    """Writes the sums of a kit, and their digest."""
    files = sorted(f for f in kit.rglob("*") if f.is_file() and f.name not in ("SHA256SUMS", "KIT"))
    lines = (f"{hashlib.sha256(f.read_bytes()).hexdigest()}  {f.relative_to(kit)}\n" for f in files)
    sums = "".join(sorted(lines))
    (kit / "SHA256SUMS").write_text(sums)
    (kit / "KIT").write_text(f"{hashlib.sha256(sums.encode()).hexdigest()}\n")
