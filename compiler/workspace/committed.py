"""The files of one commit, read from Git's objects: no checkout takes part, so a bare repository serves too."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import suppress

from msgspec import Struct, field

from compiler.workspace.command import Git
from compiler.workspace.failure import EnvironmentFailure, ForbiddenPath, MissingFile
from compiler.workspace.files import OUTPUT, spec_path, split

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
    def folder(self) -> bool:
        """Whether this is a folder."""
        return self.mode == _FOLDER

    @property
    def plain(self) -> bool:
        """Whether this is a plain file."""
        return self.mode in _PLAIN


class GitFiles(Struct, frozen=True):
    """Read access to the tree of one commit, or to a tree that no commit has yet."""

    git: Git
    commit: str
    _folders: dict[str, dict[str, Entry]] = field(default_factory=dict)

    def read(self, path: str) -> bytes:
        """Return the content of a file. Raises MissingFile, ForbiddenPath or EnvironmentFailure."""
        parts = split(path)
        entry = self.entry(path)
        if entry and entry.plain:
            return self.git.blob(entry.oid)
        if entry or any(self.entry("/".join(parts[:depth])) for depth in range(1, len(parts))):
            raise ForbiddenPath(f"read {path}", "it is not a plain file", "kedge reads plain files only")
        raise MissingFile(f"read {path}", f"it is not in commit {self.commit[:12]}", "check the spelling")

    def contents(self, paths: Iterable[str]) -> Iterator[bytes | None]:
        """Yield the content of each of these files, in order; None where `read` raises. Folders and files are read in bulk."""
        listed = list(paths)
        depths = max((path.count("/") for path in listed), default=0)
        for depth in range(1, depths + 1):
            self._list_folders(dict.fromkeys("/".join(path.split("/", depth)[:depth]) for path in listed))
        entries = [self._plain(path) for path in listed]
        there = self.git.objects.read([entry.oid for entry in entries if entry])
        yield from (next(there) if entry else None for entry in entries)

    def _plain(self, path: str) -> Entry | None:
        try:
            split(path)
            entry = self.entry(path)
        except EnvironmentFailure:
            return None
        return entry if entry and entry.plain else None

    def exists(self, path: str) -> bool:
        """Return whether `path` is a plain file that `read` accepts."""
        entry = self.entry(path)
        return entry is not None and entry.plain

    def entry(self, path: str) -> Entry | None:
        """Return what is at a path and is no folder."""
        folder, _, name = path.rpartition("/")
        entry = self._folder(folder).get(name)
        return None if entry is None or entry.folder else entry

    def folder_id(self, path: str) -> str | None:
        """Return the object id of a folder; None where there is none."""
        found = self._found(path)
        return found.oid if found else None

    def clusters(self) -> list[str]:
        """Return the names that have a `clusters/<name>/cluster.yaml`, sorted."""
        return sorted(name for name in self._names() if name[0] != "." and self.entry(spec_path(name)))

    def outputs(self) -> list[str]:
        """Return the names that have a folder `clusters/<name>/generated`, sorted."""
        inside = {name: self._folder(f"clusters/{name}").get(OUTPUT) for name in self._names()}
        return sorted(name for name, output in inside.items() if output and output.folder)

    def _names(self) -> list[str]:
        """Return the names of the folders below clusters/, which are read in bulk."""
        names = [name for name, entry in self._folder("clusters").items() if entry.folder]
        self._list_folders(f"clusters/{name}" for name in names)
        return names

    def listing(self, prefix: str) -> list[str]:
        """Return the plain files below the folder `prefix`, sorted; hidden folders are left out."""
        below = self.below("/".join(split(prefix)))
        return [f"{prefix}/{path}" for path, entry in below.items() if entry.plain and not is_hidden(path)]

    def below(self, folder: str) -> dict[str, Entry]:
        """Return every entry below a folder by its path from there, sorted; costs that folder's size only."""
        return dict(sorted(self._walk(self._folder(folder), "")))

    def sources(self) -> dict[str, Entry]:
        """Return every entry below bases/ and clusters/ by its path, sorted; output is left out, and not looked at."""
        found = {f"bases/{path}": entry for path, entry in self.below("bases").items()}
        found |= {f"clusters/{name}": entry for name, entry in self._folder("clusters").items() if not entry.folder}
        for name in self._names():
            inside = self._folder(f"clusters/{name}")
            own = {part: entry for part, entry in inside.items() if part != OUTPUT or not entry.folder}
            found.update(self._walk(own, f"clusters/{name}/"))
        return dict(sorted(found.items()))

    def _folder(self, path: str) -> dict[str, Entry]:
        """Return the entries of one folder by name; none where there is no such folder. `""` is the root."""
        if path not in self._folders:
            found = self._found(path)
            self._folders[path] = self._listed(found) if found else {}
        return self._folders[path]

    def _found(self, path: str) -> Entry | None:
        """Return a folder; None where there is none."""
        above, _, name = path.rpartition("/")
        entry = self._folder(above).get(name) if path else Entry(_FOLDER, f"{self.commit}^{{tree}}")
        return entry if entry and entry.folder else None

    def _list_folders(self, paths: Iterable[str]) -> None:
        """Read folders in bulk. One that is damaged is left out: it is asked for once more on its own, and then raises."""
        wanted: dict[str, Entry] = {}
        for path in paths:
            with suppress(EnvironmentFailure):
                if path not in self._folders and (found := self._found(path)):
                    wanted[path] = found
        trees = self.git.objects.read([folder.oid for folder in wanted.values()])
        for path, tree in zip(wanted, trees, strict=True):
            if tree is not None:
                self._folders[path] = dict(_listed(tree, len(self.commit) // 2))

    def _walk(self, folder: dict[str, Entry], prefix: str) -> Iterator[tuple[str, Entry]]:
        """Yield each entry below a folder with its path. What is in the folders is not kept: it may be a whole fleet."""
        for name, entry in folder.items():
            if entry.folder:
                yield from self._walk(self._listed(entry), f"{prefix}{name}/")
            else:
                yield prefix + name, entry

    def _listed(self, folder: Entry) -> dict[str, Entry]:
        return dict(_listed(self.git.blob(folder.oid), len(self.commit) // 2))


def is_hidden(path: str) -> bool:
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
