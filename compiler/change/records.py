"""What the records of outputs state, as far as they were made from the files that are there now, by this version of kedge."""

import hashlib
from functools import cache

from compiler.render.build_record import NAME, Stated, stated
from compiler.version import VERSION
from compiler.workspace.failure import EnvironmentFailure
from compiler.workspace.files import Files, output_folder, spec_path


class Records:
    """The records of one state of a repository; each is read once."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._digest = cache(self._sha256)
        self.current = cache(self._current)
        """Return what a cluster's record states; None where it is not of the files that are there, or damaged."""

    def _current(self, name: str) -> Stated | None:
        try:
            record = stated(self._files.read(f"{output_folder(name)}/{NAME}"))
            known = record.version == VERSION and spec_path(name) in record.inputs
            return record if known and all(self._digest(f) == was for f, was in record.inputs.items()) else None
        except (EnvironmentFailure, ValueError, RecursionError):
            return None

    def _sha256(self, path: str) -> str:
        return hashlib.sha256(self._files.read(path)).hexdigest()
