"""The names that output may have: a closed grammar, so that no path can leave its folder, hide or clash.

The last gate before the disk and before Git. What it refuses is a bug of ours (ValueError), except a clash with a file
that somebody else put there (Obstructed).
"""

import re
import unicodedata
from collections.abc import Collection, Iterable

from compiler.workspace.failure import Obstructed

RECORD = "BUILD.json"
"""The file, in each cluster's output, that says which files kedge wrote: key `files`, path to SHA-256."""

KUSTOMIZATION = "kustomization.yaml"
OTHER_KUSTOMIZATIONS = ("kustomization.yml", "Kustomization")
"""The other names under which Kustomize finds its file; two of the three in one folder are an error."""

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"  # RFC 1123 label
_FOLDER = re.compile(rf"clusters/{_LABEL}/generated")
_SEGMENT = r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,118}[A-Za-z0-9_-])?"  # well below 143 bytes, the limit of eCryptfs
_PATH = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT}){{0,7}}")


def check_folder(folder: str) -> None:
    """Raise ValueError unless `folder` is `clusters/<name>/generated`."""
    if not _FOLDER.fullmatch(folder):
        raise ValueError(f"output folder {folder!r} is not clusters/<name>/generated")


def is_plain(path: str) -> bool:
    """Return whether a name is one that kedge could have written."""
    return _PATH.fullmatch(path) is not None


def check_produced(paths: Collection[str]) -> None:
    """Raise ValueError if a produced name is outside the grammar, or output lacks its record of owned files."""
    for path in paths:
        if not is_plain(path):
            raise ValueError(f"output path {path!r} is outside the grammar of names")
    if paths and RECORD not in paths:
        raise ValueError(f"output lacks {RECORD}")


def check_clashes(folder: str, produced: Iterable[str], foreign: Iterable[str]) -> None:
    """Raise if two names are one on some file system (letter case, Unicode form), or a file is another's folder.

    Among produced names that is a ValueError, between a produced and a foreign name Obstructed.
    """
    taken: dict[str, str] = {}
    for path in produced:
        twin = taken.setdefault(_folded(path), path)
        if twin != path:
            raise ValueError(f"output paths {path!r} and {twin!r} are one name on some file systems")
    folders = folders_above(taken)
    if clash := folders & taken.keys():
        raise ValueError(f"output path {min(clash)!r} is a file and a folder")
    kustomized = {path.removesuffix(KUSTOMIZATION) for path in taken if path.rpartition("/")[2] == KUSTOMIZATION}
    for path in foreign:
        folded = _folded(path)
        if path.endswith(OTHER_KUSTOMIZATIONS) and path.removesuffix(path.rpartition("/")[2]) in kustomized:
            happened = f"{path} is beside {KUSTOMIZATION}, and no tool builds a folder that has both"
            raise Obstructed(f"write {folder}", happened, "move that file; kedge did not write it")
        if folded in taken or folded in folders or not taken.keys().isdisjoint(folders_above([folded])):
            raise Obstructed(f"write {folder}", f"{path} is in the way", "move that file; kedge did not write it")


def _folded(path: str) -> str:
    """Return the name under which the most forgiving file system would file a path."""
    return (
        path.lower() if path.isascii() else unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
    )


def folders_above(paths: Iterable[str]) -> set[str]:
    """Return every folder above these paths."""
    found: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found
