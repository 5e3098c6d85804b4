"""From the bucket to a decrypted snapshot by the blocks of the generated page, as printed: choose-store to decrypt-snapshot."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from compiler.plan.keys import Signer
from compiler.render.pages import pages
from tests.real import snapshot_shape
from tests.real.conftest import Count
from tests.real.harness.s3 import READER, WRITER
from tests.real.page import PageRun, Workstation
from tests.real.record import Record, versions
from tests.real.snapshot_bed import BUCKET, STAGES, JobBed, everything, private_key

HOSTILE = "hostile"
"""The prefix below which only hostile objects are; nothing can be deleted from the locked bucket."""

STRANGE = ("zz%23", "zz%26a", "zz%2Bb", "zz%3Cc", "zz%20d", "zz%C3%A9", "zz%2525", "zz%0Ae", "zz%1B%5B31m")


@pytest.fixture(scope="module")
def desk(job: JobBed) -> Workstation:
    """A workstation that holds the reader's credential."""
    exported = {"AWS_ACCESS_KEY_ID": READER.access, "AWS_SECRET_ACCESS_KEY": READER.secret}
    made = Workstation(job.namespace, exported=exported)
    folder(made).mkdir()
    return made


def page_of(
    job: JobBed,
    place: Mapping[str, str],
    shell: str = "bash",
    record: Record | None = None,
    signers: Sequence[Signer] | None = None,
) -> PageRun:
    """The page of payments-eu, its bucket replaced by the bed's."""
    plan = snapshot_shape.plan_for(job.recipients, job.signers if signers is None else signers, {"offsite": place})
    content = next(page.content for page in pages(plan, ()) if page.name == "etcd-quorum-lost.md")
    return PageRun(content, record=record, versions=versions("etcd", "versitygw"), shell=shell)


def folder(desk: Workstation) -> Path:
    return desk.home / "kedge-payments-eu"


def upload(job: JobBed, key: str, body: bytes) -> None:
    assert job.store.request("PUT", f"{BUCKET}/{key}", body=body, account=WRITER).status == 200


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_the_pages_blocks_decrypt_the_newest_snapshot(
    job: JobBed, desk: Workstation, record: Record, count: Count, shell: str
) -> None:
    for _ in range(2):
        with job.pod() as pod:
            assert pod.run(*STAGES).returncode == 0
    page = page_of(job, job.place(), shell, record)
    page.run("choose-store", desk)
    assert page.run("list-snapshots", desk, "").last.endswith(pod.facts["metadata.name"])
    page.run("fetch-snapshot", desk)
    page.run("decrypt-snapshot", desk, private_key(job.identities[1]))
    assert int((folder(desk) / "bucket.revision").read_text()) > 1
    assert job.revive(folder(desk) / "bucket.db") == everything(job.etcd)
    count("runbook steps pasted", len(page.outputs))


def test_an_older_snapshot_is_taken_by_its_name_and_no_other_word(job: JobBed, desk: Workstation) -> None:
    names = []
    for _ in range(2):
        with job.pod() as pod:
            assert pod.run(*STAGES).returncode == 0
            names.append(job.manifest_of(pod).split("/")[-2])
    page = page_of(job, job.place())
    page.run("choose-store", desk)
    assert page.run("list-snapshots", desk, names[0]).last == f"OK: chosen: {names[0]}"
    assert "no snapshot has this name" in page.run_stops("list-snapshots", desk, "../../env").last
    page.run("fetch-snapshot", desk)
    assert names[0] in (page.outputs["fetch-snapshot"].last)


def test_of_what_was_overwritten_the_oldest_version_is_taken(job: JobBed, desk: Workstation) -> None:
    with job.pod() as pod:
        assert pod.run(*STAGES).returncode == 0
        manifest = job.manifest_of(pod)
    time.sleep(1.1)
    for name in ("manifest.json", "manifest.json.sig", "snapshot.db.age.aaa"):
        upload(job, manifest.replace("manifest.json", name), b"ransom")
    page = page_of(job, job.place())
    page.run("choose-store", desk)
    listed = page.run("list-snapshots", desk, "").text
    (line,) = (line for line in listed.splitlines() if line.startswith(manifest.split("/")[-2]))
    assert line.endswith(" 2 versions")
    said = page.run("fetch-snapshot", desk)
    warned = [line.split()[1] for line in said.text.splitlines() if line.startswith("WARNING: ")]
    assert warned == ["manifest.json.sig", "manifest.json", "snapshot.db.age.aaa"]
    assert said.last.endswith("is whole; signed by 2026")
    page.run("decrypt-snapshot", desk, private_key(job.identities[1]))
    assert job.revive(folder(desk) / "bucket.db") == everything(job.etcd)


def test_a_snapshot_below_delete_markers_is_fetched_by_its_version(job: JobBed, desk: Workstation) -> None:
    with job.pod() as pod:
        assert pod.run(*STAGES).returncode == 0
        manifest = job.manifest_of(pod)
    for name in ("manifest.json", "manifest.json.sig", "snapshot.db.age.aaa"):
        key = f"{BUCKET}/{manifest.replace('manifest.json', name)}"
        assert job.store.request("DELETE", key).status == 204
        assert job.store.request("GET", key).status == 404
    page = page_of(job, job.place())
    page.run("choose-store", desk)
    page.run("list-snapshots", desk, "")
    assert page.run("fetch-snapshot", desk).last.endswith("is whole; signed by 2026")


