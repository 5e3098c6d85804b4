import os
import shlex
import signal
import subprocess
from pathlib import Path

import pytest

from compiler.publish.checkout import Checkout, specs_differ
from compiler.publish.commit import Committed, NothingToDo
from compiler.publish.tree import publish
from compiler.workspace.failure import EnvironmentFailure, LostRace, Obstructed
from compiler.workspace.files import DiskFiles, Files
from compiler.workspace.repository import Repository
from tests.unit.publish.support import (
    add_to_branch,
    bare_clone,
    committed,
    compile_specs,
    git,
    new_repository,
    output_of,
    recorded,
    run_commit,
    write_spec,
)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return new_repository(tmp_path / "work", {"alpha": "a: 1\n", "beta": "b: 1\n"})


@pytest.fixture
def bare(work: Path, tmp_path: Path) -> Path:
    return bare_clone(work, tmp_path / "bare.git")


def test_a_commit_holds_the_output_of_every_cluster(bare: Path) -> None:
    done = run_commit(bare)
    assert isinstance(done, Committed)
    tree = committed(bare)
    for name in ("alpha", "beta"):
        for path, content in output_of(tree[f"clusters/{name}/cluster.yaml"]).items():
            assert tree[f"clusters/{name}/generated/{path}"] == content
    assert git(bare, "rev-parse", "main^") == done.old
    assert git(bare, "rev-parse", "main") == done.new


def test_the_repository_stays_sound_and_gets_no_other_ref(bare: Path) -> None:
    run_commit(bare)
    git(bare, "fsck", "--strict")
    assert git(bare, "for-each-ref", "--format=%(refname)") == "refs/heads/main"


def test_the_message_has_subject_folders_and_version_and_nothing_of_the_spec(bare: Path) -> None:
    run_commit(bare)
    first, blank, bases, clusters, version = git(bare, "log", "-1", "--format=%B", "main").splitlines()
    assert (first, blank) == ("kedge: 0 clusters before, 2 changed", "")
    assert version == "Kedge-Version: 0.1.0"
    assert bases == "Kedge-Bases: none"
    assert clusters == f"Kedge-Clusters: {git(bare, 'rev-parse', 'main:clusters')}"


def test_the_subject_is_made_from_the_specs_of_the_last_output(bare: Path) -> None:
    run_commit(bare)
    add_to_branch(bare, "clusters/gamma/cluster.yaml", "c: 1\n")
    run_commit(bare)
    assert git(bare, "log", "-1", "--format=%s", "main") == "kedge: 0 clusters before, 1 changed"


def test_a_subject_stays_on_one_line(bare: Path) -> None:
    run_commit(bare, summarize=lambda before, changes: "a\n\nKedge-Version: 9\x1b[31m")
    first, *_, version = git(bare, "log", "-1", "--format=%B", "main").splitlines()
    assert first == "kedge: a Kedge-Version: 9\\x1b[31m"
    assert version == "Kedge-Version: 0.1.0"


def test_a_second_commit_has_nothing_to_do(bare: Path) -> None:
    done = run_commit(bare)
    again = run_commit(bare)
    assert isinstance(done, Committed)
    assert isinstance(again, NothingToDo)
    assert again.at == done.new == git(bare, "rev-parse", "main")


def test_a_foreign_file_is_kept(bare: Path) -> None:
    add_to_branch(bare, "clusters/alpha/generated/notes.md", "mine")
    add_to_branch(bare, "clusters/alpha/generated/BUILD.json", '{"files": {}}')
    run_commit(bare)
    assert committed(bare)["clusters/alpha/generated/notes.md"] == b"mine"


def test_edited_output_is_restored(bare: Path) -> None:
    run_commit(bare)
    right = committed(bare)
    add_to_branch(bare, "clusters/alpha/generated/part0/object-0.yaml", "edited")
    run_commit(bare)
    assert committed(bare) == right


def test_output_that_is_no_longer_produced_is_removed_unless_edited(bare: Path) -> None:
    run_commit(bare)
    add_to_branch(bare, "clusters/alpha/generated/part0/object-3.yaml", "edited by hand")
    done = run_commit(bare, lambda _files: {"clusters/alpha/generated": recorded({"one.yaml": b"1"})})
    change = done.changes["clusters/alpha/generated"]
    assert change.kept == ("part0/object-3.yaml",)
    assert set(change.removed) == {f"part{index % 3}/object-{index}.yaml" for index in (0, 1, 2, 4, 5)}
    below = [path for path in committed(bare) if path.startswith("clusters/alpha/generated/")]
    assert sorted(path.rpartition("/")[2] for path in below) == ["BUILD.json", "object-3.yaml", "one.yaml"]


