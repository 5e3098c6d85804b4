"""What the records of outputs state, as far as they were made from the files that are there now, by this version of kedge."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cached_property

from msgspec import Struct

from compiler.render.build_record import NAME, Stated, stated
from compiler.version import VERSION
from compiler.workspace.files import Files, output_folder, spec_path


class Records(Struct, frozen=True, dict=True):
    """The records of one state of a repository, all read in one pass when the first one is asked for."""

    files: Files

    def current(self, name: str) -> Stated | None:
        """Return what a cluster's record states; None where it is not of the files that are there, or damaged."""
        return self._current.get(name)

    def of_this_version(self, name: str) -> Stated | None:
        """Return what a cluster's record states, whatever it was made from; None where another version made it, or it is damaged."""
        return self._of_this_version.get(name)

    @cached_property
    def _current(self) -> Mapping[str, Stated]:
        digests = self._digests({path for record in self._of_this_version.values() for path in record.inputs})
        return {
            name: record
            for name, record in self._of_this_version.items()
            if all(digests[path] == was for path, was in record.inputs.items())
        }

    @cached_property
    def _of_this_version(self) -> Mapping[str, Stated]:
        names = self.files.clusters()
        found = self.files.contents(f"{output_folder(name)}/{NAME}" for name in names)
        read = ((name, _stated(name, record)) for name, record in zip(names, found, strict=True) if record is not None)
        return {name: record for name, record in read if record is not None}

    def _digests(self, paths: Iterable[str]) -> Mapping[str, str | None]:
        """Return the SHA-256 of each file, in hex; None for what is no file."""
        listed = list(paths)
        found = self.files.contents(listed)
        digests = (content if content is None else hashlib.sha256(content).hexdigest() for content in found)
        return dict(zip(listed, digests, strict=True))


def _stated(name: str, record: bytes) -> Stated | None:
    """Return what a record states; None where another version made it, it says nothing of the cluster's spec, or is damaged."""
    try:
        found = stated(record)
    except (ValueError, RecursionError):
        return None
    return found if found.version == VERSION and spec_path(name) in found.inputs else None
