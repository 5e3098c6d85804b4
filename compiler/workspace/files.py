"""The repository's files as the compiler sees them, whether on disk or in a commit.

Paths are POSIX, relative to the repository's root (`clusters/payments-eu/cluster.yaml`). Symbolic links are not
followed, not even inside the repository: a work tree and a commit must read the same.
"""

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from compiler.workspace.failure import EnvironmentFailure, ForbiddenPath, MissingFile, TooLarge

READ_LIMIT = 16 * 2**20
"""Bytes of the largest file that is read at all; the reader of specs sets its own, smaller limit."""

SPEC_NAME = "cluster.yaml"
OUTPUT = "generated"
_ABSENT = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG)
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK  # NONBLOCK: opening a pipe must not wait for its writer


def spec_path(cluster: str) -> str:
    """Return where the file of a cluster is, from the repository's root."""
    return f"clusters/{cluster}/{SPEC_NAME}"


def output_folder(cluster: str) -> str:
    """Return where the output of a cluster is, from the repository's root."""
    return f"clusters/{cluster}/{OUTPUT}"


def is_output(path: str) -> bool:
    """Return whether a path is in `clusters/<name>/generated`."""
    parts = path.split("/", 3)
    return len(parts) == 4 and parts[0] == "clusters" and parts[2] == OUTPUT


class Files(Protocol):
    """Read access to one state of a repository."""

    def read(self, path: str) -> bytes:
        """Return the content of a file. Raises MissingFile, ForbiddenPath or EnvironmentFailure."""

    def contents(self, paths: Iterable[str]) -> Iterator[bytes | None]:
        """Yield the content of each of these files, in order; None where `read` raises."""

    def exists(self, path: str) -> bool:
        """Return whether `path` is a plain file that `read` accepts."""

    def clusters(self) -> list[str]:
        """Return the names that have a `clusters/<name>/cluster.yaml`, sorted."""

    def outputs(self) -> list[str]:
        """Return the names that have a folder `clusters/<name>/generated`, sorted."""

    def listing(self, prefix: str) -> list[str]:
        """Return the plain files below the folder `prefix`, sorted; hidden folders are left out."""


class NoFiles(Struct, frozen=True):
    """A repository before its first commit."""

    def read(self, path: str) -> bytes:
        """Raise MissingFile."""
        raise MissingFile(f"read {path}", "there is no commit yet", "commit it first")

    def contents(self, paths: Iterable[str]) -> Iterator[None]:
        """Yield None for each."""
        yield from (None for _ in paths)

    def exists(self, path: str) -> bool:  # noqa: ARG002 - the protocol's signature
        """Return False."""
        return False

    def clusters(self) -> list[str]:
        """Return no names."""
        return []

    def outputs(self) -> list[str]:
        """Return no names."""
        return []

    def listing(self, prefix: str) -> list[str]:  # noqa: ARG002 - the protocol's signature
        """Return no files."""
        return []


def split(path: str) -> list[str]:
    """Return the segments of a relative path. Raises ForbiddenPath if it could leave the root."""
    parts = path.split("/")
    if "\0" in path or not {"", ".", ".."}.isdisjoint(parts):
        raise ForbiddenPath(
            f"read {path}", "the path does not stay inside the repository", "give a path below its root"
        )
    return parts


def read_whole(descriptor: int, size: int) -> bytes:
    """Return the bytes of an open file of this size: one call of the kernel, except for very large files."""
    found = os.read(descriptor, size)
    while len(found) < size and (more := os.read(descriptor, size - len(found))):
        found += more
    return found


