"""`kedge simulate`: what is left after losses, which page to open, and how it refuses what no spec declares."""

import json
from pathlib import Path

import pytest

from tests.cli.inprocess import Repository
from tests.cli.test_output_schema import VALID


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path)
    made.write("north", "tier: production")
    made.write("south", "hosts: {cp2: {rack: a1}, w1: {rack: a2}}")
    return made


def test_one_host_leaves_a_quorum_and_names_its_page(repository: Repository) -> None:
    done = repository.kedge("simulate", "north", "--lose", "host:cp1")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "north without host cp1",
        "  control plane: keeps serving, 2 of 3 etcd members left",
        "  hosts down:    cp1",
        "  nodes left:    workers 2 of 2",
        "  copies left:   control plane: offsite",
        "  pages:         clusters/north/generated/runbooks/etcd-member-lost.md",
    ]


def test_losses_at_once_are_judged_together(repository: Repository) -> None:
    done = repository.kedge(
        "simulate", "north", "--lose", "host:cp1", "--lose", "host:cp2", "--lose", "location:offsite"
    )
    assert "stops, 1 of 3 etcd members left" in done.stdout
    assert "control plane: none" in done.stdout
    assert "runbooks/etcd-quorum-lost.md, clusters/north/generated/runbooks/backup-missing.md" in done.stdout


def test_single_losses_that_do_harm_are_listed_with_the_promise_that_they_break(repository: Repository) -> None:
    lines = repository.kedge("simulate", "--all", "1").stdout.splitlines()
    north, south = lines.index("north: 11 sets of failures tried, 3 do harm by themselves"), lines.index("")
    assert not any("rack" in line for line in lines[north:south])
    assert "    rack a1: control plane stops, 1 of 3 etcd members left, page etcd-quorum-lost" in lines[south:]
    assert any(
        line.startswith("  ! site madrid: ") and line.endswith("breaks the promise recover site") for line in lines
    )


def test_two_losses_are_listed_where_neither_does_harm_alone(repository: Repository) -> None:
    printed = repository.kedge("simulate", "north", "--all", "2").stdout
    assert "    host cp1, host cp2: control plane stops" in printed
    assert "host cp1, site madrid" not in printed


@pytest.mark.parametrize("arguments", [("--lose", "rack:a1"), ("--all", "2")])
def test_data_is_as_described(repository: Repository, arguments: tuple[str, ...]) -> None:
    done = repository.kedge("simulate", *arguments, "-o", "json")
    document = json.loads(done.stdout)
    assert [error.message for error in VALID.iter_errors(document)] == []
    assert [cluster["name"] for cluster in document["clusters"]] == ["north", "south"]


@pytest.mark.parametrize(
    ("lost", "hint"),
    [
        ("host:cp11", "did you mean host:cp1?"),
        ("hots:cp1", "did you mean host:cp1?"),
        ("planet:earth", "write KIND:NAME with one of host, hypervisor, rack, feed, zone, site, location"),
    ],
)
def test_loss_that_no_spec_declares_is_refused(repository: Repository, lost: str, hint: str) -> None:
    done = repository.kedge("simulate", "north", "--lose", lost)
    assert done.exit_code == 2
    assert hint in done.stderr


def test_cluster_that_does_not_declare_the_loss_is_left_out_where_another_does(repository: Repository) -> None:
    repository.write("south", "hosts: {w2: {rack: a9}}")
    done = repository.kedge("simulate", "--lose", "rack:a9")
    assert done.exit_code == 0
    assert [line for line in done.stdout.splitlines() if "without" in line] == ["south without rack a9"]


@pytest.mark.parametrize("arguments", [(), ("--lose", "host:cp1", "--all", "1")])
def test_either_losses_or_all_of_them_have_to_be_said(repository: Repository, arguments: tuple[str, ...]) -> None:
    assert repository.kedge("simulate", *arguments).exit_code == 2


def test_spec_that_is_not_sound_has_its_findings_and_fails(repository: Repository) -> None:
    repository.write("south", "hosts: {cp2: 1}")
    done = repository.kedge("simulate", "--lose", "host:cp1")
    assert done.exit_code == 1
    assert "north without host cp1" in done.stdout
    assert "error[" in done.stderr
