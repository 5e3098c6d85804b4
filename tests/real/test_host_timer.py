"""The snapshot timer of a member's host: its files installed and its scripts run for real, from the paths that the units name.

The host is a mount namespace with folders of its own over /etc, /usr/local and /var/lib. What runs is what `host/` holds, against a real
etcd with TLS and an S3 server. systemd itself does not run: `systemctl` is a recorder, and `systemd-analyze` judges the units.
"""

from __future__ import annotations

import datetime
import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import pytest
from msgspec.structs import replace

from compiler import pipeline
from compiler.plan import naming
from compiler.render import host_files
from compiler.source.cache import BaseCache
from compiler.values import zones
from compiler.values.cron import Consumer, on_calendar, parse, starts
from compiler.values.cron.calendar import MISREAD
from compiler.workspace.files import DiskFiles
from tests.real.harness.s3 import WRITER
from tests.real.harness.toolchain import tool
from tests.real.snapshot_bed import BUCKET, PREFIX, JobBed, new_signer
from tests.real.snapshot_job import program

CASE = Path(__file__).parents[1] / "golden/external-etcd"
CLUSTER, HOST = "coast", "etcd1"
UNIT = "kedge-etcd-snapshot"
SIGNING_KEY = "/etc/kedge/etcd-snapshot/signing-key/signing-key"
OWN = ("/etc", "/usr/local", "/var/lib")
RUN = "/bin/sh /usr/local/lib/kedge/etcd-snapshot/run.sh"
SYSTEMCTL = '#!/bin/sh\necho "$@" >> /var/lib/systemctl.log\n'


@dataclass(frozen=True)
class Host:
    """A member's host: `folder` holds its own /etc, /usr/local and /var/lib, and `host/` as it was copied there."""

    job: JobBed
    folder: Path

    def path(self, path: str) -> Path:
        """Where a path of the host is, seen from outside."""
        return self.folder / path.strip("/")

    def run(self, script: str) -> subprocess.CompletedProcess[str]:
        """Runs a line of shell as root on the host."""
        mounts = " && ".join(f"mount --bind {self.path(own)} {own}" for own in OWN)
        command = f"{mounts} && cd {self.folder} && {script}"
        return self.job.namespace.run(["unshare", "--mount", "sh", "-c", command])

    def install(self) -> subprocess.CompletedProcess[str]:
        return self.run(f"sh host/install.sh {HOST}")

    def write_credential(self, secret: str = WRITER.secret) -> None:
        """Writes a put-only credential where the page says."""
        folder = self.path("/etc/kedge/etcd-snapshot/credentials/offsite")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "access-key-id").write_text(WRITER.access + "\n")
        (folder / "secret-access-key").write_text(secret + "\n")

    def systemctl(self) -> list[str]:
        """What systemctl was asked for, in order."""
        log = self.path("/var/lib/systemctl.log")
        return log.read_text().splitlines() if log.exists() else []


def _host_folder(job: JobBed, folder: Path) -> None:
    """Writes `host/` of the external cluster, with the keys and the bucket of the bed."""
    context = pipeline.RunContext(DiskFiles(CASE), BaseCache(), datetime.date(2027, 1, 1))
    plan = pipeline.check(context, CLUSTER).plan
    assert plan is not None and plan.host_snapshots is not None
    backup = plan.host_snapshots
    store = replace(
        backup.stores[0],
        endpoint=job.store.url,
        region=job.store.region,
        bucket=BUCKET,
        etcd_prefix=naming.etcd_prefix(PREFIX, CLUSTER),
    )
    changed = replace(
        plan,
        etcd_backup=replace(backup, recipients=tuple(job.recipients), signers=tuple(job.signers), stores=(store,)),
    )
    for file in host_files.files(changed):
        target = folder / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.content)


@pytest.fixture
def host(job: JobBed, tmp_path: Path) -> Iterator[Host]:
    made = Host(job, tmp_path / "machine")
    _host_folder(job, made.folder)
    for own in OWN:
        made.path(own).mkdir(parents=True)
    shutil.copytree("/etc", made.path("/etc"), dirs_exist_ok=True, symlinks=True, ignore_dangling_symlinks=True)
    made.path("/etc/systemd/system").mkdir(parents=True, exist_ok=True)
    tools = made.path("/usr/local/bin")
    tools.mkdir()
    for name in ("etcdctl", "etcdutl"):
        (tools / name).symlink_to(tool(name))
    (tools / "systemctl").write_text(SYSTEMCTL)
    (tools / "systemctl").chmod(0o755)
    pki = made.path("/etc/ssl/etcd/ssl")
    pki.mkdir(parents=True)
    client = job.certificates.healthcheck_client
    shutil.copy(job.certificates.authority.certificate, pki / "ca.pem")
    shutil.copy(client.certificate, pki / f"admin-{HOST}.pem")
    shutil.copy(client.key, pki / f"admin-{HOST}-key.pem")
    shutil.copytree(job.signing_key(), made.path(SIGNING_KEY).parent)
    yield made


