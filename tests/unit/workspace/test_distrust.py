"""What a repository configures is data: nothing that it names runs, whoever unpacked or wrote it."""

import os
import shutil
from pathlib import Path

import pytest

from compiler.publish.commit import Committed
from compiler.workspace.failure import EnvironmentFailure
from compiler.workspace.repository import Repository
from tests.unit.publish.support import bare_clone, git, new_repository, run_commit, write_spec

LOCAL = {
    "alias.ls-tree": "!{canary}",
    "core.alternateRefsCommand": "{canary}",
    "core.editor": "{canary}",
    "core.fsmonitor": "{canary}",
    "core.hooksPath": "{hooks}",
    "core.pager": "{canary}",
    "diff.canary.command": "{canary}",
    "diff.canary.textconv": "{canary}",
    "diff.external": "{canary}",
    "filter.canary.clean": "{canary}",
    "filter.canary.process": "{canary}",
    "filter.canary.required": "true",
    "filter.canary.smudge": "{canary}",
    "merge.canary.driver": "{canary}",
    "pager.rev-parse": "{canary}",
    "submodule.recurse": "true",
    "trailer.canary.command": "{canary}",
    "uploadpack.packObjectsHook": "{canary}",
}
CONNECTING = (
    "core.sshCommand",
    "core.askPass",
    "core.gitProxy",
    "credential.helper",
    "credential.https://example.net.helper",
    "remote.origin.uploadpack",
    "remote.origin.receivepack",
    "remote.origin.vcs",
    "http.cookieFile",
    "push.gpgSign",
    "hook.canary.command",
)


@pytest.fixture
def ran(tmp_path: Path) -> Path:
    """A file that exists once the canary ran."""
    return tmp_path / "ran"


@pytest.fixture
def canary(tmp_path: Path, ran: Path) -> Path:
    program = tmp_path / "canary"
    program.write_text(f'#!/bin/sh\necho "$0 $*" >>{ran}\ncat\n')
    program.chmod(0o755)
    return program


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return new_repository(tmp_path / "work", {"alpha": "a: 1\n"})


def configure(folder: Path, canary: Path, hooks: Path) -> None:
    """Name the canary wherever a repository can name a program, and every path of it in its attributes."""
    for name, value in LOCAL.items():
        git(folder, "config", name, value.format(canary=canary, hooks=hooks))
    for hook in ("reference-transaction", "post-index-change", "post-checkout", "post-commit", "pre-commit"):
        for place in (folder / ".git/hooks", hooks):
            place.mkdir(exist_ok=True)
            shutil.copy(canary, place / hook)
    (folder / ".git/info/attributes").write_text("* filter=canary diff=canary merge=canary\n")


def test_nothing_that_a_repository_configures_runs(work: Path, canary: Path, ran: Path, tmp_path: Path) -> None:
    (work / ".gitattributes").write_text("* filter=canary diff=canary merge=canary\n")
    git(work, "add", ".")
    git(work, "commit", "--quiet", "--message=attributes")
    configure(work, canary, tmp_path / "hooks")
    for text in ("a: 1\n", "a: 2\n"):
        write_spec(work, "alpha", text)
        for name in LOCAL:
            git(work, "config", "--unset-all", name)  # a person commits without the canary
        git(work, "-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--all", "--allow-empty", "--message=edit")
        ran.unlink(missing_ok=True)
        configure(work, canary, tmp_path / "hooks")
        os.utime(work / ".git/index", (1, 1))  # every file is as new as the index: Git looks at its content again
        assert isinstance(run_commit(work, update_work_tree=True), Committed)
        assert not ran.exists(), ran.read_text()


def test_an_included_file_of_configuration_is_the_repository_s(work: Path, canary: Path, ran: Path) -> None:
    (work / ".git/more").write_text(
        f"[gpg]\n\tprogram = {canary}\n[commit]\n\tgpgSign = true\n[user]\n\tsigningKey = x\n"
    )
    git(work, "config", "include.path", "more")
    with pytest.raises(EnvironmentFailure, match=r"sets gpg\.program"):
        run_commit(work, update_work_tree=True)
    assert not ran.exists()


@pytest.mark.parametrize("name", ["gpg.program", "gpg.ssh.program", "gpg.x509.program", "gpg.ssh.defaultKeyCommand"])
@pytest.mark.parametrize("scope", ["--local", "--worktree"])
def test_a_program_that_signs_is_the_operator_s_to_name(
    work: Path, canary: Path, ran: Path, name: str, scope: str
) -> None:
    git(work, "config", "extensions.worktreeConfig", "true")
    git(work, "config", "commit.gpgSign", "true")
    git(work, "config", scope, name, str(canary))
    with pytest.raises(EnvironmentFailure, match="git config --global"):
        run_commit(work, update_work_tree=True)
    assert not ran.exists()


@pytest.mark.parametrize("name", CONNECTING)
def test_a_program_that_connects_is_the_operator_s_to_name(
    work: Path, canary: Path, ran: Path, tmp_path: Path, name: str
) -> None:
    folder = bare_clone(work, tmp_path / "bare.git")
    git(folder, "config", name, str(canary))
    with pytest.raises(EnvironmentFailure, match="kedge runs no program that a repository names"):
        run_commit(folder, push="origin")
    assert not ran.exists()


