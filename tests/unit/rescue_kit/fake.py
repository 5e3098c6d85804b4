"""A kit with small steps in a temporary folder: the real program over them, under each shell."""

import hashlib
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from compiler.assets import asset_text

IDENTIFY = """\
{
  echo '. ./functions'
  setting HOST "$MEMBERS"
  echo '[ ! -s state ] || . ./state'
} > ./env
touch state
ok "this is a host"
"""
STEPS: Mapping[str, str] = {
    "identify": IDENTIFY,
    "check": 'echo "CHECKED $HOST"\nok "looks well"\n',
    "get": 'echo "from $STORE_ENDPOINT"\nok "fetched"\n',
    "halt": 'confirm "$CLUSTER" "This halts."\necho halt >> ../effects\nok "halted"\n',
    "pick": 'printf "Type a file: "\nread -r FILE || FILE=\nremember FILE "$FILE"\nok "picked $FILE"\n',
    "send": 'echo "send $FILE" >> ../effects\nok "sent"\n',
    "put": 'echo put >> ../effects\nok "put"\n',
    "first-one": 'echo first >> ../effects\nok "first"\n',
    "others": 'echo other >> ../effects\nok "other"\n',
    "join": 'echo "kubeadm join 10.0.0.1:6443 --token abc.def --certificate-key 0123"\nok "joined"\n',
    "tidy": 'confirm "$CLUSTER" "This tidies."\necho tidy >> ../effects\nok "tidied"\n',
}
PREPARES = "identify desk"
ENTRIES = (
    "look:identify:each_member:read-only",
    "look:check:each_member:read-only",
    "fetch:desk:workstation:read-only:meanwhile",
    "fetch:get:workstation:read-only:meanwhile",
    "stop:halt:each_member:destructive",
    "restore:pick:workstation:read-only",
    "restore:send:workstation:changing",
    "restore:put:each_member:changing",
    "start:first-one:any_member:changing",
    "start:others:remaining_members:changing",
    "verify:join:any_member:changing",
    "clean:tidy:each_member:destructive",
)


@dataclass(frozen=True, kw_only=True)
class Ran:
    """One run: exit code, and everything that it printed."""

    code: int
    text: str

    @property
    def last(self) -> str:
        """Its last line."""
        return self.text.rstrip("\n").rpartition("\n")[2]


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A temporary folder as one machine: `kit/`, the working folder `kedge/`, and `effects`, where steps that change write a line."""

    root: Path
    shell: str

    @property
    def folder(self) -> Path:
        """The working folder of a host."""
        return self.root / "kedge"

    @property
    def effects(self) -> list[str]:
        """What changing steps did, in order; those of a workstation are beside its own folder."""
        file = self.root / "effects"
        return file.read_text().splitlines() if file.exists() else []

    @property
    def records(self) -> list[list[str]]:
        """The words of each line of the state."""
        return [line.split(" ") for line in (self.folder / "rescue-state").read_text().splitlines()]

    def command(self, *words: str) -> list[str]:
        """The program as a process."""
        shell = ["busybox", "sh"] if self.shell == "busybox" else [self.shell]
        return [*shell, str(self.root / "kit/kedge-rescue"), *words]

    @property
    def environment(self) -> dict[str, str]:
        """A home of its own, so that the workstation's folder is here too."""
        return {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(self.root)}

    def run(self, *words: str, answers: str = "") -> Ran:
        """Runs the program to its end."""
        done = subprocess.run(
            self.command(*words),
            input=answers,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            env=self.environment,
            cwd=self.root,
            check=False,
        )
        return Ran(code=done.returncode, text=done.stdout)

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Begins a run and returns at once."""
        return subprocess.Popen(
            self.command(*words),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=self.environment,
            cwd=self.root,
        )

    def replace_step(self, slug: str, text: str) -> None:
        """Another kit: one step is another one, and all sums hold."""
        (self.root / f"kit/steps/{slug}.sh").write_text(text)
        seal(self.root / "kit")


def machine(root: Path, shell: str, entries: Iterable[str] = ENTRIES, **changed: str) -> Machine:
    """A machine with a kit. `changed`: steps by slug, `_` for `-`."""
    kit = root / "kit"
    (kit / "steps").mkdir(parents=True)
    steps = {**STEPS, "desk": IDENTIFY, **{slug.replace("_", "-"): text for slug, text in changed.items()}}
    for slug, text in steps.items():
        (kit / f"steps/{slug}.sh").write_text(text)
    (kit / "kedge-rescue").write_text(asset_text("templates/rescue/kedge-rescue.sh"))
    (kit / "functions.sh").write_text(asset_text("templates/runbooks/functions.sh"))
    values = {
        "CLUSTER": "pay",
        "MEMBERS": "cp1=10.0.0.1 cp2=10.0.0.2",
        "HOST_FOLDER": str(root / "kedge"),
        "PROCEDURES": "etcd-fire",
        "etcd_fire": " ".join(entries),
        "etcd_fire_fails": "check=halt",
        "PREPARES": PREPARES,
        "PER_STORE": "get",
        "STORES": "paris rome",
        "STORE_1_ENDPOINT": "https://paris",
        "STORE_2_ENDPOINT": "https://rome",
    } | {f"STORE_{number}_{name}": "x" for number in (1, 2) for name in ("REGION", "BUCKET", "PATH", "CA")}
    (kit / "cluster").write_text("".join(f"{name}='{value}'\n" for name, value in values.items()))
    seal(kit)
    return Machine(root=root, shell=shell)


def seal(kit: Path) -> None:
    """Writes the sums of a kit, and their digest."""
    files = sorted(f for f in kit.rglob("*") if f.is_file() and f.name not in ("SHA256SUMS", "KIT"))
    lines = (f"{hashlib.sha256(f.read_bytes()).hexdigest()}  {f.relative_to(kit)}\n" for f in files)
    sums = "".join(sorted(lines))
    (kit / "SHA256SUMS").write_text(sums)
    (kit / "KIT").write_text(f"{hashlib.sha256(sums.encode()).hexdigest()}\n")


SHELLS = [shell for shell in ("dash", "bash", "busybox") if shutil.which(shell)]
