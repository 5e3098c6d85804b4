"""The upload when something is broken: it ends with one clear line, and there is no manifest in the bucket."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Callable, Iterator

import pytest

from tests.real.harness.process import until
from tests.real.harness.s3 import READER
from tests.real.snapshot_bed import BUCKET, IMPATIENT, JobBed, failed, flip
from tests.real.snapshot_job import Pod

PUT = "put-offsite"


@pytest.fixture
def encrypted(job: JobBed) -> Iterator[Pod]:
    """A pod whose files are ready to be uploaded; afterwards its run must not have a manifest."""
    with job.pod(after="verify") as pod:
        assert pod.run("encrypt").returncode == 0
        yield pod
        assert job.manifest_of(pod) not in job.store.keys(BUCKET)


# put: networks


@pytest.mark.parametrize("mode", ["silent", "full"])
def test_put_fails_in_time_when_the_store_is_a_black_hole(job: JobBed, encrypted: Pod, mode: str) -> None:
    fault = job.fault(mode, "127.0.0.3:9000")
    done = encrypted.run(PUT, env={**IMPATIENT, "KEDGE_ENDPOINT": "http://127.0.0.3:9000"})
    assert failed(done, "attempt 1 of 2", "attempt 2 of 2", "curl: (28)")
    fault.stop()


def test_put_fails_when_the_store_refuses_the_connection(job: JobBed, encrypted: Pod) -> None:
    done = encrypted.run(PUT, env={**IMPATIENT, "KEDGE_ENDPOINT": "http://127.0.0.4:9000"})
    assert failed(done, "attempt 2 of 2", "curl: (7)")


def test_put_fails_when_the_name_of_the_store_is_unknown(job: JobBed, encrypted: Pod) -> None:
    done = encrypted.run(PUT, env={**IMPATIENT, "KEDGE_ENDPOINT": "http://store.invalid"})
    assert failed(done, "attempt 2 of 2", "curl: (6)")


@pytest.mark.parametrize("passed", [1000, 1500000])
def test_put_fails_when_the_network_is_cut_in_the_middle(job: JobBed, encrypted: Pod, passed: int) -> None:
    job.fault("cut", "127.0.0.5:9000", f"127.0.0.1:{job.store.endpoint.port}", str(passed))
    done = encrypted.run(PUT, env={**IMPATIENT, "KEDGE_ENDPOINT": "http://127.0.0.5:9000"})
    assert failed(done, "attempt 2 of 2")


def test_put_fails_when_the_network_is_cut_before_the_manifest(job: JobBed, encrypted: Pod) -> None:
    parts = sum(file.stat().st_size for file in (encrypted.volumes["encrypted"] / "run").glob("snapshot.*"))
    job.fault("cut", "127.0.0.6:9000", f"127.0.0.1:{job.store.endpoint.port}", str(parts + 1024))
    done = encrypted.run(PUT, env={**IMPATIENT, "KEDGE_ENDPOINT": "http://127.0.0.6:9000"})
    assert failed(done, "uploading manifest.json")


def test_put_survives_a_store_that_is_busy_for_a_moment(job: JobBed) -> None:
    job.fault("busy", "127.0.0.7:9000", f"127.0.0.1:{job.store.endpoint.port}", "1")
    with job.pod(places={"offsite": job.place("http://127.0.0.7:9000")}, after="verify") as pod:
        done = pod.run("encrypt", PUT)
        assert done.returncode == 0 and "attempt 1 of 4" in done.stderr and "503" in done.stderr
        assert job.manifest_of(pod) in job.store.keys(BUCKET)


def test_a_store_that_is_killed_during_the_upload_holds_no_snapshot(job: JobBed) -> None:
    store = job.second_store(9200)
    with job.pod(places={"offsite": job.place(store.url)}, after="verify") as pod:
        pod.run("encrypt", env={"KEDGE_PART_BYTES": "20000"})
        upload = subprocess.Popen(job.namespace.inside(pod.command(PUT, IMPATIENT)), stderr=subprocess.PIPE, text=True)
        until(lambda: any((store.folder / "objects").rglob("snapshot.db.age.aab")), "second part arrived")
        store.process.kill()
        _, said = upload.communicate(timeout=60)
        assert failed(subprocess.CompletedProcess((), upload.returncode, "", said), "uploading snapshot.db.age.")
    store.start()
    assert store.keys(BUCKET) and not job.manifests(store)


@pytest.mark.parametrize("parts", [1, 20])
def test_an_upload_that_is_killed_leaves_no_manifest(job: JobBed, encrypted: Pod, parts: int) -> None:
    assert encrypted.run("encrypt", env={"KEDGE_PART_BYTES": "20000"}).returncode == 0
    folder = job.manifest_of(encrypted).removesuffix("manifest.json")
    stored = job.store.folder / "objects" / BUCKET / folder
    upload = subprocess.Popen(job.namespace.inside(encrypted.command(PUT)), stdout=subprocess.DEVNULL)
    until(lambda: stored.is_dir() and len(list(stored.iterdir())) >= parts, "parts arrived", pause=0.005)
    upload.kill()
    upload.wait()
    assert len([name for name in job.store.keys(BUCKET) if name.startswith(folder)]) >= parts


def test_a_job_that_is_reported_to_stop_ends_without_a_manifest(job: JobBed, encrypted: Pod) -> None:
    fault = job.fault("silent", "127.0.0.8:9000")
    command = encrypted.command(PUT, {**IMPATIENT, "KEDGE_ATTEMPTS": "99", "KEDGE_ENDPOINT": "http://127.0.0.8:9000"})
    upload = subprocess.Popen(job.namespace.inside(command), stderr=subprocess.PIPE, text=True)
    assert upload.stderr is not None and "attempt 1 of 99" in upload.stderr.readline()
    upload.send_signal(signal.SIGTERM)
    _, said = upload.communicate(timeout=20)
    assert failed(subprocess.CompletedProcess((), upload.returncode, "", said), "exit 143")
    fault.stop()


# put: credentials and content


def _with_credential(job: JobBed, pod: Pod, identifier: str, secret: str) -> subprocess.CompletedProcess[str]:
    folder = pod.volumes["credential-offsite"]
    (folder / "access-key-id").write_text(identifier)
    (folder / "secret-access-key").write_text(secret)
    return pod.run(PUT)


def _refused_once(done: subprocess.CompletedProcess[str]) -> bool:
    """Whether the first answer was the last. A server may hang up before curl has read its refusal: that is no answer."""
    attempts = [line for line in done.stderr.splitlines() if "attempt" in line]
    return [bool(re.search(r" [34]\d\d +$", line)) for line in attempts] == [False] * (len(attempts) - 1) + [True]


@pytest.mark.parametrize(
    ("identifier", "secret", "code"),
    [
        ("writer", "wrong", "SignatureDoesNotMatch"),
        ("nobody", "wrong", "InvalidAccessKeyId"),
        ("reader", READER.secret, "AccessDenied"),
    ],
)
def test_a_wrong_credential_is_refused_at_once(
    job: JobBed, encrypted: Pod, identifier: str, secret: str, code: str
) -> None:
    done = _with_credential(job, encrypted, identifier, secret)
    assert failed(done, f"{code} 403")
    assert _refused_once(done)


def test_an_empty_credential_is_named_before_anything_is_sent(job: JobBed, encrypted: Pod) -> None:
    assert failed(_with_credential(job, encrypted, "writer", ""), "reading the credential")


@pytest.mark.parametrize(
    ("name", "value", "code"), [("KEDGE_BUCKET", "no-such-bucket", "NoSuchBucket"), ("KEDGE_REGION", "moon-1", "")]
)
def test_a_wrong_bucket_or_region_is_refused_at_once(
    job: JobBed, encrypted: Pod, name: str, value: str, code: str
) -> None:
    done = encrypted.run(PUT, env={name: value})
    assert failed(done, code)
    assert _refused_once(done)


@pytest.mark.parametrize(
    "damage", [flip(100), lambda data: data[:-1], lambda data: data + b"x"], ids=["flip", "cut", "grown"]
)
def test_the_store_refuses_a_part_that_changed_after_encryption(
    job: JobBed, encrypted: Pod, damage: Callable[[bytes], bytes]
) -> None:
    part = encrypted.volumes["encrypted"] / "run" / "snapshot.db.age.aaa"
    part.write_bytes(damage(part.read_bytes()))
    assert failed(encrypted.run(PUT), "uploading snapshot.db.age.aaa")


def test_put_fails_when_a_part_is_gone(job: JobBed, encrypted: Pod) -> None:
    (encrypted.volumes["encrypted"] / "run" / "snapshot.db.age.aaa").unlink()
    assert failed(encrypted.run(PUT, env=IMPATIENT), "uploading snapshot.db.age.aaa")


def test_a_store_of_an_unknown_authority_is_refused(job: JobBed, encrypted: Pod) -> None:
    store = job.second_store(9543, job.certificates.server, job.certificates.authority.certificate)
    assert failed(encrypted.run(PUT, env={**IMPATIENT, "KEDGE_ENDPOINT": store.url}), "curl: (60)")
