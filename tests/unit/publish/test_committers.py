"""Eight committers at once on one bare repository: nothing is lost, nothing is merged as text."""

import multiprocessing
from pathlib import Path

import pytest

from compiler.workspace.files import Files
from compiler.workspace.repository import Repository
from tests.unit.publish.support import bare_clone, committed, git, new_repository, recorded, run_commit

ROUNDS, COMMITTERS, SHARED = 8, 8, 3
_FORK = multiprocessing.get_context("fork")


def add(bare: Path, cluster: str, name: str, push: str | None) -> None:
    """Commit, to one cluster's output, what it has and one more file: lost updates would show as missing names."""

    def compiler(files: Files) -> dict[str, dict[str, bytes]]:
        folder = f"clusters/{cluster}/generated"
        names = {path.rpartition("/")[2] for path in files.listing(folder)} - {"BUILD.json"} | {name}
        return {folder: recorded({each: each.encode() for each in names})}

    run_commit(bare, compiler, push=push)


def together(jobs: list[tuple[Path, str, str, str | None]]) -> None:
    """Run committers at the same time; all must succeed."""
    processes = [_FORK.Process(target=add, args=job) for job in jobs]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * len(jobs)


def expected(clusters: list[str], rounds: int) -> set[str]:
    """Return every path that the committers must have left."""
    files = {f"clusters/{name}/generated/r{turn}-{who}" for turn in range(rounds) for who, name in enumerate(clusters)}
    return files | {f"clusters/{name}/generated/BUILD.json" for name in clusters}


@pytest.fixture
def clusters() -> list[str]:
    """The cluster of each committer: some share one, others have their own."""
    return ["shared"] * SHARED + [f"own-{who}" for who in range(SHARED, COMMITTERS)]


def test_committers_to_one_bare_repository_lose_nothing(tmp_path: Path, clusters: list[str]) -> None:
    bare = bare_clone(new_repository(tmp_path / "work", {"shared": "x: 1\n"}), tmp_path / "bare.git")
    for turn in range(ROUNDS):
        together([(bare, name, f"r{turn}-{who}", None) for who, name in enumerate(clusters)])
    assert {path for path in committed(bare) if "/generated/" in path} == expected(clusters, ROUNDS)
    assert git(bare, "rev-list", "--count", "main") == str(1 + ROUNDS * COMMITTERS)
    git(bare, "fsck", "--strict")


def test_committers_that_push_to_one_remote_lose_nothing(tmp_path: Path, clusters: list[str]) -> None:
    origin = bare_clone(new_repository(tmp_path / "work", {"shared": "x: 1\n"}), tmp_path / "origin.git")
    git(origin, "config", "receive.denyNonFastForwards", "true")
    clones = [bare_clone(origin, tmp_path / f"clone-{who}.git") for who in range(COMMITTERS)]
    for clone in clones:
        git(clone, "remote", "set-url", "origin", str(origin))
    for turn in range(3):
        together([(clones[who], name, f"r{turn}-{who}", "origin") for who, name in enumerate(clusters)])
    assert {path for path in committed(origin) if "/generated/" in path} == expected(clusters, 3)
    assert git(origin, "rev-list", "--count", "main") == str(1 + 3 * COMMITTERS)
    git(origin, "fsck", "--strict")
    assert Repository.discover(origin).root is None
    assert git(origin, "for-each-ref", "--format=%(refname)") == "refs/heads/main"
