"""An open directory and what kedge does in it: walk, compare, read, write, link. Never through a symbolic link.

All calls take an open directory and a path below it, so that a name means the same directory from first to last.
"""

import hashlib
import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from msgspec import Struct

from compiler.publish.names import folders_above
from compiler.workspace.failure import Obstructed
from compiler.workspace.files import read_whole

_OPEN = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK  # NONBLOCK: opening a pipe must not wait for its writer
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW  # EXCL: never write into a file that a hard link shares


@contextmanager
def opened(name: str, parent: int | None = None, create: bool = False) -> Iterator[int]:
    """Open a directory in an open one, created if asked and missing; it must not be a symbolic link."""
    if create:
        with suppress(FileExistsError):
            os.mkdir(name, dir_fd=parent)
    descriptor = os.open(name, _OPEN, dir_fd=parent)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def walk(directory: int, prefix: str = "") -> Iterator[str]:
    """Yield the paths of all files below an open directory. Raises Obstructed at anything but files and folders."""
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.is_file(follow_symlinks=False):
                yield prefix + entry.name
            elif entry.is_dir(follow_symlinks=False):
                with opened(entry.name, directory) as below:
                    yield from walk(below, f"{prefix}{entry.name}/")
            else:
                raise Obstructed(
                    "write output",
                    f"{prefix}{entry.name} is neither a file nor a folder",
                    "remove the link, pipe or device",
                )


def check_plain(directory: int) -> None:
    """Raise Obstructed unless an open directory holds files and folders only."""
    for _ in walk(directory):
        pass


def read(directory: int, path: str) -> bytes:
    """Return the content of one file."""
    with _plain(directory, path) as descriptor:
        return read_whole(descriptor, os.fstat(descriptor).st_size)


@contextmanager
def _plain(directory: int, path: str) -> Iterator[int]:
    """Open a plain file for reading. Raises Obstructed at a pipe or device."""
    descriptor = os.open(path, _READ, dir_fd=directory)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Obstructed("write output", f"{path} is not a plain file", "remove it")
        yield descriptor
    finally:
        os.close(descriptor)


def write(directory: int, path: str, content: bytes) -> None:
    """Create one file; its folder is there, it is not."""
    descriptor = os.open(path, _CREATE, 0o666, dir_fd=directory)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    finally:
        os.close(descriptor)


def make_folders(directory: int, paths: Iterable[str]) -> None:
    """Create the folders above these paths, where they are missing."""
    for folder in sorted(folders_above(paths)):
        with suppress(FileExistsError):
            os.mkdir(folder, dir_fd=directory)


def link(source: int, target: int, paths: Iterable[str]) -> None:
    """Give these files of one open directory the same names in another, without copying."""
    for path in paths:
        os.link(path, path, src_dir_fd=source, dst_dir_fd=target, follow_symlinks=False)


def remove(parent: int, name: str) -> None:
    """Remove a directory with all that is in it, if it is there; a link or file of that name is removed itself."""
    with suppress(FileNotFoundError):
        if stat.S_ISDIR(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode):
            shutil.rmtree(name, dir_fd=parent)
        else:
            os.unlink(name, dir_fd=parent)


class DiskOutput(Struct, frozen=True):
    """The output on disk, in an open directory."""

    directory: int
    paths: frozenset[str]

    def same(self, path: str, content: bytes) -> bool:
        """Return whether an existing file has this content; reads it only if its size fits."""
        with _plain(self.directory, path) as descriptor:
            size = os.fstat(descriptor).st_size
            return size == len(content) and read_whole(descriptor, size) == content

    def sha256(self, path: str) -> str:
        """Return the SHA-256 of an existing file, in hex."""
        return hashlib.sha256(read(self.directory, path)).hexdigest()

    def read(self, path: str) -> bytes:
        """Return the content of an existing file."""
        return read(self.directory, path)


NOTHING = DiskOutput(-1, frozenset())
"""The output of a cluster that has none."""