def test_installed_scripts_put_a_snapshot_that_can_be_restored(host: Host, tmp_path: Path) -> None:
    host.write_credential()
    done = host.install()
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith(f"OK {HOST} takes snapshots of {CLUSTER}")
    assert host.systemctl()[:2] == ["daemon-reload", f"enable --now {UNIT}.timer"]
    before = set(host.job.manifests())
    ran = host.run(RUN)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    (manifest,) = set(host.job.manifests()) - before
    assert manifest.startswith(f"{PREFIX}/{CLUSTER}/etcd/") and f"-{HOST}-" in manifest
    snapshot = host.job.recover(manifest, tmp_path / "fetched")
    assert host.job.revive(snapshot)
    assert datetime.datetime.fromisoformat(host.path("/var/lib/kedge/etcd-snapshot/last-success").read_text().strip())


def test_the_name_of_a_run_cannot_be_guessed_before_it(host: Host) -> None:
    host.write_credential()
    assert host.install().returncode == 0
    before = set(host.job.manifests())
    for _ in range(2):
        assert host.run(RUN).returncode == 0
    names = [key.split("/")[-2] for key in set(host.job.manifests()) - before]
    ends = {re.fullmatch(rf"[0-9]{{8}}T[0-9]{{6}}Z-{HOST}-([0-9a-f]{{10}})", name) for name in names}
    assert len({end[1] for end in ends if end}) == 2


def test_a_run_leaves_no_plain_snapshot_and_no_link_to_a_key_behind(host: Host) -> None:
    host.write_credential()
    assert host.install().returncode == 0
    assert host.run(RUN).returncode == 0
    assert [path.name for path in host.path("/var/lib/kedge/etcd-snapshot").iterdir()] == ["last-success"]


def test_only_root_reads_the_credential(host: Host) -> None:
    host.write_credential()
    assert host.install().returncode == 0
    credential = host.path("/etc/kedge/etcd-snapshot/credentials/offsite")
    modes = {path.name: path.stat().st_mode & 0o777 for path in (credential, *credential.iterdir())}
    assert modes == {"offsite": 0o700, "access-key-id": 0o600, "secret-access-key": 0o600}


def test_without_a_credential_the_timer_is_not_started(host: Host) -> None:
    done = host.install()
    assert done.returncode == 1
    assert "STOP write the access-key-id of a put-only credential into /etc/kedge/etcd-snapshot/" in done.stderr
    assert host.systemctl() == ["daemon-reload"]


def test_without_a_signing_key_the_timer_is_not_started(host: Host) -> None:
    host.write_credential()
    host.path(SIGNING_KEY).unlink()
    done = host.install()
    assert done.returncode == 1
    assert f"STOP write the private half of a snapshot signer of {CLUSTER} into {SIGNING_KEY}, then" in done.stderr
    assert host.systemctl() == ["daemon-reload"]


def test_a_key_that_no_page_trusts_is_refused_when_it_is_installed(host: Host, tmp_path: Path) -> None:
    new_signer("unknown", tmp_path / "unknown")
    shutil.copy(tmp_path / "unknown" / "signing-key", host.path(SIGNING_KEY))
    host.write_credential()
    assert f"STOP {SIGNING_KEY} is the private half of no snapshot signer of {CLUSTER}" in host.install().stderr


def test_only_root_reads_the_signing_key(host: Host) -> None:
    key = host.path(SIGNING_KEY)
    key.chmod(0o644)
    host.write_credential()
    assert host.install().returncode == 0
    assert [path.stat().st_mode & 0o777 for path in (key, key.parent)] == [0o600, 0o700]


def test_a_snapshot_of_the_timer_is_signed(host: Host) -> None:
    host.write_credential()
    assert host.install().returncode == 0
    before = set(host.job.manifests())
    done = host.run(RUN)
    assert "\nsign: OK " in done.stdout
    (manifest,) = set(host.job.manifests()) - before
    assert host.job.store.fetch(BUCKET, f"{manifest}.sig").startswith(b"-----BEGIN SSH SIGNATURE-----\n")


