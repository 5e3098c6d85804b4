"""`commit` judges what differs from kedge's last commit, and what it leaves behind is what every cluster compiles to."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.change import records
from tests.cli import test_scope as scope
from tests.cli.inprocess import Repository

Edit = Callable[[Repository, str], None]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Three clusters on one base, the last commit of which is kedge's own; `three` extends a base below clusters/ too."""
    made = Repository(tmp_path / "repository")
    (made.root / scope.SHARED).write_text("apiVersion: kedge/v1alpha1\nkind: ClusterDRBase\nspec: {}\n")
    for name in ("one", "two", "three"):
        made.write(name, "namespaces: {shop: {}}")
        scope.extend(made, name, "../../bases/shared.yaml")
    (made.root / "clusters/own.yaml").write_text(scope.OWN)
    scope.extend(made, "three", "../own.yaml")
    made.commit()
    assert committed(made)["unchanged"] == 0
    return made


def edit_spec(repository: Repository, name: str) -> None:
    """Add an object."""
    repository.write(name, "namespaces: {shop: {}, more: {}}")


def committed(repository: Repository) -> dict[str, object]:
    """Run `kedge commit`, which must succeed, and return what it prints."""
    done = repository.kedge("commit", "--update-work-tree", "-o", "json")
    assert done.exit_code == 0, done.output
    printed: dict[str, object] = json.loads(done.stdout)
    return printed


def assert_fresh(repository: Repository) -> None:
    """Hold the output of every cluster to what its spec compiles to."""
    done = repository.kedge("check", "-o", "json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["unchanged"] == 0


@pytest.mark.parametrize(
    ("edit", "unchanged"),
    [
        (edit_spec, 2),
        (scope.edit_shared_base, 0),
        (scope.edit_own_base, 2),
        (scope.edit_output, 2),
        (scope.delete_output, 2),
        (scope.add, 3),
    ],
    ids=lambda value: value.__name__ if callable(value) else str(value),
)
def test_what_differs_is_judged_and_the_rest_is_not(repository: Repository, edit: Edit, unchanged: int) -> None:
    edit(repository, "two")
    repository.commit()
    assert committed(repository)["unchanged"] == unchanged
    assert_fresh(repository)


def test_a_commit_right_after_another_judges_nothing(repository: Repository) -> None:
    done = committed(repository)
    assert (done["commit"], done["unchanged"]) == (None, 3)


def test_another_version_judges_every_cluster(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "VERSION", "9.9.9")
    assert committed(repository)["unchanged"] == 0


def test_an_output_that_was_not_made_from_its_spec_is_judged(repository: Repository) -> None:
    """A merge can bring a message of kedge's with a tree that kedge never wrote."""
    message = repository.git("log", "-1", "--format=%B")
    edit_spec(repository, "two")
    repository.commit(message)
    assert committed(repository)["unchanged"] == 2
    assert_fresh(repository)


def amend(repository: Repository) -> None:
    """Put an edit of output into the commit of kedge itself."""
    scope.edit_output(repository, "two")
    repository.git("commit", "-q", "-a", "--amend", "--no-edit")


def copy_message(repository: Repository) -> None:
    """Edit output under a message of kedge's, as a squash merge that keeps the messages of its branch does."""
    message = repository.git("log", "-1", "--format=%B")
    scope.edit_output(repository, "two")
    repository.commit(message)


def rebase(repository: Repository) -> None:
    """Bring a commit of kedge over one that edits output, as a rebase merge does."""
    repository.git("switch", "-q", "-c", "branch")
    scope.delete_output(repository, "one")
    repository.commit()
    done = repository.kedge("commit", "--branch", "branch", "--update-work-tree")
    assert done.exit_code == 0, done.output
    repository.git("switch", "-q", "main")
    scope.edit_output(repository, "two")
    repository.commit()
    repository.git("rebase", "-q", "main", "branch")
    repository.git("switch", "-q", "main")
    repository.git("merge", "-q", "--ff-only", "branch")


@pytest.mark.parametrize("edit", [amend, copy_message, rebase])
def test_an_edit_of_output_is_put_right_whatever_message_it_came_with(
    repository: Repository, edit: Callable[[Repository], None]
) -> None:
    edit(repository)
    assert repository.kedge("check").exit_code != 0
    assert committed(repository)["commit"] is not None
    assert_fresh(repository)


def test_a_new_cluster_is_compared_with_those_that_are_not_judged(repository: Repository) -> None:
    spec = (repository.root / "clusters/one/cluster.yaml").read_text()
    repository.text("copy", spec.replace("name: one", "name: copy"))
    repository.commit()
    done = repository.kedge("commit", "--update-work-tree")
    assert done.exit_code == 1
    assert "copy and one have the same endpoint" in done.output


def test_an_output_whose_spec_is_gone_needs_consent_though_nothing_else_changed(repository: Repository) -> None:
    scope.delete_spec(repository, "two")
    repository.commit()
    done = repository.kedge("commit", "--update-work-tree")
    assert done.exit_code == 6, done.output
    assert "clusters/two: its file is gone" in done.output


def test_a_work_tree_that_did_not_follow_is_finished_though_nothing_is_judged(repository: Repository) -> None:
    edit_spec(repository, "two")
    repository.commit()
    earlier = repository.git("rev-parse", "HEAD")
    after = committed(repository)["commit"]
    repository.git("reset", "-q", "--hard", earlier)
    repository.git("update-ref", "refs/heads/main", str(after))
    done = committed(repository)
    assert (done["commit"], done["unchanged"]) == (None, 3)
    assert repository.git("status", "--porcelain") == ""
