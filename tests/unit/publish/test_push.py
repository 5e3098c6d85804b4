import os
import time
from pathlib import Path

import pytest

from compiler.publish.commit import Committed
from compiler.workspace.failure import EnvironmentFailure, LostRace
from compiler.workspace.files import Files
from tests.unit.publish.support import bare_clone, committed, compile_specs, git, new_repository, run_commit


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    work = new_repository(tmp_path / "work", {"alpha": "a: 1\n", "beta": "b: 1\n"})
    return bare_clone(work, tmp_path / "origin.git")


def clone(origin: Path, name: str, *options: str) -> Path:
    """Clone as CI does; file:// makes Git honour --depth."""
    folder = origin.parent / name
    git(origin.parent, "clone", "--quiet", *options, f"file://{origin}", str(folder))
    return folder


def advance(origin: Path, text: str) -> str:
    """Let somebody else push a spec, and return the new tip."""
    other = clone(origin, f"other-{text.strip().replace(' ', '').replace(':', '-')}")
    (other / "clusters/alpha/cluster.yaml").write_text(text)
    git(other, "commit", "--quiet", "--all", "--message=edit")
    git(other, "push", "--quiet")
    return git(other, "rev-parse", "HEAD")


@pytest.mark.parametrize("options", [(), ("--bare",), ("--depth=1",)], ids=["full", "bare", "shallow"])
def test_a_push_brings_the_output_to_the_remote(origin: Path, options: tuple[str, ...]) -> None:
    folder = clone(origin, "clone", *options)
    done = run_commit(folder, push="origin", update_work_tree=True)
    assert isinstance(done, Committed)
    assert git(origin, "rev-parse", "main") == done.new == git(folder, "rev-parse", "main")
    assert "clusters/beta/generated/BUILD.json" in committed(origin)
    git(origin, "fsck", "--strict")


def test_a_refused_push_fetches_and_compiles_again(origin: Path) -> None:
    folder = clone(origin, "clone", "--bare")
    theirs: list[str] = []

    def compiler(files: Files) -> dict[str, dict[str, bytes]]:
        if not theirs:
            theirs.append(advance(origin, "a: 2\n"))
        return compile_specs(files)

    run_commit(folder, compiler, push="origin")
    assert git(origin, "rev-parse", "main^") == theirs[0]
    assert committed(origin)["clusters/alpha/generated/part0/object-0.yaml"] == b"a: 2\n"


def test_a_checked_out_branch_behind_its_remote_is_left_where_it_is(origin: Path) -> None:
    folder = clone(origin, "clone")
    before = git(folder, "rev-parse", "main")
    advance(origin, "a: 2\n")
    run_commit(folder, push="origin", update_work_tree=True)
    assert git(folder, "rev-parse", "main") == before
    assert git(folder, "status", "--porcelain") == ""
    git(folder, "pull", "--quiet", "--ff-only")


def test_branches_that_have_diverged_are_refused(origin: Path) -> None:
    folder = clone(origin, "clone", "--bare")
    git(folder, "update-ref", "refs/heads/main", git(folder, "commit-tree", "-m", "x", "-p", "main", "main^{tree}"))
    advance(origin, "a: 2\n")
    with pytest.raises(EnvironmentFailure, match="have diverged"):
        run_commit(folder, push="origin")


def test_a_hook_that_declines_is_no_lost_race(origin: Path) -> None:
    folder = clone(origin, "clone", "--bare")
    hook = origin / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho 'the branch is protected' >&2\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(EnvironmentFailure, match="the branch is protected") as caught:
        run_commit(folder, push="origin")
    assert not isinstance(caught.value, LostRace)


def test_a_remote_that_is_gone_is_named(origin: Path) -> None:
    folder = clone(origin, "clone", "--bare")
    origin.rename(origin.with_suffix(".moved"))
    with pytest.raises(EnvironmentFailure, match="git fetch"):
        run_commit(folder, push="origin")


def test_a_remote_that_hangs_is_given_up_with_its_helpers(origin: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = clone(origin, "clone", "--bare")
    git(folder, "remote", "set-url", "origin", "ssh://nowhere.example.net/x")
    pid = origin.parent / "pid"
    monkeypatch.setenv("GIT_SSH_COMMAND", f"echo $$ >{pid}; sleep 60; true")
    monkeypatch.setattr("compiler.workspace.command.NETWORK_SECONDS", 0.5)
    with pytest.raises(EnvironmentFailure, match=r"git fetch: no answer in 0\.5 s"):
        run_commit(folder, push="origin")
    with pytest.raises(ProcessLookupError):
        for _ in range(100):
            os.kill(int(pid.read_text()), 0)
            time.sleep(0.02)


@pytest.mark.parametrize("remote", ["ext::sh -c x", "--upload-pack=x", "file:///tmp/x", ""])
def test_a_remote_must_be_a_configured_name(origin: Path, remote: str) -> None:
    with pytest.raises(EnvironmentFailure, match="not the name of a remote"):
        run_commit(clone(origin, "clone", "--bare"), push=remote)
