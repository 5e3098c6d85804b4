"""The first three stages when something is broken: each ends with one clear line and leaves nothing to go on with."""

from __future__ import annotations

import itertools
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.real.harness.etcd import Certificates, Etcd
from tests.real.harness.netns import Namespace
from tests.real.harness.tls import Authority
from tests.real.snapshot_bed import JobBed, failed, flip
from tests.real.snapshot_job import Pod

PUT = "put-offsite"
MEGABYTE = 1 << 20
HASTY = {"KEDGE_STALL_SECONDS": "2", "KEDGE_TIMEOUT_SECONDS": "5"}


# save


def test_save_fails_when_etcd_refuses_the_connection(job: JobBed) -> None:
    with job.pod() as pod:
        assert failed(pod.run("save", env={**HASTY, "KEDGE_HOST_IP": "127.0.0.9"}), "127.0.0.9", "status")
        assert not any(pod.volumes["snapshot"].iterdir())


def test_save_fails_in_time_when_etcd_never_answers(job: JobBed) -> None:
    fault = job.fault("silent", "127.0.0.2:2379")
    with job.pod() as pod:
        assert failed(pod.run("save", env={**HASTY, "KEDGE_HOST_IP": "127.0.0.2"}), "127.0.0.2")
    fault.stop()


def test_save_fails_in_time_when_etcd_hangs(job: JobBed) -> None:
    with Namespace() as elsewhere:
        etcd = Etcd(elsewhere, job.certificates)
        process = etcd.start()
        etcd.wait()
        process.signal(signal.SIGSTOP)
        pod = job.pod()
        pod.namespace = elsewhere
        with pod:
            assert failed(pod.run("save", env=HASTY))


def test_save_fails_with_a_client_certificate_of_another_authority(job: JobBed, tmp_path: Path) -> None:
    other = Authority.create(tmp_path, "other").issue("client", "/CN=other", serves=False)
    files = {"healthcheck-client-crt": other.certificate, "healthcheck-client-key": other.key}
    with job.pod(files=files) as pod:
        assert failed(pod.run("save", env=HASTY), "asking etcd")


def test_save_fails_when_another_authority_signed_the_server(job: JobBed, tmp_path: Path) -> None:
    other = Authority.create(tmp_path, "other")
    with job.pod(files={"ca-crt": other.certificate}) as pod:
        assert failed(pod.run("save", env=HASTY), "asking etcd")


# verify


@pytest.mark.parametrize("damage", [flip(17), flip(MEGABYTE), flip(-1)], ids=["page", "value", "sum"])
def test_verify_refuses_a_snapshot_with_a_flipped_bit(job: JobBed, damage: Callable[[bytes], bytes]) -> None:
    with job.pod(after="save") as pod:
        _damage(pod, damage)
        assert failed(pod.run("verify"), "REFUSED")
        assert not any(pod.volumes["scratch"].iterdir())


@pytest.mark.parametrize("keep", [0, 4096, -1])
def test_verify_refuses_a_truncated_snapshot(job: JobBed, keep: int) -> None:
    with job.pod(after="save") as pod:
        _damage(pod, lambda data: data[:keep])
        assert failed(pod.run("verify"), "REFUSED")
        assert not any(pod.volumes["scratch"].iterdir())


def test_verify_refuses_a_copied_database_file(job: JobBed) -> None:
    with job.pod(after="save") as pod:
        database = (job.etcd.data() / "member" / "snap" / "db").read_bytes()
        _damage(pod, lambda _: database)
        assert failed(pod.run("verify"), "REFUSED", "hash")


def test_verify_refuses_the_snapshot_of_an_etcd_that_nobody_wrote_to(job: JobBed) -> None:
    with Namespace() as elsewhere:
        etcd = Etcd(elsewhere, Certificates.create(elsewhere.folder / "pki"))
        etcd.start()
        etcd.wait()
        pki = elsewhere.folder / "pki" / "etcd"
        pod = job.pod(files={name: pki / file for name, file in _pki_files().items()})
        pod.namespace = elsewhere
        with pod:
            assert failed(pod.run("save", "verify"), "REFUSED", "keys '0'")


def test_verify_refuses_when_nothing_was_saved(job: JobBed) -> None:
    with job.pod() as pod:
        assert failed(pod.run("verify"), "REFUSED")


# encrypt


def test_encrypt_refuses_a_snapshot_other_than_the_verified_one(job: JobBed) -> None:
    with job.pod(after="verify") as pod:
        _damage(pod, flip(-1))
        assert failed(pod.run("encrypt"), "comparing")
        assert not any(pod.volumes["encrypted"].iterdir())


