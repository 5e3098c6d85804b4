"""Who wrote a file, and so what publishing may do to it. One rule for the disk and for Git.

kedge owns what the record of the last publication lists. It replaces and removes owned files only; a file that a person
added is kept, and so is an owned file that a person edited and that is no longer produced. The record may be
* there: it decides;
* damaged (a merge conflict, a power cut): files at the paths that are produced now count as owned, others as foreign;
* absent: a file counts as owned if it already is, byte for byte, what would be written. A folder in which nothing is,
  is not ours.
"""

import json
from collections.abc import Mapping, Set
from typing import Protocol

from msgspec import Struct

from compiler.publish.names import RECORD, check_clashes, check_produced, is_plain
from compiler.workspace.failure import Obstructed


class Changes(Struct, frozen=True):
    """What publishing does to one cluster's output; sorted paths below its folder.

    `removed` are owned files that are no longer produced; `kept` are those among them that a person had edited.
    Foreign files are in none of the five.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is to be written or removed."""
        return bool(self.added or self.changed or self.removed)


class ExistingOutput(Protocol):
    """One cluster's existing output, on disk or in a commit."""

    @property
    def paths(self) -> Set[str]:
        """The existing files, below the folder."""

    def same(self, path: str, content: bytes) -> bool:
        """Return whether an existing file has this content."""

    def sha256(self, path: str) -> str:
        """Return the SHA-256 of an existing file, in hex."""

    def read(self, path: str) -> bytes:
        """Return the content of an existing file."""


def plan_changes(folder: str, existing: ExistingOutput, produced: Mapping[str, bytes]) -> Changes:
    """Return what publishing `produced` over `existing` does; `folder` names the place in messages.

    Raises Obstructed where something of somebody else's is in the way, ValueError for a bug of ours.
    """
    check_produced(produced.keys())
    _check_record(produced)
    there = existing.paths
    equal = {path for path in produced if path in there and existing.same(path, produced[path])}
    differing = (produced.keys() & there) - equal
    record = _record(existing) if RECORD in there else dict.fromkeys(equal, "")
    owned = record if record is not None else dict.fromkeys(produced, "")
    _refuse(folder, there, equal, differing - owned.keys() - {RECORD})
    gone = (owned.keys() & there) - produced.keys()
    removed = {path for path in gone if existing.sha256(path) == owned[path]}
    if RECORD in there and RECORD not in produced:
        removed.add(RECORD)
    check_clashes(folder, produced, there - produced.keys() - removed)
    added = produced.keys() - there
    parts = (added, differing, removed, equal, gone - removed)
    return Changes(*(tuple(sorted(part)) for part in parts))


def owned(existing: ExistingOutput) -> dict[str, bytes]:
    """Return the files of an output that its record lists, and the record; none where there is none that can be read."""
    record = _record(existing) if RECORD in existing.paths else None
    paths = () if record is None else (*(record.keys() & existing.paths), RECORD)
    return {path: existing.read(path) for path in paths}


def _check_record(produced: Mapping[str, bytes]) -> None:
    """Raise ValueError unless the new record lists exactly the other files: what it misses would never be removed."""
    if produced and json.loads(produced[RECORD])["files"].keys() != produced.keys() - {RECORD}:
        raise ValueError(f"{RECORD} does not list exactly the files that are produced with it")


def _record(existing: ExistingOutput) -> Mapping[str, str] | None:
    """Return path to SHA-256 of the files that the record lists and kedge can have written; None if it is damaged."""
    try:
        files = json.loads(existing.read(RECORD))["files"]
        return {str(path): str(digest) for path, digest in files.items() if is_plain(path)}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _refuse(folder: str, there: Set[str], equal: Set[str], foreign: Set[str]) -> None:
    """Raise Obstructed if the folder is not ours, or a foreign file is where output belongs."""
    if there and RECORD not in there and not equal:
        raise Obstructed(f"write {folder}", f"it has files and no {RECORD}", "it is not kedge's: move it away")
    if foreign:
        more = f", and {len(foreign) - 1} more" if len(foreign) > 1 else ""
        happened = f"{min(foreign)} is in the way{more}"
        raise Obstructed(f"write {folder}", happened, "kedge did not write it: move or remove it, then run again")
