"""What the tests of the snapshot job share: a TLS etcd with data, a locked bucket, two break-glass keys, pods.

One for the whole session: each test has pods of its own, and stops what it broke.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from compiler.plan import naming
from compiler.plan.keys import Signer
from tests.real import snapshot_faults
from tests.real.harness.bed import Bed
from tests.real.harness.etcd import Certificates, Etcd
from tests.real.harness.netns import Namespace
from tests.real.harness.process import Process, until
from tests.real.harness.s3 import S3, WRITER, Account, Lock
from tests.real.harness.tls import Endpoint, Pair
from tests.real.harness.toolchain import debian, tool
from tests.real.snapshot_job import Pod
from tests.real.snapshot_shape import KEYS, cronjob

DONE = {"": (), "save": ("snapshot",), "verify": ("snapshot", "scratch")}  # stage to the volumes that it leaves filled
STAGES = ("save", "verify", "encrypt", "sign", "put-offsite")
BUCKET = "kedge-test"
PREFIX = "backups/eu"
LOCK = Lock("COMPLIANCE", days=1)
LOOPBACK = "127.0.0.1"
IMPATIENT = {"KEDGE_ATTEMPTS": "2", "KEDGE_STALL_SECONDS": "2", "KEDGE_TIMEOUT_SECONDS": "4"}


@dataclass
class JobBed:
    """A bed with what a job needs; `pod` makes a fresh pod of the CronJob, its credential being the writer's."""

    bed: Bed
    identities: list[Path]
    recipients: list[str]
    signers: list[Signer]
    numbers: Iterator[int]

    @classmethod
    def create(cls, bed: Bed) -> JobBed:
        """Fills etcd, makes the bucket, the writer's Secret and the keys."""
        bed.s3.create_bucket(BUCKET, LOCK)
        credential(bed.s3, bed.folder / "writer")
        (bed.folder / "pods").mkdir()
        identities = [bed.folder / f"safe-{name}" for name in "ab"]
        recipients = [new_identity(identity) for identity in identities]
        signers = [new_signer(name, bed.folder / f"signer-{name}") for name in ("2026", "2027")]
        fill(bed.etcd)
        return cls(bed, identities, recipients, signers, itertools.count(1))

    def signing_key(self, name: str = "2026") -> Path:
        """What the Secret with the private half of a signer shows."""
        return self.namespace.folder / f"signer-{name}"

    @property
    def namespace(self) -> Namespace:
        return self.bed.ns

    @property
    def etcd(self) -> Etcd:
        return self.bed.etcd

    @property
    def certificates(self) -> Certificates:
        """Those of etcd; a test's own servers use them too."""
        assert self.etcd.certificates is not None
        return self.etcd.certificates

    @property
    def store(self) -> S3:
        return self.bed.s3

    def second_store(self, port: int, pair: Pair | None = None, authority: Path | None = None) -> S3:
        """Another S3 server with the same bucket, on a port of its own; by TLS where a pair is given."""
        server = S3(self.namespace, Endpoint(LOOPBACK, LOOPBACK, port, pair, authority)).start()
        server.create_bucket(BUCKET, LOCK)
        return server

    def manifests(self, store: S3 | None = None) -> list[str]:
        """The keys of all manifests in the bucket: one for each snapshot."""
        return [key for key in (store or self.store).keys(BUCKET) if key.endswith("/manifest.json")]

    def pod(
        self,
        limits: Mapping[str, int] | None = None,
        shell: str = "dash",
        files: Mapping[str, Path] | None = None,
        places: Mapping[str, Mapping[str, str]] | None = None,
        recipients: Sequence[str] = (),
        signers: Sequence[Signer] | None = None,
        after: str = "",
    ) -> Pod:
        """A pod with its own name; `files` replaces volume contents, `places` the one location `offsite`.

        `after` names a stage (save or verify) that has run already, on a copy of another pod's volumes.
        """
        name = f"etcd-snapshot-{next(self.numbers)}"
        places = places or {"offsite": self.place()}
        pki = self.namespace.folder / "pki" / "etcd"
        contents = {key.replace(".", "-"): pki / key for key in KEYS}
        contents |= {f"credential-{place}": self.namespace.folder / "writer" for place in places}
        contents |= {naming.SIGNING_KEY: self.signing_key()}
        object_ = cronjob(recipients or self.recipients, self.signers if signers is None else signers, places)
        facts = {"metadata.name": name, "status.hostIP": "127.0.0.1"}
        folder = self.namespace.folder / "pods" / name
        ran = {name: self.verified[name] for name in DONE[after]}
        return Pod(
            namespace=self.namespace,
            folder=folder,
            cronjob=object_,
            facts=facts,
            files=contents | dict(files or {}),
            limits=limits or {},
            shell=shell,
            contents=ran,
        )

    @cached_property
    def verified(self) -> dict[str, Path]:
        """The volumes of a pod after its first two stages."""
        with self.pod() as pod:
            done = pod.run("save", "verify")
            assert done.returncode == 0, done.stderr
            return pod.volumes

    def place(
        self, endpoint: str = "", bucket: str = BUCKET, prefix: str = PREFIX, authority: str = ""
    ) -> dict[str, str]:
        """The environment of a location."""
        endpoint = endpoint or self.store.url
        return {
            "KEDGE_ENDPOINT": endpoint,
            "KEDGE_REGION": self.store.region,
            "KEDGE_BUCKET": bucket,
            "KEDGE_PREFIX": prefix,
            "KEDGE_CA": authority,
        }

    def fault(self, *words: str) -> Process:
        """Starts a bad network, see snapshot_faults."""
        name = f"fault-{next(self.numbers)}"
        process = self.namespace.start(name, [sys.executable, snapshot_faults.__file__, *words])
        until(lambda: "ready" in process.log.read_text(), "fault injector is ready", process)
        return process

    def manifest_of(self, pod: Pod) -> str:
        """The key under which a pod's manifest object is expected."""
        name = (pod.volumes["encrypted"] / "run" / "name").read_text().strip()
        return f"{PREFIX}/payments-eu/etcd/{name}/manifest.json"

    def recover(self, manifest_key: str, folder: Path, identity: Path | None = None) -> Path:
        """Fetches, checks, joins and decrypts a snapshot as a page would: reader's credential, plain commands."""
        folder.mkdir(parents=True)
        text = self.store.fetch(BUCKET, manifest_key)
        (folder / "manifest.json").write_bytes(text)
        for part in json.loads(text)["parts"]:
            (folder / part["name"]).write_bytes(
                self.store.fetch(BUCKET, manifest_key.replace("manifest.json", part["name"]))
            )
        key = identity or self.identities[0]
        commands = (
            r"""sed -n 's/.*"name": "\(.*\)", .* "sha256": "\(.*\)".*/\2  \1/p' manifest.json | sha256sum -c""",
            f"cat snapshot.db.age.* | age --decrypt --identity {key} --output snapshot.db",
            r"""sed -n 's/^  "sha256": "\(.*\)",/\1  snapshot.db/p' manifest.json | sha256sum -c""",
        )
        for command in commands:
            subprocess.run(["bash", "-c", f"set -euo pipefail; {command}"], cwd=folder, check=True, capture_output=True)
        return folder / "snapshot.db"

    def revive(self, snapshot: Path) -> dict[str, str]:
        """Restores a snapshot, starts etcd on it, and returns its keys; the etcd is gone afterwards."""
        with Namespace() as elsewhere:
            etcd = Etcd(elsewhere)
            etcd.folder.mkdir()
            cluster: list[str | Path] = ["--name", "m1", "--initial-cluster", "m1=http://127.0.0.1:2380"]
            where: list[str | Path] = [
                "--initial-advertise-peer-urls",
                "http://127.0.0.1:2380",
                "--data-dir",
                etcd.data(),
            ]
            restored = etcd.etcdutl("snapshot", "restore", snapshot, *cluster, *where)
            assert restored.returncode == 0, restored.stderr
            etcd.start()
            etcd.wait()
            return everything(etcd)