def test_empty_output_removes_what_kedge_owns(bare: Path) -> None:
    run_commit(bare)
    run_commit(bare, lambda _files: {"clusters/beta/generated": {}})
    assert not [path for path in committed(bare) if path.startswith("clusters/beta/generated")]


def test_a_symbolic_link_in_the_way_is_refused(work: Path, tmp_path: Path) -> None:
    (work / "clusters/alpha/generated").symlink_to("../..")
    git(work, "add", ".")
    git(work, "commit", "--quiet", "--message=link")
    bare = bare_clone(work, tmp_path / "linked.git")
    with pytest.raises(Obstructed, match="clusters/alpha/generated is a link"):
        run_commit(bare)


def test_a_compiler_that_refuses_stops_the_commit_before_the_branch_moves(bare: Path) -> None:
    before = git(bare, "rev-parse", "main")

    def refuse(files: Files) -> dict[str, dict[str, bytes]]:
        raise PermissionError(sorted(compile_specs(files)))

    with pytest.raises(PermissionError, match="clusters/alpha/generated"):
        run_commit(bare, refuse)
    assert git(bare, "rev-parse", "main") == before


def test_a_lost_race_compiles_again_from_the_new_tip(bare: Path) -> None:
    calls = []

    def compiler(files: Files) -> dict[str, dict[str, bytes]]:
        calls.append(files)
        if len(calls) == 1:
            add_to_branch(bare, "clusters/alpha/cluster.yaml", "a: 2\n")
        return compile_specs(files)

    run_commit(bare, compiler)
    assert len(calls) == 2
    assert committed(bare)["clusters/alpha/generated/part0/object-0.yaml"] == b"a: 2\n"


def test_a_race_lost_every_time_ends_in_a_failure(bare: Path) -> None:
    calls = []

    def compiler(files: Files) -> dict[str, dict[str, bytes]]:
        calls.append(files)
        add_to_branch(bare, "clusters/alpha/cluster.yaml", f"a: {len(calls)}\n")
        return compile_specs(files)

    with pytest.raises(LostRace, match="commit in 3 attempts"):
        run_commit(bare, compiler, attempts=3)


def test_a_locked_branch_ends_in_a_failure_that_names_the_lock(bare: Path) -> None:
    (bare / "refs/heads/main.lock").touch()
    with pytest.raises(LostRace, match=r"main\.lock"):
        run_commit(bare, attempts=1)


def test_a_missing_branch_is_named(bare: Path) -> None:
    git(bare, "update-ref", "-d", "refs/heads/main")
    with pytest.raises(EnvironmentFailure, match="refs/heads/main"):
        run_commit(bare)


def test_a_missing_repository_is_named(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailure, match="not in a Git repository"):
        run_commit(tmp_path)


def test_a_corrupt_repository_ends_in_a_failure(bare: Path) -> None:
    for part in (bare / "objects").rglob("*"):
        if part.is_file():
            part.chmod(0o644)
            part.write_bytes(part.read_bytes()[:20])
    with pytest.raises(EnvironmentFailure):
        run_commit(bare)


def test_a_checked_out_branch_is_refused(work: Path) -> None:
    with pytest.raises(EnvironmentFailure, match="is checked out in"):
        run_commit(work)


def test_a_branch_checked_out_in_another_work_tree_is_refused(work: Path, tmp_path: Path) -> None:
    git(work, "switch", "--quiet", "--create", "other")
    git(work, "worktree", "add", "--quiet", str(tmp_path / "linked"), "main")
    with pytest.raises(EnvironmentFailure, match="linked"):
        run_commit(work)


def test_a_branch_that_is_not_checked_out_is_committed_to_from_a_work_tree(work: Path) -> None:
    git(work, "switch", "--quiet", "--create", "other")
    assert isinstance(run_commit(work), Committed)
    assert git(work, "status", "--porcelain") == ""


@pytest.mark.parametrize("linked", [False, True], ids=["main", "linked"])
def test_a_checked_out_branch_is_updated_when_asked(work: Path, tmp_path: Path, linked: bool) -> None:
    folder = work
    if linked:
        folder = tmp_path / "linked"
        git(work, "switch", "--quiet", "--create", "other")
        git(work, "worktree", "add", "--quiet", str(folder), "main")
    (folder / "unrelated.txt").write_text("not mine to touch")
    run_commit(work, update_work_tree=True)
    run_commit(work, lambda _files: {"clusters/alpha/generated": recorded({"one.yaml": b"1"})}, update_work_tree=True)
    assert git(folder, "status", "--porcelain") == "?? unrelated.txt"
    assert sorted(path.name for path in (folder / "clusters/alpha/generated").iterdir()) == ["BUILD.json", "one.yaml"]