@pytest.mark.parametrize(
    ("argument", "sentence"),
    [
        ("", "STOP name this host, one of: etcd1 etcd2 etcd3"),
        ("cp1", "STOP cp1 holds no member of coast, these hosts do: etcd1 etcd2 etcd3"),
        ("etcd2", "STOP /etc/ssl/etcd/ssl/admin-etcd2.pem is missing: a client of etcd on this host needs it"),
    ],
)
def test_a_host_that_is_none_of_the_members_is_refused(host: Host, argument: str, sentence: str) -> None:
    done = host.run(f"sh host/install.sh {argument}")
    assert (done.returncode, done.stderr.strip()) == (1, sentence)
    assert host.systemctl() == []


def test_a_missing_tool_is_named(host: Host) -> None:
    host.path("/usr/local/bin/etcdutl").unlink()
    done = host.install()
    assert (done.returncode, done.stderr.strip()) == (1, "STOP etcdutl is missing on this host")


def test_a_refused_upload_fails_the_run_and_is_no_success(host: Host) -> None:
    host.write_credential(secret="another")
    assert host.install().returncode == 0
    ran = host.run(RUN)
    assert ran.returncode == 1
    assert "put: FAILED while uploading" in ran.stderr
    assert list(host.path("/var/lib/kedge/etcd-snapshot").iterdir()) == []


def test_systemd_takes_the_units(host: Host) -> None:
    host.write_credential()
    assert host.install().returncode == 0
    units = "/etc/systemd/system"
    done = host.run(f"{program('systemd-analyze')} verify --man=no {units}/{UNIT}.service {units}/{UNIT}.timer")
    assert (done.returncode, done.stderr) == (0, "")


MINUTES = ("0", "30", "15", "59", "*/30", "*/7", "5,20,50")
HOURS = ("*", "2", "0", "3", "*/2", "1-4", "23", "0,2")
DAYS = ("* * *", "* * 0", "* * mon-fri", "29 3 *", "* 3,10 *", "1,15 * *", "31 * *")
ZONES = (
    *("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Cairo"),
    *("America/Santiago", "America/Havana", "Atlantic/Azores", "Asia/Beirut", "America/Nuuk"),
)


@pytest.mark.parametrize("zone", ZONES)
def test_starts_are_those_that_systemd_finds_around_clock_switches(zone: str) -> None:
    dice = random.Random(zone)
    for _ in range(12):
        cron = parse(f"{dice.choice(MINUTES)} {dice.choice(HOURS)} {dice.choice(DAYS)}")
        switches = zones.clock(zone).switches(1798761600, 1893456000) or (1830000000,)
        begin = dice.choice(switches) - dice.randrange(60, 48 * 60) * 60
        found = _elapses(on_calendar(cron, zone), begin)
        assert found
        since = datetime.datetime.fromtimestamp(begin, datetime.UTC)
        assert starts(cron, zone, Consumer.SYSTEMD, since, len(found)) == found, (cron.text, since)


@pytest.mark.parametrize("zone", sorted(MISREAD))
def test_systemd_does_misread_the_zones_that_are_refused(zone: str) -> None:
    text, times = {"Europe/Dublin": ("0 1,3 * * *", "01,03:00"), "Pacific/Chatham": ("59 2 * * *", "02:59")}[zone]
    wrong = []
    for switch in zones.clock(zone).switches(1798761600, 1830297600):
        found = _elapses(f"*-*-* {times}:00 {zone}", switch - 330 * 60)
        since = datetime.datetime.fromtimestamp(switch - 330 * 60, datetime.UTC)
        wrong.append(found != starts(parse(text), zone, Consumer.SYSTEMD, since, 16))
    assert any(wrong)


def _elapses(expression: str, begin: int) -> list[datetime.datetime]:
    """The next sixteen times that systemd finds, with the zone data of the tzdata package."""
    since = datetime.datetime.fromtimestamp(begin, datetime.UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    done = subprocess.run(
        [program("systemd-analyze"), "calendar", f"--base-time={since}", "--iterations=16", expression],
        capture_output=True,
        text=True,
        env={"TZ": "UTC", "PATH": "/usr/bin:/bin", "TZDIR": str(resources.files("tzdata").joinpath("zoneinfo"))},
    )
    times = [
        line.split(":", 1)[1].split() for line in done.stdout.splitlines() if "Next elapse" in line or "Iter." in line
    ]
    return [datetime.datetime.fromisoformat(f"{day}T{time}+00:00") for _, day, time, *_ in times]
