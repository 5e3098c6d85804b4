from pathlib import Path

import pytest

from compiler.workspace.command import Git
from compiler.workspace.failure import EnvironmentFailure
from tests.unit.publish.support import git

COUNT = 230
"""More than go into one exchange, and more than one exchange more."""


@pytest.fixture
def contents() -> list[bytes]:
    """What a reader by lines, or one that stops at a missing object, would get wrong."""
    return [b"%d missing\n\0\n" % number * number for number in range(COUNT)]


@pytest.fixture
def oids(tmp_path: Path, contents: list[bytes]) -> list[str]:
    git(tmp_path, "init", "--quiet")
    for number, content in enumerate(contents):
        (tmp_path / str(number)).write_bytes(content)
    names = "\n".join(map(str, range(COUNT)))
    return git(tmp_path, "hash-object", "-w", "--no-filters", "--stdin-paths", text=names).split()


@pytest.fixture
def repository(tmp_path: Path, oids: list[str]) -> Git:
    assert len(oids) == COUNT
    return Git.discover(tmp_path)


def damage(repository: Git, oid: str) -> None:
    path = repository.directory / "objects" / oid[:2] / oid[2:]
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-9])


def test_objects_come_in_the_order_of_their_ids(repository: Git, oids: list[str], contents: list[bytes]) -> None:
    assert list(repository.objects.read(oids[::-1])) == contents[::-1]


@pytest.mark.parametrize("place", [0, 7, COUNT - 1])
@pytest.mark.parametrize("what", ["missing", "damaged"])
def test_one_that_cannot_be_read_hides_no_other(
    repository: Git, oids: list[str], contents: list[bytes], place: int, what: str
) -> None:
    if what == "damaged":
        damage(repository, oids[place])
    asked = [*oids[:place], oids[place] if what == "damaged" else "0" * 40, *oids[place + 1 :]]
    assert list(repository.objects.read(asked)) == [*contents[:place], None, *contents[place + 1 :]]


def test_a_damaged_object_is_named(repository: Git, oids: list[str]) -> None:
    damage(repository, oids[5])
    with pytest.raises(EnvironmentFailure, match=oids[5]):
        repository.blob(oids[5])


def test_readers_do_not_take_the_answers_of_one_another(
    repository: Git, oids: list[str], contents: list[bytes]
) -> None:
    first = repository.objects.read(oids)
    assert next(first) == contents[0]
    assert repository.blob(oids[9]) == contents[9]
    assert list(first) == contents[1:]


def test_a_reader_that_stops_early_leaves_no_answer_to_the_next(
    repository: Git, oids: list[str], contents: list[bytes]
) -> None:
    stopped = repository.objects.read(oids)
    assert next(stopped) == contents[0]
    del stopped
    assert repository.blob(oids[9]) == contents[9]


def test_one_process_serves_reader_after_reader(
    repository: Git, oids: list[str], contents: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list(repository.objects.read(oids)) == contents
    monkeypatch.setenv("PATH", "/nowhere")
    assert repository.blob(oids[9]) == contents[9]
    assert list(repository.objects.read(oids)) == contents