def test_encrypt_refuses_a_snapshot_that_was_not_verified(job: JobBed) -> None:
    with job.pod(after="save") as pod:
        assert failed(pod.run("encrypt"))


@pytest.mark.parametrize("recipients", ["", "ssh-ed25519 AAAA", "-o /encrypted/x", "age1x;id", "age1qqqqqqqqqqqq"])
def test_encrypt_refuses_recipients_that_are_no_age_keys(job: JobBed, recipients: str) -> None:
    with job.pod(after="verify") as pod:
        assert failed(pod.run("encrypt", env={"KEDGE_RECIPIENTS": recipients}))
        assert not any(pod.volumes["encrypted"].iterdir())


# a full disk: the fourth stage writes nothing, and its folder is mounted read-only


@pytest.mark.parametrize(
    ("volume", "stage", "size"),
    [("snapshot", "save", MEGABYTE), ("scratch", "verify", 16384), ("encrypted", "encrypt", MEGABYTE)],
)
def test_a_full_disk_ends_the_stage_that_writes_to_it(job: JobBed, volume: str, stage: str, size: int) -> None:
    with job.pod(limits={volume: size}, after=_before(stage)) as pod:
        assert failed(pod.run(stage), "o space left on device")
        assert [file for file in pod.volumes[volume].iterdir() if file.name != "facts"] == []


def test_a_disk_that_fills_up_at_the_last_byte_is_noticed_at_every_size(job: JobBed) -> None:
    with job.pod(after="verify") as whole:
        assert whole.run("encrypt").returncode == 0
        needed = sum(file.stat().st_size for file in (whole.volumes["encrypted"] / "run").iterdir())
    for missing in (4096, 3 * 4096):
        with job.pod(limits={"encrypted": needed // 4096 * 4096 - missing}, after="verify") as pod:
            assert failed(pod.run("encrypt"))
            assert not any(pod.volumes["encrypted"].iterdir())


# environment


@pytest.mark.parametrize(
    ("stage", "name"),
    [
        ("save", "KEDGE_HOST_IP"),
        ("save", "KEDGE_STALL_SECONDS"),
        ("save", "KEDGE_TIMEOUT_SECONDS"),
        *(
            ("encrypt", f"KEDGE_{name}")
            for name in ("CLUSTER", "RUN", "KUBERNETES_VERSION", "RECIPIENTS", "PART_BYTES")
        ),
        *((PUT, f"KEDGE_{name}") for name in ("ENDPOINT", "REGION", "BUCKET", "TARGET", "ATTEMPTS", "CA")),
        *((PUT, f"KEDGE_{name}") for name in ("STALL_SECONDS", "TIMEOUT_SECONDS")),
    ],
)
def test_a_missing_variable_ends_the_stage(job: JobBed, stage: str, name: str) -> None:
    with job.pod(after=_before(stage)) as pod:
        assert stage != PUT or pod.run("encrypt").returncode == 0
        del pod.stages[stage].env[name]
        done = pod.run(stage)
        assert failed(done, name)
        assert "attempt" not in done.stderr


READ_AS_TEXT = itertools.cycle([("encrypt", "KEDGE_RUN"), (PUT, "KEDGE_BUCKET"), (PUT, "KEDGE_ENDPOINT")])
HOSTILE = ("", "a b", "../up", "a:b", "-n", "a\nb", 'a"b', "$(touch /encrypted/canary)", "`id`", "ü", "a\\b")


@pytest.mark.parametrize(("value", "where"), [*zip(HOSTILE, READ_AS_TEXT, strict=False)])
def test_a_hostile_value_is_refused_and_not_executed(job: JobBed, value: str, where: tuple[str, str]) -> None:
    stage, name = where
    with job.pod(after="verify") as pod:
        pod.run("encrypt")
        assert failed(pod.run(stage, env={name: value}), f"while reading {name}")
        assert not any(pod.volumes["encrypted"].glob("*canary*"))


def _before(stage: str) -> str:
    """The last of the first two stages that has run when this one begins."""
    return {"save": "", "verify": "save"}.get(stage, "verify")


def _damage(pod: Pod, change: Callable[[bytes], bytes]) -> None:
    snapshot = pod.volumes["snapshot"] / "snapshot.db"
    snapshot.write_bytes(change(snapshot.read_bytes()))
    shutil.chown(snapshot, 0, 65532)


def _pki_files() -> dict[str, str]:
    return {name.replace(".", "-"): name for name in ("ca.crt", "healthcheck-client.crt", "healthcheck-client.key")}
