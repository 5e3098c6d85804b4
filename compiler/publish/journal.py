"""Replacing files one by one, for file systems that cannot exchange directories (some overlays, FAT, network drives).

The new files are complete in the staging folder; then a journal beside it says what is to be removed and replaced.
While the journal exists, the output is mixed: `kedge check` sees it, and the next publication finishes it first.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress

from compiler.publish import folder
from compiler.publish.names import is_plain

JOURNAL = ".generated.journal"


def begin(parent: int, staging: str, remove: Mapping[str, str], replace: Iterable[str]) -> None:
    """Write the journal, in one step: from here on the replacement will be finished, by this run or by another.

    `remove` maps paths to the SHA-256 that they must still have; `replace` are paths that are ready in `staging`.
    """
    with folder.opened(staging, parent) as ready:
        folder.write(ready, JOURNAL, json.dumps({"remove": dict(remove), "replace": list(replace)}).encode())
        os.rename(JOURNAL, JOURNAL, src_dir_fd=ready, dst_dir_fd=parent)


def finish(parent: int, staging: str, name: str) -> None:
    """Do what the journal says and has not been done yet, then remove it. Safe to repeat at any point.

    The journal may have come with a checkout, so it is not trusted: it can name nothing outside the output.
    """
    removed, replaced = _plan(parent)
    if {staging, name} <= set(os.listdir(parent)):
        with folder.opened(staging, parent) as ready, folder.opened(name, parent) as existing:
            folder.check_plain(ready)
            folder.check_plain(existing)
            _remove(existing, removed)
            _replace(ready, existing, replaced)
    folder.remove(parent, staging)
    os.unlink(JOURNAL, dir_fd=parent)


def _plan(parent: int) -> tuple[dict[str, str], list[str]]:
    """Return what to remove and what to replace; nothing if a power cut tore the journal: comparing again repairs."""
    try:
        plan = json.loads(folder.read(parent, JOURNAL))
        removed = {path: str(digest) for path, digest in plan["remove"].items() if is_plain(path)}
        return removed, [path for path in plan["replace"] if is_plain(path)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}, []


def _remove(existing: int, paths: Mapping[str, str]) -> None:
    """Remove files that still are what the journal knew, and folders that become empty."""
    for path, digest in paths.items():
        with suppress(FileNotFoundError):
            if hashlib.sha256(folder.read(existing, path)).hexdigest() == digest:
                os.unlink(path, dir_fd=existing)
        with suppress(OSError):
            while path := path.rpartition("/")[0]:
                os.rmdir(path, dir_fd=existing)


def _replace(ready: int, existing: int, paths: Iterable[str]) -> None:
    """Move files from the staging folder to their places; what is no longer there was moved before."""
    folder.make_folders(existing, paths)
    for path in paths:
        with suppress(FileNotFoundError):
            os.rename(path, path, src_dir_fd=ready, dst_dir_fd=existing)
