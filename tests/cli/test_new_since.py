"""`validate --new-since`: what was wrong before is counted, what a change makes wrong is shown."""

import json
from pathlib import Path

import pytest

from tests.cli.inprocess import Repository

SLOW = 'backups: {etcd: {schedule: "0 */6 * * *"}}'
SLOWER = 'backups: {etcd: {schedule: "0 0 * * *"}}'
ALONE = "controlPlane: {hosts: [cp1], endpoint: {hosts: [cp1]}}"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path)
    made.write("north", SLOW)
    made.commit("import")
    return made


def test_a_finding_that_was_there_is_counted_and_does_not_fail(repository: Repository) -> None:
    assert repository.kedge("validate").exit_code == 1
    done = repository.kedge("validate", "--new-since", "HEAD")
    assert (done.exit_code, "schedule-meets-rpo" in done.output) == (0, False)
    assert "no findings; 2 findings not shown, since HEAD has the same" in done.output


def test_a_line_that_only_moved_is_no_new_finding(repository: Repository) -> None:
    spec = repository.root / "clusters/north/cluster.yaml"
    spec.write_text(f"# one more line\n{spec.read_text()}")
    assert repository.kedge("validate", "--new-since", "HEAD").exit_code == 0


def test_a_promise_that_gets_worse_is_a_new_finding(repository: Repository) -> None:
    repository.write("north", SLOWER)
    done = repository.kedge("validate", "--new-since", "HEAD")
    assert (done.exit_code, "schedule-meets-rpo" in done.output) == (1, True)


def test_every_finding_of_a_new_cluster_is_new(repository: Repository) -> None:
    repository.write("south", SLOW)
    document = json.loads(repository.kedge("validate", "--new-since", "HEAD", "-o", "json").stdout)
    rules = {one["name"]: [f["rule"] for f in one["findings"]] for one in document["clusters"]}
    assert "schedule-meets-rpo" not in rules["north"]
    assert "schedule-meets-rpo" in rules["south"]
    assert document["known"] >= 1


def test_a_spec_that_could_not_be_read_before_hides_nothing(repository: Repository) -> None:
    repository.text("north", "not: a spec\n")
    repository.commit("break")
    repository.write("north", SLOW)
    assert repository.kedge("validate", "--new-since", "HEAD").exit_code == 1
