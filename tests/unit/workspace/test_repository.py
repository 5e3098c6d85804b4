import subprocess
import sys
from pathlib import Path

import pytest

from compiler.workspace.failure import EnvironmentFailure, LostRace
from compiler.workspace.repository import Repository, branch_name
from tests.unit.publish.support import bare_clone, git, new_repository


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    return bare_clone(new_repository(tmp_path / "work", {"alpha": "a: 1\n"}), tmp_path / "bare.git")


def test_a_tree_has_the_changes_and_all_else(bare: Path) -> None:
    repository = Repository.discover(bare)
    base = repository.resolve("main")
    binary = bytes(range(256)) * 3
    tree = repository.write_tree(base, [("clusters/alpha/cluster.yaml", None), ("a/b/c.bin", binary), ("empty", b"")])
    new = repository.commit_tree(tree, base, "message\n")
    files = repository.files(new)
    assert git(bare, "ls-tree", "-r", "--name-only", new).splitlines() == ["a/b/c.bin", "empty"]
    assert files.read("a/b/c.bin") == binary
    assert files.read("empty") == b""


def test_a_repository_of_sha256_objects_is_served(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "--object-format=sha256", "--initial-branch=main", "new.git")
    bare = tmp_path / "new.git"
    git(bare, "update-ref", "refs/heads/main", git(bare, "commit-tree", "-m", "x", git(bare, "mktree")))
    repository = Repository.discover(bare)
    base = repository.resolve("main")
    new = repository.commit_tree(repository.write_tree(base, [("a", b"1")]), base, "x\n")
    repository.move("refs/heads/main", new, base)
    assert len(new) == 64
    assert git(bare, "show", "main:a") == "1"


def test_a_tag_is_not_taken_for_the_branch_of_its_name(bare: Path) -> None:
    repository = Repository.discover(bare)
    base = repository.resolve("main")
    git(bare, "tag", "main", base)
    with pytest.raises(EnvironmentFailure, match="a tag and a branch"):
        repository.resolve("main")
    assert repository.resolve("refs/heads/main") == base


def test_a_branch_moves_only_from_where_it_was_read(bare: Path) -> None:
    repository = Repository.discover(bare)
    base = repository.resolve("main")
    new = repository.commit_tree(repository.write_tree(base, [("a", b"1")]), base, "x\n")
    repository.move("refs/heads/main", new, base)
    with pytest.raises(LostRace, match="is at"):
        repository.move("refs/heads/main", new, base)


@pytest.mark.parametrize("revision", ["nowhere", "--help", "-x", "main:clusters", "", "a b", "main\nx"])
def test_a_revision_that_is_no_commit_is_refused(bare: Path, revision: str) -> None:
    with pytest.raises(EnvironmentFailure, match="no such commit"):
        Repository.discover(bare).resolve(revision)


@pytest.mark.parametrize("name", ["--force", "+main", "a..b", "a.lock", "a b", "", "refs/heads/", "a@{1}", "a:b"])
def test_a_branch_must_have_a_plain_name(name: str) -> None:
    with pytest.raises(EnvironmentFailure, match="not a plain branch name"):
        branch_name(name)


def test_both_forms_of_a_branch_name_are_one() -> None:
    assert branch_name("release/1.2") == branch_name("refs/heads/release/1.2") == "refs/heads/release/1.2"


def test_importing_the_package_does_not_import_gitpython() -> None:
    script = "import sys, compiler.publish.commit; print('git' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_message_of_git_cannot_start_a_line_of_its_own() -> None:
    failure = EnvironmentFailure("read", "x\n::error::\x1b[31m" + "y" * 1000, "look")
    assert "\n" not in str(failure)
    assert "\x1b" not in str(failure)
    assert len(str(failure)) < 400
