"""The snapshot job as its pod runs it, against a TLS etcd and an S3 server: what it leaves, and what it may do."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compiler.manifests import snapshot_network
from tests.real.harness.etcd import Etcd
from tests.real.harness.netns import Namespace
from tests.real.harness.process import until
from tests.real.snapshot_bed import BUCKET, STAGES, JobBed, everything, failed, fill
from tests.real.snapshot_shape import plan_for

PUT = "put-offsite"
UPLOAD = STAGES[2:]
CURL_TIMED_OUT = 28


@pytest.mark.parametrize("shell", ["dash", "bash", "busybox"])
def test_a_snapshot_comes_back_from_the_bucket_and_starts(job: JobBed, tmp_path: Path, shell: str) -> None:
    with job.pod(shell=shell) as pod:
        done = pod.run(*STAGES)
        assert (done.returncode, done.stderr) == (0, "")
        snapshot = job.recover(job.manifest_of(pod), tmp_path / "fetched")
    assert job.revive(snapshot) == everything(job.etcd)


def test_each_stage_says_in_one_line_what_it_did(job: JobBed) -> None:
    with job.pod() as pod:
        for stage in STAGES:
            done = pod.run(stage)
            assert done.stdout.startswith(f"{stage.split('-')[0]}: OK ")
            assert (done.stdout.count("\n"), done.stderr) == (1, "")


def test_the_manifest_says_what_was_saved(job: JobBed) -> None:
    with job.pod() as pod:
        pod.run(*STAGES)
        key = job.manifest_of(pod)
        manifest = json.loads(job.store.fetch(BUCKET, key))
        status = json.loads(job.etcd.etcdctl("endpoint", "status", "-w", "json").stdout)[0]["Status"]
        saved = (pod.volumes["snapshot"] / "snapshot.db").stat().st_size
    assert key.split("/")[-2].endswith(f"Z-{manifest['run']}")
    assert manifest["format"] == "kedge-etcd-snapshot/1"
    assert (manifest["cluster"], manifest["kubernetes"], manifest["etcd"]) == ("payments-eu", "1.35.4", "3.6.16")
    assert (manifest["revision"], manifest["keys"]) == (status["header"]["revision"], len(everything(job.etcd)))
    assert (manifest["bytes"], manifest["member"]) == (saved, "ok")
    assert manifest["recipients"] == job.recipients


def test_a_large_snapshot_goes_up_in_parts_and_is_joined_again(job: JobBed, tmp_path: Path) -> None:
    with job.pod(after="verify") as pod:
        assert pod.run("encrypt", env={"KEDGE_PART_BYTES": "100000"}).returncode == 0
        assert pod.run(PUT).returncode == 0
        snapshot = job.recover(job.manifest_of(pod), tmp_path / "fetched")
        assert snapshot.read_bytes() == (pod.volumes["snapshot"] / "snapshot.db").read_bytes()
    parts = json.loads((tmp_path / "fetched" / "manifest.json").read_text())["parts"]
    assert len(parts) > 26, "the second letter of the suffix is in use"
    assert max(part["bytes"] for part in parts) == 100000


def test_either_break_glass_key_opens_it_alone(job: JobBed, tmp_path: Path) -> None:
    with job.pod(after="verify") as pod:
        pod.run(*UPLOAD)
        for identity in job.identities:
            assert job.recover(job.manifest_of(pod), tmp_path / identity.name, identity).exists()


def test_a_key_that_is_no_recipient_does_not_open_it(job: JobBed, tmp_path: Path) -> None:
    with job.pod(recipients=job.recipients[:1], after="verify") as pod:
        pod.run(*UPLOAD)
        with pytest.raises(subprocess.CalledProcessError) as refused:
            job.recover(job.manifest_of(pod), tmp_path / "fetched", job.identities[1])
    assert b"no identity matched" in refused.value.stderr


def test_a_location_without_prefix_has_the_cluster_at_its_top(job: JobBed) -> None:
    with job.pod(places={"offsite": job.place(prefix="")}, after="verify") as pod:
        assert pod.run(*UPLOAD).returncode == 0
        assert job.manifest_of(pod).removeprefix("backups/eu/") in job.manifests()


def test_a_store_with_a_private_authority_is_trusted_by_the_ca_in_the_spec(job: JobBed) -> None:
    store = job.second_store(9443, job.certificates.server, job.certificates.authority.certificate)
    authority = job.certificates.authority.certificate.read_text()
    with job.pod(places={"offsite": job.place(store.url, authority=authority)}, after="verify") as pod:
        done = pod.run(*UPLOAD)
        assert (done.returncode, done.stderr) == (0, "")
        assert job.manifests(store) == [job.manifest_of(pod)]
    with job.pod(places={"offsite": job.place(store.url)}, after="verify") as pod:
        refused = pod.run(*UPLOAD[:-1], PUT, env={"KEDGE_ATTEMPTS": "1"})
        assert "curl: (60)" in refused.stderr


def test_two_locations_get_the_same_snapshot(job: JobBed) -> None:
    second = job.second_store(9100)
    with job.pod(places={"offsite": job.place(), "second": job.place(second.url)}, after="verify") as pod:
        assert pod.run(*UPLOAD, "put-second").returncode == 0
        key = job.manifest_of(pod)
        assert job.store.fetch(BUCKET, key) == second.fetch(BUCKET, key)


def test_a_container_that_runs_again_leaves_one_whole_snapshot(job: JobBed, tmp_path: Path) -> None:
    with job.pod() as pod:
        for stage in STAGES:
            assert pod.run(stage, stage).returncode == 0
        assert job.recover(job.manifest_of(pod), tmp_path / "fetched").exists()


def _lose_quorum(etcd: Etcd) -> None:
    etcd.etcdctl("put", "/registry/a", "1", members=["m1"])
    for name in ("m2", "m3"):
        etcd.members[name].kill()
    status = ("endpoint", "status", "-w", "json")
    until(lambda: "no leader" in etcd.etcdctl(*status, members=["m1"]).stdout, "leader lost", etcd.members["m1"])


@pytest.mark.parametrize(
    ("members", "flags", "hurt", "fact"),
    [(3, (), _lose_quorum, "no-leader"), (1, ("--quota-backend-bytes=1000000",), fill, "nospace-alarm")],
    ids=["without quorum", "with an alarm"],
)
def test_a_member_in_trouble_is_saved_and_the_manifest_says_so(
    job: JobBed, members: int, flags: tuple[str, ...], hurt: Callable[[Etcd], None], fact: str
) -> None:
    with Namespace() as elsewhere:
        etcd = Etcd(elsewhere, job.certificates, members=members)
        for name in etcd.names:
            etcd.start(name, *flags)
        etcd.wait()
        hurt(etcd)
        pod = job.pod()
        pod.namespace = elsewhere
        with pod:
            done = pod.run("save", "verify")
            assert done.returncode == 0, done.stderr
            assert f"member={fact}\n" in (pod.volumes["scratch"] / "facts").read_text()


@pytest.mark.parametrize(
    ("member", "good"), [("ok", True), ("nospace-alarm", True), ("corrupt-alarm", False), ("no-leader", False)]
)
def test_the_snapshot_of_a_member_that_may_be_damaged_is_uploaded_and_fails_the_run(
    job: JobBed, member: str, good: bool
) -> None:
    with job.pod(after="verify") as pod:
        facts = pod.volumes["scratch"] / "facts"
        facts.write_text(re.sub("member=.*", f"member={member}", facts.read_text()))
        done = pod.run("encrypt", "sign", PUT)
        assert job.manifest_of(pod) in job.manifests()
        assert (done.returncode == 0) == good
        assert good or failed(done, f"judging the member of etcd: {member}", "is uploaded, and may be damaged")


@pytest.mark.parametrize("stage", STAGES)
def test_no_stage_can_write_to_its_root(job: JobBed, stage: str) -> None:
    with job.pod() as pod:
        for place in ("/canary", "/bin/canary", "/etc/canary"):
            assert pod.probe(stage, f": >{place}").returncode != 0


@pytest.mark.parametrize(
    ("stage", "volume"), [*zip(STAGES, ("snapshot", "scratch", "encrypted", "encrypted", "encrypted"), strict=True)]
)
def test_no_stage_reads_what_the_file_mode_forbids(job: JobBed, stage: str, volume: str) -> None:
    with job.pod() as pod:
        (pod.volumes[volume] / "closed").touch(mode=0)
        assert pod.probe(stage, f"cat /{volume}/closed").returncode != 0, "root without capabilities is no exception"


@pytest.mark.parametrize("stage", STAGES[1:])
def test_only_the_first_stage_sees_the_etcd_keys(job: JobBed, stage: str) -> None:
    with job.pod() as pod:
        assert pod.probe("save", "cat /pki/healthcheck-client.key").returncode == 0
        assert pod.probe(stage, "cat /pki/healthcheck-client.key").returncode != 0


@pytest.mark.parametrize("stage", STAGES[:-1])
def test_only_the_last_stage_sees_the_credential(job: JobBed, stage: str) -> None:
    with job.pod() as pod:
        assert pod.probe(PUT, "cat /credential/secret-access-key").returncode == 0
        assert pod.probe(stage, "cat /credential/secret-access-key").returncode != 0


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != "sign"])
def test_only_the_stage_that_signs_sees_the_signing_key(job: JobBed, stage: str) -> None:
    with job.pod() as pod:
        assert pod.probe("sign", "cat /signing-key/signing-key").returncode == 0
        assert pod.probe(stage, "cat /signing-key/signing-key").returncode != 0


def test_the_stage_that_signs_sees_no_plain_snapshot(job: JobBed) -> None:
    with job.pod(after="verify") as pod:
        assert pod.probe("encrypt", "test -r /snapshot/snapshot.db").returncode == 0
        assert pod.probe("sign", "test -r /snapshot/snapshot.db").returncode != 0


def test_the_upload_sees_no_plain_snapshot_and_cannot_change_what_it_uploads(job: JobBed) -> None:
    with job.pod(after="verify") as pod:
        pod.run("encrypt")
        assert pod.probe(PUT, "cat /encrypted/run/manifest.json").returncode == 0
        assert pod.probe(PUT, "cat /snapshot/snapshot.db").returncode != 0
        assert pod.probe(PUT, ": >/encrypted/run/manifest.json").returncode != 0


ONLY = """
table inet ports {{
  chain output {{
    type filter hook output priority 0;
    tcp flags & (syn | ack) == syn tcp dport != {{ {ports} }} counter drop
    meta l4proto udp counter drop
  }}
}}
"""


def test_the_ports_of_the_network_policy_are_enough_for_a_run(job: JobBed) -> None:
    (policy,) = snapshot_network.emit(plan_for(job.recipients, job.signers, {"offsite": job.place()}))
    body: Any = policy.body
    ports = [str(port["port"]) for rule in body["spec"]["egress"] for port in rule["ports"]]
    assert job.namespace.run(["nft", "-f", "-"], input=ONLY.format(ports=", ".join(ports))).returncode == 0
    try:
        with job.pod() as pod:
            done = pod.run(*STAGES)
            assert (done.returncode, done.stderr) == (0, "")
            other = job.store.endpoint.port + 1
            probe = f"curl --connect-timeout 2 http://127.0.0.1:{other}/"
            assert pod.probe(PUT, probe).returncode == CURL_TIMED_OUT
    finally:
        job.namespace.run(["nft", "delete", "table", "inet", "ports"])
