"""One cluster's output in a commit."""

import hashlib
from collections.abc import Mapping, Set

from msgspec import Struct

from compiler.workspace.committed import Entry, GitFiles, blob_id
from compiler.workspace.failure import Obstructed


class CommittedOutput(Struct, frozen=True):
    """Output in a commit; compared by object id, so that unchanged content is never read."""

    files: GitFiles
    folder: str
    entries: Mapping[str, Entry]

    @classmethod
    def of(cls, files: GitFiles, folder: str) -> "CommittedOutput":
        """Return the output below `clusters/<name>/generated`. Raises Obstructed at a link or submodule."""
        top, name, _ = folder.split("/")
        entries = files.below(folder)
        above = [path for path in (top, f"{top}/{name}", folder) if files.entry(path)]
        strange = above + [f"{folder}/{path}" for path, entry in entries.items() if not entry.plain]
        if strange:
            raise Obstructed(
                f"write {folder}", f"{strange[0]} is a link, a submodule or a file", "remove it from the branch"
            )
        return cls(files, folder, entries)

    @property
    def paths(self) -> Set[str]:
        """The existing files, below the folder."""
        return self.entries.keys()

    def same(self, path: str, content: bytes) -> bool:
        """Return whether an existing file has this content, by its object id."""
        oid = self.entries[path].oid
        return blob_id(content, len(oid)) == oid

    def sha256(self, path: str) -> str:
        """Return the SHA-256 of an existing file, in hex."""
        return hashlib.sha256(self.read(path)).hexdigest()

    def read(self, path: str) -> bytes:
        """Return the content of an existing file."""
        return self.files.git.blob(self.entries[path].oid)
