"""Kill a publisher at 200 random moments, half without an exchange of folders: never a mixed tree, never a repair by hand."""

import itertools
import multiprocessing
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.publish.tree import pending, publish
from compiler.workspace.files import Files
from tests.unit.publish.support import (
    bare_clone,
    committed,
    generation,
    git,
    names_in,
    new_repository,
    run_commit,
    tree,
)

KILLS = 100
_FORK = multiprocessing.get_context("fork")


def publish_for_ever(target: Path, start: int, one_by_one: bool) -> None:
    """Publish one generation after the other until killed."""
    if one_by_one:
        sys.modules["compiler.publish.tree"].exchange = lambda *_: False  # type: ignore[attr-defined]
    number = start
    while True:
        number += 1
        publish(target, generation(number))


def killed_after(target: Path, start: int, seconds: float, one_by_one: bool) -> None:
    """Start a publisher and kill it after some time."""
    process = _FORK.Process(target=publish_for_ever, args=(target, start, one_by_one), daemon=True)
    process.start()
    time.sleep(seconds)
    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    process.join()


def numbers(target: Path) -> set[int]:
    """Return the generations of which the existing output has parts."""
    return {int(content.split()[1]) for path, content in tree(target).items() if path != "BUILD.json"}


@pytest.mark.parametrize("one_by_one", [False, True], ids=["exchanged", "one by one"])
def test_a_kill_leaves_one_generation_and_the_next_run_succeeds(tmp_path: Path, one_by_one: bool) -> None:
    target, chance = tmp_path / "clusters" / "alpha" / "generated", random.Random(7)
    publish(target, generation(0))
    interrupted = 0
    for kill in range(KILLS):
        start = kill * 1000
        killed_after(target, start, chance.uniform(0.004, 0.03), one_by_one)
        interrupted += len(names_in(target.parent)) > 1
        if not pending(target):
            (number,) = numbers(target)
            assert tree(target) == generation(number)
        else:
            assert one_by_one
        publish(target, generation(start + 999))
        assert tree(target) == generation(start + 999)
        assert names_in(target.parent) == ["generated"]
    assert interrupted > KILLS / 10


def commit_for_ever(bare: Path, start: int) -> None:
    """Commit one generation after the other until killed."""
    for number in itertools.count(start):
        run_commit(bare, generations(number))


def generations(number: int) -> Callable[[Files], dict[str, dict[str, bytes]]]:
    """Return a compiler whose output is one generation, in two clusters."""
    return lambda _files: {f"clusters/{name}/generated": generation(number) for name in ("alpha", "beta")}


def test_a_kill_of_a_committer_leaves_whole_commits_and_the_next_run_succeeds(tmp_path: Path) -> None:
    bare = bare_clone(new_repository(tmp_path / "work", {"alpha": "a: 1\n"}), tmp_path / "bare.git")
    chance = random.Random(7)
    for kill in range(30):
        process = _FORK.Process(target=commit_for_ever, args=(bare, kill * 1000), daemon=True)
        process.start()
        assert process.pid
        os.setpgid(process.pid, process.pid)
        time.sleep(chance.uniform(0.05, 0.3))
        os.killpg(process.pid, signal.SIGKILL)
        process.join()
        run_commit(bare, generations(kill * 1000 + 999))
    for revision in git(bare, "rev-list", "main").splitlines()[:-1]:
        output = {path: content for path, content in committed(bare, revision).items() if "/generated/" in path}
        (number,) = {int(content.split()[1]) for path, content in output.items() if not path.endswith("BUILD.json")}
        assert output == {
            f"clusters/{name}/generated/{path}": content
            for name in ("alpha", "beta")
            for path, content in generation(number).items()
        }
    git(bare, "fsck", "--strict")


def test_a_reader_never_sees_a_mixed_tree(tmp_path: Path) -> None:
    target = tmp_path / "clusters" / "alpha" / "generated"
    publish(target, generation(0))
    process = _FORK.Process(target=publish_for_ever, args=(target, 0, False), daemon=True)
    process.start()
    generations: set[int] = set()
    deadline = time.monotonic() + 20
    while len(generations) < 50 and time.monotonic() < deadline:
        seen = snapshot(target)
        assert len(seen) <= 1
        generations |= seen
    process.kill()
    process.join()
    assert len(generations) > 10


def snapshot(target: Path) -> set[int]:
    """Return the generations that a reader meets who holds the directory open; none if it was replaced while read."""
    directory = os.open(target, os.O_RDONLY)
    try:
        names = [f"part{index % 4}/object-{index}.yaml" for index in range(12)]
        return {int(_read(directory, name).split()[1]) for name in names}
    except FileNotFoundError:
        return set()
    finally:
        os.close(directory)


def _read(directory: int, name: str) -> bytes:
    descriptor = os.open(name, os.O_RDONLY, dir_fd=directory)
    try:
        return os.read(descriptor, 4096)
    finally:
        os.close(descriptor)
