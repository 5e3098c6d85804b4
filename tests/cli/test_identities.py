"""A copied spec: two clusters with one endpoint, CA or address are refused by every command, with both places."""

import json
from pathlib import Path

import pytest

from tests.cli.inprocess import Repository

RULE = "error[clusters-have-nothing-in-common]"
LAB = "tier: lab"
SAME = "identity: {endpoint: 'https://API.case.example.net:6443'}"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """One cluster, compiled and committed."""
    made = Repository(tmp_path / "repository")
    made.write("case", LAB)
    made.compiled()
    return made


def copied(repository: Repository) -> None:
    """Copy the spec of the cluster, as people do, and change nothing but the name."""
    text = (repository.root / "clusters/case/cluster.yaml").read_text()
    repository.text("copy", text.replace("name: case", "name: copy"))


@pytest.mark.parametrize(
    "arguments", [("validate",), ("compile",), ("check",), ("validate", "copy"), ("validate", "case")]
)
def test_a_copied_spec_is_one_error_that_names_all_it_shares(
    repository: Repository, arguments: tuple[str, ...]
) -> None:
    copied(repository)
    done = repository.kedge(*arguments)
    assert (done.exit_code, done.output.count(RULE)) == (1, 1)
    assert "case and copy have the same endpoint api.case.example.net:6443 (bases/case.yaml:" in done.output
    assert ", CA sha256:" in done.output
    assert "and 4 more" in done.output


def test_both_places_of_a_value_are_named(repository: Repository) -> None:
    repository.write("other", f"{LAB}\n{SAME}")
    output = repository.kedge("validate", "other").output
    assert "api.case.example.net:6443 (bases/case.yaml:8 and clusters/other/cluster.yaml:7)" in output
    assert "clusters/other/cluster.yaml:7:" in output


def test_compile_writes_neither_of_the_two(repository: Repository) -> None:
    copied(repository)
    repository.write("third", LAB)
    assert repository.kedge("compile").exit_code == 1
    assert not (repository.root / "clusters/copy/generated").exists()
    assert (repository.root / "clusters/third/generated").exists()


def test_commit_refuses_a_copied_spec(repository: Repository) -> None:
    copied(repository)
    repository.commit()
    done = repository.kedge("commit", "--branch", "main", "--update-work-tree")
    assert (done.exit_code, done.output.count(RULE)) == (1, 1)


def test_other_clusters_are_not_held_to_it(repository: Repository) -> None:
    copied(repository)
    repository.write("third", LAB)
    assert RULE not in repository.kedge("validate", "third").output


def test_a_record_of_an_earlier_spec_does_not_count(repository: Repository) -> None:
    repository.write("other", f"{LAB}\n{SAME}")
    repository.write("case", f"{LAB}\nidentity: {{endpoint: 'https://moved.example.net'}}")
    assert repository.kedge("validate", "other").exit_code == 0


@pytest.mark.parametrize("content", ["{}", "[", '{"kedge": "0.1.0", "inputs": []}'])
def test_without_a_record_that_can_be_read_the_spec_is(repository: Repository, content: str) -> None:
    (repository.root / "clusters/case/generated/BUILD.json").write_text(content)
    copied(repository)
    assert RULE in repository.kedge("validate", "copy").output


def test_a_cluster_is_compared_by_its_record(repository: Repository) -> None:
    record = repository.root / "clusters/case/generated/BUILD.json"
    written = json.loads(record.read_text())
    assert written["identity"]["api.case.example.net:6443"] == "endpoint"
    record.write_text(json.dumps(written | {"identity": {}}, indent=1))
    copied(repository)
    assert RULE not in repository.kedge("validate", "copy").output


def test_a_renamed_cluster_has_what_it_had_under_its_old_name(repository: Repository) -> None:
    repository.write("fresh", LAB, ", renamedFrom: case")
    (repository.root / "clusters/case/cluster.yaml").unlink()
    assert RULE not in repository.kedge("validate").output


def test_a_removed_cluster_has_nothing_any_more(repository: Repository) -> None:
    copied(repository)
    repository.removed("case")
    assert RULE not in repository.kedge("validate").output


def test_two_clusters_renamed_from_one_would_write_to_one_place(repository: Repository) -> None:
    repository.write("fresh", LAB, ", renamedFrom: case")
    (repository.root / "clusters/case/cluster.yaml").unlink()
    repository.write("second", LAB)
    text = (repository.root / "clusters/second/cluster.yaml").read_text()
    repository.text("second", text.replace("name: second", "name: second, renamedFrom: case"))
    found = "fresh and second have the same place in a bucket s3.paris.example.net:443/case-dr/case ("
    assert found in repository.kedge("validate").output