def test_what_was_overwritten_is_not_used_where_the_bucket_keeps_no_versions(job: JobBed, desk: Workstation) -> None:
    store = job.second_store(9644)
    store.create_bucket("plain", versioned=False)
    with job.pod(places={"offsite": job.place(store.url, "plain")}) as pod:
        assert pod.run(*STAGES).returncode == 0
        part = job.manifest_of(pod).replace("manifest.json", "snapshot.db.age.aaa")
    assert store.request("PUT", f"plain/{part}", body=b"ransom", account=WRITER).status == 200
    page = page_of(job, job.place(store.url, "plain"))
    page.run("choose-store", desk)
    page.run("list-snapshots", desk, "")
    assert "is not whole" in page.run_stops("fetch-snapshot", desk).last
    assert page.run_stops("decrypt-snapshot", desk).last == "STOP: fetch a snapshot first"


def test_the_private_ca_of_the_spec_is_trusted_and_no_other(job: JobBed, desk: Workstation) -> None:
    authority = job.certificates.authority.certificate
    store = job.second_store(9645, job.certificates.server, authority)
    with job.pod(places={"offsite": job.place(store.url, authority=authority.read_text())}) as pod:
        assert pod.run(*STAGES).returncode == 0
    page = page_of(job, job.place(store.url, authority=authority.read_text()))
    page.run("choose-store", desk)
    page.run("list-snapshots", desk, "")
    page.run("fetch-snapshot", desk)
    unstated = page_of(job, job.place(store.url))
    unstated.run("choose-store", desk)
    assert "curl: (60)" in unstated.run_stops("list-snapshots", desk, "").text


@pytest.mark.parametrize("junk", ["\x01", "20\x01", "2026\x01", "20260101T000000Y"])
def test_a_thousand_keys_before_it_do_not_hide_a_snapshot(job: JobBed, desk: Workstation, junk: str) -> None:
    """Keys that XML cannot carry come back changed, so that no listing can go on after them."""
    prefix = f"{HOSTILE}/{junk.encode().hex()}"
    below = f"{prefix}/payments-eu/etcd"
    upload(job, f"{below}/20260101T000000Z-a/manifest.json", b"{}")
    stored = job.store.folder / "objects" / BUCKET / below  # a thousand puts take a minute
    for number in range(1000):
        (stored / f"{junk}{number:04}").write_bytes(b"x")
    page = page_of(job, job.place(prefix=prefix))
    page.run("choose-store", desk)
    assert page.run("list-snapshots", desk, "", timeout=60).last == "OK: chosen: 20260101T000000Z-a"


def test_a_key_with_strange_characters_does_not_keep_the_listing_from_its_end(job: JobBed, desk: Workstation) -> None:
    place = job.place(prefix=f"{HOSTILE}/keys")
    below = f"{HOSTILE}/keys/payments-eu/etcd"
    upload(job, f"{below}/20260101T000000Z-a/manifest.json", b"{}")
    for name in STRANGE:
        upload(job, f"{below}/{name}", b"x")
        upload(job, f"{below}/99990101T000000Z-{name}/manifest.json", b"{}")
    page = page_of(job, place)
    page.run("choose-store", desk)
    assert page.run("list-snapshots", desk, "", timeout=60).last == "OK: chosen: 20260101T000000Z-a"


@pytest.mark.parametrize(
    "name",
    [
        *("env", "functions", "s3", "state", "kubeconfig", "../env"),
        *("name", "chosen", "bucket.db", "bucket.revision", "snapshots"),
    ],
)
def test_a_manifest_that_names_a_file_of_the_workstation_replaces_nothing(
    job: JobBed, desk: Workstation, name: str
) -> None:
    code = b"touch PWNED\n"
    run = f"20991231T000000Z-{name.strip('./').replace('.', '-')}"
    place = job.place(prefix=f"{HOSTILE}/{run.lower()}")
    below = f"{HOSTILE}/{run.lower()}/payments-eu/etcd/{run}"
    part = {"name": name, "bytes": len(code), "sha256": hashlib.sha256(code).hexdigest()}
    upload(job, f"{below}/manifest.json", json.dumps({"parts": [part]}, indent=2).replace("\n      ", " ").encode())
    if ".." not in name:
        upload(job, f"{below}/{name}", code)
    page = page_of(job, place)
    page.run("choose-store", desk)
    page.run("list-snapshots", desk, run)
    before = {path.name: path.read_bytes() for path in folder(desk).iterdir() if path.is_file()}
    assert "names something else than its parts" in page.run_stops("fetch-snapshot", desk, "foreign").last
    page.run_stops("decrypt-snapshot", desk)
    after = {path.name: path.read_bytes() for path in folder(desk).iterdir() if path.is_file()}
    assert after == before
    assert not (folder(desk) / "PWNED").exists()
