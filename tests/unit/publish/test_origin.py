"""A commit is kedge's own where it is what its message says; a message that was copied to another commit says nothing."""

import re
from pathlib import Path

import pytest

from compiler.publish.origin import is_own, last_own
from compiler.workspace.repository import Repository
from tests.unit.publish.support import add_to_branch, bare_clone, git, new_repository, run_commit


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    work = new_repository(tmp_path / "work", {"alpha": "a: 1\n", "beta": "b: 1\n"})
    return bare_clone(work, tmp_path / "bare.git")


@pytest.fixture
def own(bare: Path) -> str:
    """A commit of kedge above one that changes a spec, above a commit of kedge."""
    run_commit(bare)
    add_to_branch(bare, "clusters/gamma/cluster.yaml", "c: 1\n")
    run_commit(bare)
    return git(bare, "rev-parse", "main")


def committed(bare: Path, tree: str, parent: str, message: str) -> str:
    """Make a commit as a person can, and return its id."""
    return git(bare, "commit-tree", "-p", parent, "-F", "-", f"{tree}^{{tree}}", text=message)


def message(bare: Path, commit: str) -> str:
    return git(bare, "log", "-1", "--format=%B", commit)


def test_what_kedge_commits_is_its_own(bare: Path, own: str) -> None:
    repository = Repository.discover(bare)
    assert is_own(repository, own)
    assert last_own(repository, own) == (own,)


def test_a_message_is_not_believed_above_a_squashed_change_of_a_spec(bare: Path, own: str) -> None:
    squashed = committed(bare, own, f"{own}~2", message(bare, own))
    assert not is_own(Repository.discover(bare), squashed)
    assert last_own(Repository.discover(bare), squashed) == (git(bare, "rev-parse", f"{own}~2"),)


def test_a_message_is_not_believed_with_another_output(bare: Path, own: str) -> None:
    assert not is_own(Repository.discover(bare), committed(bare, f"{own}~1", f"{own}~1", message(bare, own)))


@pytest.mark.parametrize("folder", ["Bases", "Clusters"])
def test_a_message_is_not_believed_with_another_folder(bare: Path, own: str, folder: str) -> None:
    words = re.sub(f"(?m)^Kedge-{folder}: .*", f"Kedge-{folder}: {'0' * 40}", message(bare, own))
    assert words != message(bare, own)
    assert not is_own(Repository.discover(bare), committed(bare, own, f"{own}~1", words))


def test_a_commit_above_bases_is_kedge_s_own_too(bare: Path, own: str) -> None:
    assert "Kedge-Bases: none" in message(bare, own)
    add_to_branch(bare, "bases/org.yaml", "a: 1\n")
    add_to_branch(bare, "clusters/delta/cluster.yaml", "d: 1\n")
    run_commit(bare)
    tip = git(bare, "rev-parse", "main")
    assert f"Kedge-Bases: {git(bare, 'rev-parse', 'main:bases')}" in message(bare, tip)
    assert last_own(Repository.discover(bare), tip) == (tip,)


def test_a_statement_above_the_last_paragraph_is_not_believed(bare: Path, own: str) -> None:
    words = f"{message(bare, own)}\n\n* and more"
    assert not is_own(Repository.discover(bare), committed(bare, own, f"{own}~1", words))


def test_many_copied_messages_hide_no_commit_of_kedge(bare: Path, own: str) -> None:
    tip, words = own, f"{message(bare, own)}\n\n* and more"
    for _ in range(45):
        tip = committed(bare, own, tip, words)
    assert last_own(Repository.discover(bare), tip) == (own,)


def test_without_a_commit_of_kedge_there_is_no_last_one(bare: Path) -> None:
    assert last_own(Repository.discover(bare), git(bare, "rev-parse", "main")) == ()


@pytest.mark.parametrize("first", [True, False])
def test_the_order_of_the_parents_of_a_merge_hides_no_commit_of_kedge(bare: Path, own: str, first: bool) -> None:
    other = git(bare, "commit-tree", "-m", "start", f"{own}^{{tree}}")
    parents = (own, other) if first else (other, own)
    words = [word for parent in parents for word in ("-p", parent)]
    merge = git(bare, "commit-tree", *words, "-m", "Merge", f"{other}^{{tree}}")
    assert last_own(Repository.discover(bare), merge) == (own,)


def test_of_two_lines_that_were_merged_each_has_its_last_commit_of_kedge(bare: Path, own: str) -> None:
    add_to_branch(bare, "clusters/delta/cluster.yaml", "d: 1\n")
    run_commit(bare)
    tip = git(bare, "rev-parse", "main")
    git(bare, "update-ref", "refs/heads/main", own)
    add_to_branch(bare, "clusters/echo/cluster.yaml", "e: 1\n")
    run_commit(bare)
    other = git(bare, "rev-parse", "main")
    merge = git(bare, "commit-tree", "-p", tip, "-p", other, "-m", "Merge", f"{tip}^{{tree}}")
    assert set(last_own(Repository.discover(bare), merge)) == {tip, other}