def credential(store: S3, folder: Path, account: Account = WRITER) -> None:
    """Writes what a Secret with an account's credential shows, without the store's private authority, which the spec states."""
    folder.mkdir(parents=True)
    (folder / "access-key-id").write_text(f"{account.access}\n")
    (folder / "secret-access-key").write_text(f"{account.secret}\n")


def failed(done: subprocess.CompletedProcess[str], *words: str) -> bool:
    """Whether a stage failed and its last line, and only that one, says so in these words."""
    lines = done.stderr.splitlines()
    verdicts = [line for line in lines if "FAILED" in line or "REFUSED" in line]
    assert done.returncode != 0 and verdicts == lines[-1:], (done.returncode, done.stderr)
    assert "OK" not in done.stdout
    return all(word in done.stderr for word in words)


def flip(offset: int) -> Callable[[bytes], bytes]:
    """Damage: one bit of the byte at an offset, counted from the end if negative."""

    def damage(data: bytes) -> bytes:
        changed = bytearray(data)
        changed[offset] ^= 1
        return bytes(changed)

    return damage


def everything(etcd: Etcd) -> dict[str, str]:
    """All keys with the start of their values."""
    found: dict[str, Any] = json.loads(etcd.etcdctl("get", "--prefix", "/", "--write-out=json").stdout)
    return {entry["key"]: entry["value"][:64] for entry in found["kvs"]}


def fill(etcd: Etcd, megabytes: int = 2) -> None:
    """Writes some small keys and `megabytes` large ones."""
    for number in range(5):
        etcd.etcdctl("put", f"/registry/pods/p{number}", f"value {number}")
    for number in range(megabytes):
        digits = "".join(f"{x * (number + 7919) % 1000003:x}" for x in range(210000))
        client: list[str | Path] = [tool("etcdctl"), f"--endpoints={etcd.client_url()}", *etcd.client_flags()]
        etcd.namespace.run([*client, "put", f"/registry/large/{number}"], input=digits[: 1 << 20])


def private_key(identity: Path) -> str:
    """The line of an age identity that a person types."""
    (line,) = (line for line in identity.read_text().splitlines() if line.startswith("AGE-SECRET-KEY-"))
    return line


def new_identity(path: Path) -> str:
    """Writes an age identity to a file and returns its recipient."""
    done = subprocess.run([debian("age-keygen"), "-o", path], check=True, capture_output=True, text=True)
    return done.stderr.split()[-1]


def new_signer(name: str, folder: Path) -> Signer:
    """Writes the private half of a signer as its Secret shows it, and returns the public one."""
    folder.mkdir()
    key = folder / naming.SIGNING_KEY
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    public = key.with_suffix(".pub")
    signer = Signer(name, public.read_text().split()[1])
    public.unlink()
    return signer
