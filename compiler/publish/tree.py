"""One cluster's output on disk: all of it changes in one step, or none.

The new tree is built beside the old one, in `.generated.new`: what stays and what is foreign as hard links, the rest
written; then the two directories are exchanged. A kill at any moment leaves the old tree or the new one, and the next
run removes the other. Nothing is flushed per file: the output can be compiled again, the next run compares every byte
and so repairs what a power cut tore, and `flush` makes a whole run durable at once.
"""

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from compiler.publish import folder, journal
from compiler.publish.exchange import exchange
from compiler.publish.folder import DiskOutput
from compiler.publish.lock import locked
from compiler.publish.names import check_folder
from compiler.publish.ownership import Changes, plan_changes
from compiler.workspace.failure import EnvironmentFailure, Obstructed

_NAME = "generated"
_STAGING = ".generated.new"
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS)


def publish(target: Path, files: Mapping[str, bytes]) -> Changes:
    """Make `<root>/clusters/<name>/generated` hold exactly `files` and what is foreign, and return what that changed.

    `files` maps paths below `target` to content and includes BUILD.json; empty, all that kedge owns is removed. Where
    nothing differs, nothing is touched. Raises EnvironmentFailure; ValueError for names outside the grammar.
    """
    with _parent(target, create=True) as parent, locked(parent):
        _settle(parent)
        with _existing(parent) as existing:
            changes = plan_changes(str(target), existing, files)
            if changes:
                _build(parent, existing, files, changes)
    return changes


def stale(target: Path, files: Mapping[str, bytes]) -> Changes:
    """Return what `publish` would change, and write nothing. Raises as `publish` does."""
    if not target.parent.is_dir():
        return plan_changes(str(target), folder.NOTHING, files)
    with _parent(target) as parent, locked(parent, shared=True), _existing(parent) as existing:
        return plan_changes(str(target), existing, files)


def pending(target: Path) -> bool:
    """Return whether a publication was interrupted where directories cannot be exchanged: the output is mixed."""
    return os.path.lexists(target.parent / journal.JOURNAL)


def flush(root: Path) -> None:
    """Make all that was published below `root` survive a power cut: one call, after the last cluster."""
    import ctypes

    with folder.opened(str(root)) as descriptor:
        synced = getattr(ctypes.CDLL(None), "syncfs", None)
        if synced:
            synced(descriptor)
        else:
            os.sync()


@contextmanager
def _parent(target: Path, create: bool = False) -> Iterator[int]:
    """Open the cluster's directory from the root downwards, without following links; optionally create it."""
    if len(target.parts) < 3:
        raise ValueError(f"output folder {str(target)!r} is not clusters/<name>/generated")
    check_folder("/".join(target.parts[-3:]))
    clusters, name = target.parts[-3:-1]
    try:
        root = os.open(target.parents[2], os.O_RDONLY | os.O_DIRECTORY)
        try:
            with folder.opened(clusters, root, create) as above, folder.opened(name, above, create) as parent:
                yield parent
        finally:
            os.close(root)
    except OSError as error:
        raise _failure(target, error) from error


@contextmanager
def _existing(parent: int) -> Iterator[DiskOutput]:
    """Open the existing output, if any."""
    if _NAME not in os.listdir(parent):
        yield folder.NOTHING
        return
    with folder.opened(_NAME, parent) as directory:
        yield DiskOutput(directory, frozenset(folder.walk(directory)))


def _settle(parent: int) -> None:
    """Bring what a killed run left to its end."""
    left = os.listdir(parent)
    if journal.JOURNAL in left:
        journal.finish(parent, _STAGING, _NAME)
    elif _STAGING in left:
        folder.remove(parent, _STAGING)


def _build(parent: int, existing: DiskOutput, files: Mapping[str, bytes], changes: Changes) -> None:
    """Build the new tree beside the old one and put it in its place."""
    written = changes.added + changes.changed
    staying = existing.paths.difference(changes.changed, changes.removed)
    try:
        os.mkdir(_STAGING, dir_fd=parent)
        with folder.opened(_STAGING, parent) as staging:
            linked = _linked(existing.directory, staging, staying)
            folder.make_folders(staging, written)
            for path in written:
                folder.write(staging, path, files[path])
        if existing is folder.NOTHING:
            os.rename(_STAGING, _NAME, src_dir_fd=parent, dst_dir_fd=parent)
        elif not (linked and exchange(parent, _STAGING, _NAME)):
            journal.begin(parent, _STAGING, {path: existing.sha256(path) for path in changes.removed}, written)
            journal.finish(parent, _STAGING, _NAME)
    finally:
        if journal.JOURNAL not in os.listdir(parent):
            folder.remove(parent, _STAGING)
    if not staying and not written:
        os.rmdir(_NAME, dir_fd=parent)


def _linked(existing: int, staging: int, paths: frozenset[str]) -> bool:
    """Link the files that stay into the new tree; False where the file system has no hard links."""
    folder.make_folders(staging, paths)
    try:
        folder.link(existing, staging, paths)
    except OSError as error:
        if error.errno in _NO_LINKS:
            return False
        raise
    return True


def _failure(target: Path, error: OSError) -> EnvironmentFailure:
    """Return what an error of the operating system means for the one who runs kedge."""
    if error.errno == errno.ELOOP or (error.errno == errno.ENOTDIR and isinstance(error.filename, str)):
        return Obstructed(
            f"write {target}", f"{error.filename} is not a plain folder", "remove the symbolic link or file"
        )
    return EnvironmentFailure.of(f"write {target}", error)
