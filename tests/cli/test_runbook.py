"""`kedge runbook`: pages as a list, as Markdown and as one HTML file, and what it says where there is no such page."""

import json
from pathlib import Path

import pytest

from tests.cli.inprocess import Repository
from tests.cli.test_output_schema import VALID


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path)
    made.write("north", "tier: production")
    return made


def test_list_names_each_page_with_its_length_and_what_tests_have_run(repository: Repository) -> None:
    done = repository.kedge("runbook list")
    head, *rows = done.stdout.splitlines()
    assert done.exit_code == 0
    assert head == f"north: {len(rows)} pages"
    assert any("etcd-quorum-lost" in row and "steps run by tests: etcd has lost its quorum" in row for row in rows)


def test_list_is_data_too(repository: Repository) -> None:
    document = json.loads(repository.kedge("runbook list", "-o", "json").stdout)
    assert [error.message for error in VALID.iter_errors(document)] == []
    (pages,) = (one["pages"] for one in document["clusters"])
    assert all(0 <= page["executed"] <= page["steps"] for page in pages)


def test_show_prints_a_page_as_it_is_compiled(repository: Repository) -> None:
    repository.compiled()
    compiled = repository.root / "clusters/north/generated/runbooks"
    for words, file in (((), "README.md"), (("etcd-quorum-lost",), "etcd-quorum-lost.md")):
        done = repository.kedge("runbook show", "north", *words)
        assert (done.stdout, done.stderr) == ((compiled / file).read_text(), "")


def test_pages_that_are_newer_than_the_compiled_ones_say_so(repository: Repository) -> None:
    repository.compiled()
    repository.write("north", "tier: production\npeople: {owner: Another team}")
    done = repository.kedge("runbook show", "north")
    assert "Another team" in done.stdout
    assert done.stderr == "note: these pages are newer than those in north/generated: run `kedge compile north`\n"


def test_a_page_that_is_not_there_is_answered_with_the_nearest_one(repository: Repository) -> None:
    done = repository.kedge("runbook show", "north", "etcd-quorum")
    assert done.exit_code == 2
    assert "north has no page 'etcd-quorum'; did you mean etcd-quorum-lost?" in done.output


def test_a_spec_that_is_not_sound_is_a_finding(repository: Repository) -> None:
    repository.text("north", "apiVersion: kedge/v1alpha1\nkind: ClusterDR\n")
    for words in (("runbook list",), ("runbook show", "north"), ("runbook print", "north")):
        done = repository.kedge(*words)
        assert (done.exit_code, done.stdout) == (1, "")
        assert "error" in done.stderr


def test_print_has_the_pages_that_are_named_or_all(repository: Repository) -> None:
    every = repository.kedge("runbook print", "north").stdout
    one = repository.kedge("runbook print", "north", "etcd-quorum-lost.md").stdout
    assert every.count("<section") == 1 + repository.kedge("runbook list").stdout.count("steps run by tests")
    assert one.count("<section") == 1
