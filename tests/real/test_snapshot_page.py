"""From the bucket to an open snapshot by the commands of the generated page, as they stand: R-QUORUM-06 to R-QUORUM-09."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.render.pages import pages
from tests.real import page, snapshot_shape
from tests.real.snapshot_bed import STAGES, JobBed, everything
from tests.real.snapshot_store import SECRETS

pytest_plugins = ["tests.real.snapshot_fixture"]

STEPS = ("R-QUORUM-06", "R-QUORUM-07", "R-QUORUM-08", "R-QUORUM-09")
SAYS = ("STOP", "No such file", "error", "command not found")


@pytest.fixture(scope="module")
def blocks(job: JobBed, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The page of payments-eu, its bucket replaced by the bed's."""
    file = tmp_path_factory.mktemp("page") / "etcd-quorum-lost.md"
    plan = snapshot_shape.plan_for(job.recipients, {"offsite": job.place()})
    file.write_bytes(pages(plan)["etcd-quorum-lost.md"])
    return page.blocks(file)


def paste(job: JobBed, home: Path, block: str) -> str:
    """Paste a block into a fresh interactive shell of a workstation that holds the reader's credential."""
    environment = {"HOME": str(home), "AWS_ACCESS_KEY_ID": "reader", "AWS_SECRET_ACCESS_KEY": SECRETS["reader"]}
    done = job.namespace.run(["bash", "--norc", "--noprofile", "-i"], input=f"{block}\n", env=environment, cwd=home)
    return done.stdout


def test_the_pages_commands_open_the_newest_snapshot(job: JobBed, blocks: dict[str, list[str]], tmp_path: Path) -> None:
    for _ in range(2):
        with job.pod() as pod:
            assert pod.run(*STAGES).returncode == 0
    home = tmp_path / "home"
    folder = home / "kedge-payments-eu"
    folder.mkdir(parents=True)
    (folder / "identity.txt").write_bytes(job.identities[1].read_bytes())

    said = [paste(job, home, blocks[step][0]) for step in STEPS]

    assert not [text for text in said for word in SAYS if word in text]
    assert "is whole" in said[2]
    assert "OK: opened" in said[3]
    assert (folder / "name").read_text().strip().endswith(pod.facts["metadata.name"])
    assert job.revive(folder / "bucket.db") == everything(job.etcd)