def test_a_dirty_path_stops_the_update_before_the_branch_moves(work: Path) -> None:
    run_commit(work, update_work_tree=True)
    tip = git(work, "rev-parse", "main")
    (work / "clusters/alpha/generated/part0/object-0.yaml").write_text("edited")
    with pytest.raises(Obstructed, match=r"object-0\.yaml is neither"):
        run_commit(work, lambda _files: {"clusters/alpha/generated": {}}, update_work_tree=True)
    assert git(work, "rev-parse", "main") == tip


def test_output_that_was_compiled_already_does_not_stop_the_update(work: Path) -> None:
    for folder, files in compile_specs(DiskFiles(work)).items():
        publish(work / folder, files)
    run_commit(work, update_work_tree=True)
    assert git(work, "status", "--porcelain") == ""


def killed_after_the_branch_moved(work: Path) -> None:
    """Commit in a process that is killed between the move of the branch and the update of the work tree."""
    pid = os.fork()
    if not pid:
        Checkout.update = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[method-assign]
        run_commit(work, update_work_tree=True)
    assert os.WTERMSIG(os.waitpid(pid, 0)[1]) == signal.SIGKILL


def test_a_commit_that_was_killed_before_the_work_tree_followed_is_finished_by_the_next(work: Path) -> None:
    run_commit(work, update_work_tree=True)
    write_spec(work, "alpha", "a: 2\n")
    git(work, "commit", "--quiet", "--all", "--message=edit")
    killed_after_the_branch_moved(work)
    assert git(work, "status", "--porcelain")
    assert isinstance(run_commit(work, update_work_tree=True), NothingToDo)
    assert git(work, "status", "--porcelain") == ""


def test_edits_after_a_killed_commit_are_kept_and_the_command_that_follows_is_named(work: Path) -> None:
    run_commit(work, update_work_tree=True)
    write_spec(work, "alpha", "a: 2\n")
    git(work, "commit", "--quiet", "--all", "--message=edit")
    killed_after_the_branch_moved(work)
    (work / "clusters/alpha/generated/part0/object-0.yaml").write_text("edited by hand")
    with pytest.raises(Obstructed) as refused:
        run_commit(work, update_work_tree=True)
    command = refused.value.advice.partition("run: ")[2]
    assert command == "git restore --source=HEAD --staged --worktree -- clusters/alpha/generated"
    git(work, *shlex.split(command)[1:])
    assert git(work, "status", "--porcelain") == ""


def test_a_locked_index_stops_the_update_before_the_branch_moves(work: Path) -> None:
    tip = git(work, "rev-parse", "main")
    (work / ".git/index.lock").touch()
    with pytest.raises(EnvironmentFailure, match=r"index\.lock"):
        run_commit(work, update_work_tree=True)
    assert git(work, "rev-parse", "main") == tip


def test_a_work_tree_whose_specs_differ_is_refused(work: Path) -> None:
    git(work, "switch", "--quiet", "--create", "other")
    write_spec(work, "alpha", "a: edited\n")
    write_spec(work, "gamma", "c: new\n")
    assert specs_differ(Repository.discover(work), "main") == [
        "clusters/alpha/cluster.yaml",
        "clusters/gamma/cluster.yaml",
    ]
    with pytest.raises(Obstructed, match="commit or undo"):
        run_commit(work)


def test_hooks_of_the_repository_do_not_run(bare: Path, tmp_path: Path) -> None:
    hook = bare / "hooks/reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    hook.chmod(0o755)
    run_commit(bare)
    assert not (tmp_path / "ran").exists()


def test_variables_of_another_git_are_not_obeyed(bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert isinstance(run_commit(bare), Committed)


def test_commits_are_signed_where_the_configuration_says_so(bare: Path, tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    (tmp_path / "signers").write_text(f"someone@example.net {key.with_suffix('.pub').read_text()}")
    settings = {"gpg.format": "ssh", "user.signingKey": f"{key}.pub", "commit.gpgSign": "true"}
    for name, value in {**settings, "gpg.ssh.allowedSignersFile": str(tmp_path / "signers")}.items():
        git(bare, "config", name, value)
    run_commit(bare)
    git(bare, "verify-commit", "main")


def test_a_key_that_is_missing_ends_in_a_failure_and_no_commit(bare: Path) -> None:
    before = git(bare, "rev-parse", "main")
    for name, value in {"gpg.format": "ssh", "user.signingKey": "/nowhere.pub", "commit.gpgSign": "true"}.items():
        git(bare, "config", name, value)
    with pytest.raises(EnvironmentFailure, match="commit-tree"):
        run_commit(bare)
    assert git(bare, "rev-parse", "main") == before
