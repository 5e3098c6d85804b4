"""The files of one commit, read from Git's objects: no checkout takes part, so a bare repository serves too."""

import hashlib
from bisect import bisect_left
from collections.abc import Iterator

from msgspec import Struct, field

from compiler.workspace.command import Git
from compiler.workspace.failure import ForbiddenPath, MissingFile
from compiler.workspace.files import SPEC_NAME, split

_FOLDER = "040000"
_PLAIN = ("100644", "100755")


def blob_id(content: bytes, digits: int) -> str:
    """Return the id of a blob with this content, in hex (40 digits: SHA-1, 64: SHA-256)."""
    kind = hashlib.sha1 if digits == 40 else hashlib.sha256
    return kind(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


class Entry(Struct, frozen=True):
    """One entry of a Git tree: mode (six octal digits; 120000 is a symbolic link) and object id in hex."""

    mode: str
    oid: str

    @property
    def plain(self) -> bool:
        """Whether this is a plain file."""
        return self.mode in _PLAIN


class GitFiles(Struct, frozen=True):
    """Read access to the tree of one commit."""

    git: Git
    commit: str
    _known: dict[str, dict[str, Entry]] = field(default_factory=dict)
    _folders: dict[str, dict[str, Entry]] = field(default_factory=dict)
    _sorted: dict[str, list[str]] = field(default_factory=dict)

    def read(self, path: str) -> bytes:
        """Return the content of a file. Raises MissingFile, ForbiddenPath or EnvironmentFailure."""
        parts = split(path)
        entry = self._entry(path)
        if entry and entry.plain:
            return self.git.blob(entry.oid)
        if entry or any(self._entry("/".join(parts[:depth])) for depth in range(1, len(parts))):
            raise ForbiddenPath(f"read {path}", "it is not a plain file", "kedge reads plain files only")
        raise MissingFile(f"read {path}", f"it is not in commit {self.commit[:12]}", "check the spelling")

    def exists(self, path: str) -> bool:
        """Return whether `path` is a plain file that `read` accepts."""
        entry = self._entry(path)
        return entry is not None and entry.plain

    def _entry(self, path: str) -> Entry | None:
        """Return what is at a path and is no folder."""
        top = path.partition("/")[0]
        if top in self._known:
            return self._known[top].get(path)
        folder, _, name = path.rpartition("/")
        entry = self._folder(folder).get(name)
        return None if entry is None or entry.mode == _FOLDER else entry

    def _folder(self, path: str) -> dict[str, Entry]:
        """Return the entries of one folder by name; none where there is no such folder. `""` is the root."""
        if path not in self._folders:
            above, _, name = path.rpartition("/")
            found = self._folder(above).get(name) if path else Entry(_FOLDER, f"{self.commit}^{{tree}}")
            listed = self.git.blob(found.oid) if found and found.mode == _FOLDER else b""
            self._folders[path] = dict(_listed(listed, len(self.commit) // 2))
        return self._folders[path]

    def clusters(self) -> list[str]:
        """Return the names that have a `clusters/<name>/cluster.yaml`, sorted."""
        paths = (path.split("/") for path in self.entries("clusters"))
        return sorted(parts[1] for parts in paths if len(parts) == 3 and parts[2] == SPEC_NAME and parts[1][0] != ".")

    def outputs(self) -> list[str]:
        """Return the names that have a folder `clusters/<name>/generated`, sorted."""
        paths = (path.split("/", 3) for path in self.entries("clusters"))
        return sorted({parts[1] for parts in paths if len(parts) == 4 and parts[2] == "generated"})

    def listing(self, prefix: str) -> list[str]:
        """Return the plain files below the folder `prefix`, sorted; hidden folders are left out."""
        below = self.below("/".join(split(prefix)))
        return [f"{prefix}/{path}" for path, entry in below.items() if entry.plain and not _hidden(path)]

    def below(self, folder: str) -> dict[str, Entry]:
        """Return every entry below a folder by its path from there, sorted; costs that folder's size only."""
        top = folder.split("/", 1)[0]
        if top not in self._known and folder != top:
            inside = sorted(self._tree(folder).items())
            return {path[len(folder) + 1 :]: entry for path, entry in inside if path != folder}
        entries = self.entries(top)
        first, last = bisect_left(self._sorted[top], f"{folder}/"), bisect_left(self._sorted[top], f"{folder}0")
        return {path[len(folder) + 1 :]: entries[path] for path in self._sorted[top][first:last]}  # "0" follows "/"

    def entries(self, top: str) -> dict[str, Entry]:
        """Return every entry at or below one name of the root folder, by path; read once and kept."""
        if top not in self._known:
            self._known[top] = self._tree(top)
            self._sorted[top] = sorted(self._known[top])
        return self._known[top]

    def _tree(self, path: str) -> dict[str, Entry]:
        """Return every entry at or below a path, by path."""
        listed = self.git.must("ls-tree", "-r", "-z", "--full-tree", self.commit, "--", path)
        lines = listed.decode("utf-8", "surrogateescape").split("\0")[:-1]
        return dict(map(_parsed, lines))


def _hidden(path: str) -> bool:
    """Return whether one of the folders of a path is hidden."""
    return any(part.startswith(".") for part in path.split("/")[:-1])


def _listed(tree: bytes, length: int) -> Iterator[tuple[str, Entry]]:
    """Yield name and entry of each part of a tree object, `<mode> <name> NUL <id>` with an id of `length` bytes."""
    start = 0
    while start < len(tree):
        end = tree.index(b"\0", start)
        mode, _, name = tree[start:end].partition(b" ")
        start = end + 1 + length
        yield name.decode("utf-8", "surrogateescape"), Entry(mode.decode().zfill(6), tree[end + 1 : start].hex())


def _parsed(line: str) -> tuple[str, Entry]:
    """Return path and entry of one line of `ls-tree`: `<mode> <type> <oid> TAB <path>`."""
    head, _, path = line.partition("\t")
    mode, _, oid = head.split(" ")
    return path, Entry(mode, oid)
