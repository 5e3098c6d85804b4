import hashlib
from collections.abc import Set
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.publish.names import RECORD
from compiler.publish.ownership import plan_changes
from compiler.workspace.failure import Obstructed
from tests.unit.publish.support import recorded

NAMES = st.sampled_from([f"{folder}/{name}" for folder in "abc" for name in "xyz"])
OUTPUTS = st.dictionaries(NAMES, st.binary(max_size=2), min_size=1).map(recorded)
FOREIGN = st.dictionaries(NAMES.map(lambda name: f"mine/{name}"), st.binary(max_size=2))
EDITS = st.dictionaries(NAMES, st.binary(min_size=3, max_size=3))


@dataclass
class Memory:
    """ExistingOutput output in memory."""

    files: dict[str, bytes]

    @property
    def paths(self) -> Set[str]:
        return self.files.keys()

    def same(self, path: str, content: bytes) -> bool:
        return self.files[path] == content

    def sha256(self, path: str) -> str:
        return hashlib.sha256(self.files[path]).hexdigest()

    def read(self, path: str) -> bytes:
        return self.files[path]


def published(existing: dict[str, bytes], produced: dict[str, bytes]) -> dict[str, bytes]:
    """Return what is there after publication, by carrying out what `plan_changes` decides."""
    changes = plan_changes("clusters/a/generated", Memory(existing), produced)
    after = {path: content for path, content in existing.items() if path not in changes.removed}
    return after | {path: produced[path] for path in changes.added + changes.changed}


@given(OUTPUTS, FOREIGN, EDITS, OUTPUTS)
def test_publishing_gives_the_output_and_what_people_wrote(
    first: dict[str, bytes], foreign: dict[str, bytes], edits: dict[str, bytes], second: dict[str, bytes]
) -> None:
    edited = {path: content for path, content in edits.items() if path in first}
    after = published(first | foreign | edited, second)
    orphans = {path: content for path, content in edited.items() if path not in second}
    assert after == orphans | foreign | second


@given(OUTPUTS, FOREIGN)
def test_publishing_twice_changes_nothing(output: dict[str, bytes], foreign: dict[str, bytes]) -> None:
    assert not plan_changes("clusters/a/generated", Memory(output | foreign), output)


@given(OUTPUTS)
def test_a_first_publication_adds_every_file(output: dict[str, bytes]) -> None:
    changes = plan_changes("clusters/a/generated", Memory({}), output)
    assert sorted(changes.added) == sorted(output)
    assert not changes.changed + changes.removed + changes.unchanged + changes.kept


@given(OUTPUTS, NAMES)
def test_a_deleted_record_is_restored(output: dict[str, bytes], name: str) -> None:
    existing = {path: content for path, content in output.items() if path != RECORD}
    assert published(existing, output) == output
    if name in existing:
        existing[name] = b"another"
        with pytest.raises(Obstructed):
            published(existing, output)
