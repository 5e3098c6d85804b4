"""The stage that signs the manifest of a snapshot: what ssh-keygen makes of its signature, and what it refuses to sign with."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from compiler.plan import naming
from compiler.plan.keys import Signer
from tests.real.snapshot_bed import BUCKET, JobBed, failed, new_signer
from tests.real.snapshot_job import Pod, program

UPLOAD = ("encrypt", "sign", "put-offsite")
MEASURE = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""


@pytest.fixture
def encrypted(job: JobBed) -> Iterator[Pod]:
    """A pod whose next stage signs."""
    with job.pod(after="verify") as pod:
        assert pod.run("encrypt").returncode == 0
        yield pod


def verified(signature: bytes, text: bytes, signer: Signer, folder: Path) -> bool:
    """Whether stock ssh-keygen takes a signature for one of a signer."""
    (folder / "signature").write_bytes(signature)
    (folder / "signers").write_text(f"{signer.name} ssh-ed25519 {signer.key}\n")
    command = [program("ssh-keygen"), "-Y", "verify", "-n", "kedge-etcd-snapshot", "-I", signer.name]
    done = subprocess.run([*command, "-f", folder / "signers", "-s", folder / "signature"], input=text, check=False)
    return done.returncode == 0


@pytest.mark.parametrize("name", ["2026", "2027"])
def test_the_uploaded_signature_is_of_the_uploaded_manifest_by_the_key_in_the_secret(
    job: JobBed, tmp_path: Path, name: str
) -> None:
    with job.pod(files={naming.SIGNING_KEY: job.signing_key(name)}, after="verify") as pod:
        done = pod.run(*UPLOAD)
        assert done.returncode == 0, done.stderr
        key = job.manifest_of(pod)
    text, signature = job.store.fetch(BUCKET, key), job.store.fetch(BUCKET, f"{key}.sig")
    taken = [signer.name for signer in job.signers if verified(signature, text, signer, tmp_path)]
    assert taken == [name]
    assert not verified(signature, text.replace(b"payments-eu", b"payments-us"), job.signers[0], tmp_path)


def test_the_signed_text_names_cluster_snapshot_and_the_sum_of_each_part(job: JobBed, encrypted: Pod) -> None:
    run = encrypted.volumes["encrypted"] / "run"
    manifest = json.loads((run / "manifest.json").read_text())
    assert (manifest["cluster"], manifest["snapshot"]) == ("payments-eu", (run / "name").read_text().strip())
    sums = {line.split()[1]: line.split()[0] for line in (run / "sums").read_text().splitlines()}
    assert {part["name"]: part["sha256"] for part in manifest["parts"]} == sums


def test_a_key_that_the_spec_does_not_name_fails_the_run(job: JobBed, tmp_path: Path) -> None:
    new_signer("unknown", tmp_path / "unknown")
    with job.pod(files={naming.SIGNING_KEY: tmp_path / "unknown"}, after="verify") as pod:
        assert pod.run("encrypt").returncode == 0
        assert failed(pod.run("sign"), "private half of none of them", "unsigned snapshot is not uploaded")
        assert not list(pod.volumes["encrypted"].rglob("*.sig"))


@pytest.mark.parametrize("content", [b"", b"no key\n"], ids=["empty", "another text"])
def test_a_secret_that_holds_no_key_fails_the_run(job: JobBed, tmp_path: Path, content: bytes) -> None:
    folder = tmp_path / "secret"
    folder.mkdir()
    (folder / naming.SIGNING_KEY).write_bytes(content)
    with job.pod(files={naming.SIGNING_KEY: folder}, after="verify") as pod:
        assert pod.run("encrypt").returncode == 0
        assert failed(pod.run("sign"), "signing the manifest")


@pytest.mark.parametrize("signers", ["", "AAAAB3NzaC1yc2E", "AAAAC3NzaC1lZDI1NTE5AAAAI$(id)", "*"])
def test_a_list_of_signers_that_holds_something_else_fails_the_run(encrypted: Pod, signers: str) -> None:
    assert failed(encrypted.run("sign", env={"KEDGE_SIGNERS": signers}), "reading KEDGE_SIGNERS")


def test_without_its_signature_no_manifest_is_uploaded(job: JobBed, encrypted: Pod) -> None:
    assert encrypted.run("sign").returncode == 0
    (encrypted.volumes["encrypted"] / "run" / "manifest.json.sig").chmod(0)
    assert failed(encrypted.run("put-offsite"))
    assert job.manifest_of(encrypted) not in job.store.keys(BUCKET)


def test_a_cluster_without_a_signer_has_no_stage_that_signs(job: JobBed) -> None:
    with job.pod(signers=(), after="verify") as pod:
        assert "sign" not in pod.stages and naming.SIGNING_KEY not in pod.volumes
        assert pod.run("encrypt", "put-offsite").returncode == 0
        key = job.manifest_of(pod)
    assert f"{key}.sig" not in job.store.keys(BUCKET)


def test_signing_takes_a_small_part_of_the_memory_that_the_stage_may_use(job: JobBed, encrypted: Pod) -> None:
    limit = next(
        one["resources"]["limits"]["memory"]
        for one in encrypted.cronjob["spec"]["jobTemplate"]["spec"]["template"]["spec"]["initContainers"]
        if one["name"] == "sign"
    )
    assert limit == "64Mi"
    done = job.namespace.run(["python3", "-c", MEASURE, *encrypted.command("sign")])
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.splitlines()[-1]) < 32 * 1024
