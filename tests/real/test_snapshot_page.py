"""From the bucket to an open snapshot by the commands of the generated page, as they stand: R-QUORUM-06 to R-QUORUM-09."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.manifests import emit
from compiler.render.pages import pages
from tests.real import page, snapshot_shape
from tests.real.conftest import Count
from tests.real.harness.s3 import READER, WRITER
from tests.real.snapshot_bed import BUCKET, STAGES, JobBed, everything

STEPS = ("R-QUORUM-06", "R-QUORUM-07", "R-QUORUM-08", "R-QUORUM-09")
FETCH = "R-QUORUM-08"
SAYS = ("STOP", "No such file", "error", "command not found")


@pytest.fixture(scope="module")
def blocks(job: JobBed, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The page of payments-eu, its bucket replaced by the bed's."""
    file = tmp_path_factory.mktemp("page") / "etcd-quorum-lost.md"
    plan = snapshot_shape.plan_for(job.recipients, {"offsite": job.place()})
    file.write_bytes(pages(plan, emit(plan))["etcd-quorum-lost.md"])
    return page.blocks(file)


@pytest.fixture(scope="module")
def desk(job: JobBed) -> page.Workstation:
    """A workstation that holds the reader's credential and a break-glass identity."""
    exported = {"AWS_ACCESS_KEY_ID": READER.access, "AWS_SECRET_ACCESS_KEY": READER.secret}
    made = page.Workstation(job.namespace, exported=exported)
    folder(made).mkdir()
    (folder(made) / "identity.txt").write_bytes(job.identities[1].read_bytes())
    return made


def folder(desk: page.Workstation) -> Path:
    return desk.home / "kedge-payments-eu"


def test_the_pages_commands_open_the_newest_snapshot(
    job: JobBed, blocks: dict[str, list[str]], desk: page.Workstation, count: Count
) -> None:
    for _ in range(2):
        with job.pod() as pod:
            assert pod.run(*STAGES).returncode == 0

    said = [desk.paste(blocks, step) for step in STEPS]

    assert not [text for text in said for word in SAYS if word in text]
    assert desk.complaints == []
    assert "is whole" in said[2]
    assert "OK: opened" in said[3]
    assert (folder(desk) / "name").read_text().strip().endswith(pod.facts["metadata.name"])
    assert job.revive(folder(desk) / "bucket.db") == everything(job.etcd)
    count("runbook steps pasted", len(said))


def test_a_part_that_was_written_over_is_not_used(
    job: JobBed, blocks: dict[str, list[str]], desk: page.Workstation
) -> None:
    with job.pod() as pod:
        assert pod.run(*STAGES).returncode == 0
        manifest = job.manifest_of(pod)
    for step in STEPS[:2]:
        desk.paste(blocks, step)
    part = manifest.replace("manifest.json", "snapshot.db.age.aaa")
    assert job.store.request("PUT", f"{BUCKET}/{part}", body=b"ransom", account=WRITER).status == 200
    said = desk.paste(blocks, FETCH)
    assert "STOP" in said
    assert "is whole" not in said


def test_the_pages_claim_exactly_the_steps_that_are_pasted_here() -> None:
    assert page.claimed("R-QUORUM-") == [*STEPS]
