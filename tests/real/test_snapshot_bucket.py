"""The bucket under attack and under load: what the job's credential can do to it, two runs at once, secrets."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.real.harness.process import until
from tests.real.harness.s3 import READER, ROOT, WRITER, Account
from tests.real.snapshot_bed import BUCKET, IMPATIENT, STAGES, JobBed
from tests.real.snapshot_job import Pod

PUT = "put-offsite"
BYPASS = {"x-amz-bypass-governance-retention": "true"}


@pytest.fixture(scope="module")
def manifest(job: JobBed) -> str:
    """The key of the manifest of a whole snapshot in the bucket."""
    with job.pod() as pod:
        assert pod.run(*STAGES).returncode == 0
        return job.manifest_of(pod)


@pytest.mark.parametrize(
    ("method", "query"),
    [
        ("GET", ""),
        ("DELETE", ""),
        ("GET", "retention="),
        ("PUT", "retention="),
        ("PUT", "legal-hold="),
        ("PUT", "acl="),
    ],
)
def test_the_jobs_credential_can_neither_read_nor_delete_an_object(
    job: JobBed, manifest: str, method: str, query: str
) -> None:
    body = b"<x/>" if method == "PUT" else b""
    answer = job.store.request(method, f"{BUCKET}/{manifest}", query=query, body=body, account=WRITER)
    assert answer.status == 403


@pytest.mark.parametrize(
    ("method", "query"),
    [
        ("GET", "list-type=2"),
        ("GET", "versions="),
        ("DELETE", ""),
        ("PUT", "versioning="),
        ("PUT", "object-lock="),
        ("PUT", "policy="),
        ("DELETE", "policy="),
    ],
)
def test_the_jobs_credential_can_neither_list_nor_change_the_bucket(
    job: JobBed, manifest: str, method: str, query: str
) -> None:
    body = b"<x/>" if method == "PUT" else b""
    assert job.store.request(method, BUCKET, query=query, body=body, account=WRITER).status == 403
    assert manifest in job.store.keys(BUCKET)


def test_an_overwrite_with_stolen_credentials_leaves_the_earlier_version(job: JobBed, manifest: str) -> None:
    before = job.store.fetch(BUCKET, manifest)
    assert job.store.request("PUT", f"{BUCKET}/{manifest}", body=b"ransom", account=WRITER).status == 200
    assert job.store.fetch(BUCKET, manifest) == b"ransom"
    oldest = _versions(job, manifest)[-1]
    answer = job.store.request("GET", f"{BUCKET}/{manifest}", query=f"versionId={oldest}", account=READER)
    assert (answer.status, answer.body) == (200, before)


@pytest.mark.parametrize("account", [WRITER, READER, ROOT], ids=lambda account: account.access)
@pytest.mark.parametrize("headers", [{}, BYPASS], ids=["plain", "bypass"])
def test_nobody_deletes_a_locked_version(job: JobBed, manifest: str, account: Account, headers: dict[str, str]) -> None:
    for version in _versions(job, manifest):
        query = f"versionId={version}"
        answer = job.store.request("DELETE", f"{BUCKET}/{manifest}", query=query, account=account, headers=headers)
        assert answer.status == 403
        kept = job.store.request("GET", f"{BUCKET}/{manifest}", query=f"versionId={version}", account=READER)
        assert kept.status == 200


def test_the_locked_bucket_took_the_checksum_that_the_job_sent(job: JobBed, manifest: str) -> None:
    part = manifest.replace("manifest.json", "snapshot.db.age.aaa")
    answer = job.store.request("GET", f"{BUCKET}/{part}", headers={"x-amz-checksum-mode": "ENABLED"}, account=READER)
    assert answer.header("x-amz-checksum-sha256")


def test_two_runs_at_once_leave_two_whole_snapshots(job: JobBed, tmp_path: Path) -> None:
    with job.pod() as one, job.pod() as other:
        for stage in STAGES:
            env = {"KEDGE_PART_BYTES": "200000"} if stage == "encrypt" else {}
            started = [_start(job, pod, stage, env) for pod in (one, other)]
            assert [process.wait(60) for process in started] == [0, 0]
        keys = [job.manifest_of(pod) for pod in (one, other)]
        for number, (pod, key) in enumerate(zip((one, other), keys, strict=True)):
            snapshot = job.recover(key, tmp_path / str(number))
            assert snapshot.read_bytes() == (pod.volumes["snapshot"] / "snapshot.db").read_bytes()
    assert len(set(keys)) == 2


def test_a_snapshot_of_two_runs_that_share_a_name_is_never_mixed(job: JobBed, tmp_path: Path) -> None:
    """A pod's name is unique, so this cannot happen; if it does, the manifest's sums refuse a mixture."""
    with job.pod(after="verify") as one, job.pod(after="verify") as other:
        for pod in (one, other):
            (pod.volumes["scratch"] / "facts").write_text(
                re.sub("started=.*", "started=2026-01-01T00:00:00Z", (pod.volumes["scratch"] / "facts").read_text())
            )
            assert pod.run("encrypt", env={"KEDGE_RUN": "twin"}).returncode == 0
        assert one.run(PUT).returncode == other.run(PUT).returncode == 0
        key = job.manifest_of(one)
        body = (one.volumes["encrypted"] / "run/manifest.json").read_bytes()
        job.store.request("PUT", f"{BUCKET}/{key}", body=body, account=WRITER)
    with pytest.raises(subprocess.CalledProcessError):
        job.recover(key, tmp_path / "mixed")


def test_the_secret_is_in_no_argument_no_environment_and_no_log(job: JobBed) -> None:
    fault = job.fault("silent", "127.0.0.3:9000")
    with job.pod(after="verify") as pod:
        pod.run("encrypt")
        upload = _start(job, pod, PUT, {**IMPATIENT, "KEDGE_ENDPOINT": "http://127.0.0.3:9000"})
        until(lambda: any("--aws-sigv4" in line for line in _command_lines()), "curl runs")
        seen = [*_command_lines(), *_environments()]
        upload.terminate()
        said = "".join(upload.communicate(timeout=60))
    fault.stop()
    assert not [text for text in [*seen, said] if WRITER.secret in text]


@pytest.mark.parametrize("state", ["plain", "suspended"])
def test_a_bucket_without_versions_is_called_so(job: JobBed, state: str) -> None:
    job.store.create_bucket(state, versioned=state == "suspended")
    if state == "suspended":
        suspended = b"<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>"
        assert job.store.request("PUT", state, query="versioning=", body=suspended).status == 200
    with job.pod(places={"offsite": job.place(bucket=state)}) as pod:
        done = pod.run(*STAGES)
        assert done.returncode == 0 and f"WARNING {state} keeps no versions" in done.stderr


def _versions(job: JobBed, key: str) -> list[str]:
    """The version ids of an object, newest first; the listing holds what else begins with its key, such as its signature."""
    query = f"prefix={key.replace('/', '%2F')}&versions="
    body = job.store.request("GET", BUCKET, query=query, account=READER).body.decode()
    entries = re.findall(r"<Version>(.+?)</Version>", body, re.DOTALL)
    return [re.findall(r"<VersionId>(.+?)</VersionId>", entry)[0] for entry in entries if f"<Key>{key}</Key>" in entry]


def _start(job: JobBed, pod: Pod, stage: str, env: dict[str, str]) -> subprocess.Popen[str]:
    command = job.namespace.inside(pod.command(stage, env))
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _command_lines() -> list[str]:
    return _read("cmdline")


def _environments() -> list[str]:
    return _read("environ")


def _read(name: str) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            found.append((process / name).read_text(errors="replace").replace("\0", " "))
        except OSError:  # it has ended
            continue
    return found