def test_a_program_of_the_operator_s_own_configuration_is_honored(
    work: Path, tmp_path: Path, canary: Path, ran: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "global").write_text(f"[core]\n\tsshCommand = {canary} </dev/null\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "global"))
    folder = bare_clone(work, tmp_path / "bare.git")
    git(folder, "remote", "set-url", "origin", "ssh://git.example.net/x")
    with pytest.raises(EnvironmentFailure, match="git fetch"):
        run_commit(folder, push="origin")
    assert "git-upload-pack '/x'" in ran.read_text()


@pytest.mark.parametrize("url", ["ext::{canary}", "canary::x"])
def test_a_transport_that_runs_a_program_is_refused(
    work: Path, tmp_path: Path, canary: Path, ran: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = bare_clone(work, tmp_path / "bare.git")
    shutil.copy(canary, tmp_path / "git-remote-canary")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    git(folder, "remote", "set-url", "origin", "https://example.net/x")
    git(folder, "config", f"url.{url.format(canary=canary)}.insteadOf", "https://example.net/x")
    git(folder, "config", "protocol.allow", "always")
    with pytest.raises(EnvironmentFailure, match="not allowed"):
        run_commit(folder, push="origin")
    assert not ran.exists()


def test_a_remote_inside_the_repository_is_refused_since_a_push_runs_its_hooks(work: Path, ran: Path) -> None:
    bare_clone(work, work / "vendor/evil.git")
    hook = work / "vendor/evil.git/hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {ran}\n")
    hook.chmod(0o755)
    git(work, "remote", "add", "origin", "vendor/evil.git")
    with pytest.raises(EnvironmentFailure, match="would run its hooks"):
        run_commit(work, push="origin", update_work_tree=True)
    assert not ran.exists()


@pytest.mark.parametrize("address", ["https://127.0.0.1:9/dr.git", "ssh://127.0.0.1:9/dr.git", "127.0.0.1:dr.git"])
def test_a_remote_on_another_machine_is_no_folder_of_the_repository(work: Path, address: str) -> None:
    git(work, "remote", "add", "origin", address)
    with pytest.raises(EnvironmentFailure) as refused:
        run_commit(work, push="origin", update_work_tree=True)
    assert "inside this repository" not in str(refused.value)


def test_a_missing_object_of_a_partial_clone_is_not_fetched_through_a_program(
    work: Path, tmp_path: Path, canary: Path, ran: Path
) -> None:
    git(work, "config", "uploadpack.allowFilter", "true")
    folder = tmp_path / "partial.git"
    git(work, "clone", "--quiet", "--bare", "--filter=blob:none", f"file://{work}", str(folder))
    git(folder, "config", "remote.origin.uploadpack", str(canary))
    repository = Repository.discover(folder)
    with pytest.raises(EnvironmentFailure, match="--refetch"):
        repository.files(repository.resolve("main")).read("clusters/alpha/cluster.yaml")
    assert not ran.exists()


def test_a_repository_of_another_user_is_refused_in_git_s_words(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(EnvironmentFailure, match="dubious ownership"):
        Repository.discover(work)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to another user")
def test_a_folder_below_the_repository_of_another_user_is_refused(work: Path) -> None:
    for path in (work, *work.rglob("*")):
        os.chown(path, 1234, 1234)
    (work / "clusters/mine").mkdir()
    with pytest.raises(EnvironmentFailure, match="dubious ownership"):
        Repository.discover(work / "clusters/mine")


def test_a_repository_that_the_operator_declared_safe_is_opened(
    work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "global").write_text(f"[safe]\n\tdirectory = {work}\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "global"))
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert Repository.discover(work).root == work


def test_a_repository_does_not_declare_itself_safe(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(work, "config", "safe.directory", "*")
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(EnvironmentFailure, match="dubious ownership"):
        Repository.discover(work)


def test_a_bare_repository_inside_a_work_tree_is_refused(work: Path) -> None:
    evil = bare_clone(work, work / "clusters/evil.git")
    with pytest.raises(EnvironmentFailure, match="may have come with a checkout"):
        Repository.discover(evil)


def test_a_work_tree_elsewhere_is_refused(work: Path, tmp_path: Path) -> None:
    git(work, "config", "core.worktree", str(tmp_path))
    with pytest.raises(EnvironmentFailure, match=r"core\.worktree"):
        Repository.discover(work)


def test_a_linked_work_tree_of_another_repository_is_not_written_to(work: Path, tmp_path: Path) -> None:
    other = new_repository(tmp_path / "other", {"alpha": "a: 1\n"})
    git(work, "worktree", "add", "--quiet", str(tmp_path / "linked"), "-b", "side")
    (work / ".git/worktrees/linked/gitdir").write_text(f"{other}/.git\n")
    with pytest.raises(EnvironmentFailure, match="no work tree of this repository"):
        run_commit(work, branch="side", update_work_tree=True)
    assert git(other, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    "name",
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_NAMESPACE",
     "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_SHALLOW_FILE", "GIT_GRAFT_FILE", "GIT_CONFIG", "GIT_ATTR_SOURCE"],
)  # fmt: skip
def test_variables_that_point_git_elsewhere_are_not_obeyed(
    work: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, str(tmp_path / "elsewhere"))
    assert isinstance(run_commit(work, update_work_tree=True), Committed)
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_whose_name_looks_like_a_variable_is_taken_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ELSEWHERE", "/")
    folder = new_repository(tmp_path / "$ELSEWHERE~", {"alpha": "a: 1\n"})
    assert Repository.discover(folder).root == folder