class DiskFiles(Struct, frozen=True):
    """The files of a work tree."""

    root: Path

    def read(self, path: str) -> bytes:
        """Return the content of a file. Raises MissingFile, ForbiddenPath or EnvironmentFailure."""
        with self._opened(path) as descriptor:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise ForbiddenPath(f"read {path}", "it is not a plain file", "kedge reads plain files only")
            if found.st_size > READ_LIMIT:
                raise TooLarge(f"read {path}", f"it has {found.st_size} bytes", f"the limit is {READ_LIMIT}")
            return read_whole(descriptor, found.st_size)

    def contents(self, paths: Iterable[str]) -> Iterator[bytes | None]:
        """Yield the content of each of these files, in order; None where `read` raises."""
        for path in paths:
            try:
                yield self.read(path)
            except EnvironmentFailure:
                yield None

    def exists(self, path: str) -> bool:
        """Return whether `path` is a plain file that `read` accepts."""
        try:
            with self._opened(path) as descriptor:
                return stat.S_ISREG(os.fstat(descriptor).st_mode)
        except EnvironmentFailure:
            return False

    def clusters(self) -> list[str]:
        """Return the names that have a `clusters/<name>/cluster.yaml`, sorted."""
        names = (name for name in self._names() if name[0] != ".")
        # A spec that cannot be read is one all the same: `read` says why, and nothing is skipped in silence.
        return sorted(name for name in names if os.path.lexists(f"{self.root}/{spec_path(name)}"))

    def outputs(self) -> list[str]:
        """Return the names that have a folder `clusters/<name>/generated`, sorted."""
        folders = ((name, self.root / output_folder(name)) for name in self._names())
        return sorted(name for name, folder in folders if folder.is_dir() and not folder.is_symlink())

    def _names(self) -> list[str]:
        """Return the names below clusters/ that are no symbolic links."""
        try:
            with os.scandir(self.root / "clusters") as entries:
                return [entry.name for entry in entries if not entry.is_symlink()]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise EnvironmentFailure.of("list clusters", error) from error

    def listing(self, prefix: str) -> list[str]:
        """Return the plain files below the folder `prefix`, sorted; hidden folders are left out."""
        folder = "/".join(split(prefix))
        return [] if self._linked(folder) else sorted(self._below(folder))

    def sources(self) -> list[str]:
        """Return the plain files below bases/ and clusters/, sorted; hidden folders and output are left out."""
        tops = [top for top in ("bases", "clusters") if not self._linked(top)]
        return sorted(path for top in tops for path in self._below(top, output=False))

    def _below(self, folder: str, output: bool = True) -> Iterator[str]:
        """Yield the plain files below one folder, depth first; on request without `clusters/<name>/generated`."""
        try:
            with os.scandir(self.root / folder) as entries:
                found = list(entries)
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            raise EnvironmentFailure.of(f"list {folder}", error) from error
        for entry in found:
            if entry.is_file(follow_symlinks=False):
                yield f"{folder}/{entry.name}"
            elif entry.is_dir(follow_symlinks=False) and entry.name[0] != ".":
                below = f"{folder}/{entry.name}"
                if output or not is_output(f"{below}/"):
                    yield from self._below(below, output)

    @contextmanager
    def _opened(self, path: str) -> Iterator[int]:
        """Open a path segment by segment, so that no segment may be a symbolic link."""
        *folders, name = split(path)
        held: list[int] = []
        try:
            held.append(os.open(self.root, os.O_RDONLY | os.O_DIRECTORY))
            for folder in folders:
                held.append(os.open(folder, _FOLDER, dir_fd=held[-1]))
            held.append(os.open(name, _FILE, dir_fd=held[-1]))
            yield held[-1]
        except OSError as error:
            raise self._failure(path, error) from error
        finally:
            for descriptor in held:
                os.close(descriptor)

    def _failure(self, path: str, error: OSError) -> EnvironmentFailure:
        """Return what an error while opening means; the link test looks at the path again, only to choose the words."""
        if self._linked(path):
            return ForbiddenPath(f"read {path}", "a symbolic link is in the way", "kedge reads plain files only")
        if error.errno in _ABSENT:
            return MissingFile(f"read {path}", "there is no such file", "check the spelling")
        return EnvironmentFailure.of(f"read {path}", error)

    def _linked(self, path: str) -> bool:
        """Return whether a path below the root is, or goes through, a symbolic link."""
        parents = [self.root / path, *(self.root / path).parents]
        with suppress(OSError):  # a name that is too long
            return any(parent.is_symlink() for parent in parents[: path.count("/") + 1])
        return False
