"""Which clusters a change leaves as they were: inputs and output are the same on both sides, by this version of kedge.

What is wrong with such a cluster was wrong at the reference already; it is not judged again.
"""

import hashlib
from collections.abc import Iterable
from functools import cache

from compiler.render import build_record
from compiler.workspace.comparison import Comparison
from compiler.workspace.failure import EnvironmentFailure
from compiler.workspace.files import SPEC_NAME, DiskFiles, output_folder


def unchanged(names: Iterable[str], comparison: Comparison, files: DiskFiles) -> frozenset[str]:
    """Return the clusters of the work tree that need not be judged again.

    A renamed one always is, since its first name may be taken meanwhile. Where a file is changed that may be a base, a record
    says who uses it, as long as all that it was made from is as it says.
    """
    touched = {path.split("/", 2)[1] for path in comparison.changed if path.startswith("clusters/")}
    same = {name for name in comparison.clusters.intersection(names) - touched if _made_by_this_version(files, name)}
    if all(_of_one_cluster(path, comparison) for path in comparison.changed):
        return frozenset(same)

    @cache
    def digest(path: str) -> str | None:
        try:
            return hashlib.sha256(files.read(path)).hexdigest()
        except EnvironmentFailure:
            return None

    return frozenset(name for name in same if all(digest(path) == was for path, was in _inputs(files, name)))


def _of_one_cluster(path: str, comparison: Comparison) -> bool:
    """Return whether a file belongs to one cluster alone: its spec or its output."""
    top, name, *below = path.split("/", 3) if path.count("/") > 1 else (path, "")
    if top != "clusters" or not below:
        return False
    return below[0] == "generated" or (below == [SPEC_NAME] and name in comparison.clusters)


def _made_by_this_version(files: DiskFiles, name: str) -> bool:
    head = build_record.head(name)
    path = f"{output_folder(name)}/{build_record.NAME}"
    return files.begins(path, head)


def _inputs(files: DiskFiles, name: str) -> Iterable[tuple[str, str]]:
    """Return what a cluster was made from, path and SHA-256; what no file has where the record does not say."""
    try:
        return build_record.stated(files.read(f"{output_folder(name)}/{build_record.NAME}")).inputs.items()
    except (EnvironmentFailure, ValueError, RecursionError):
        return [(f"clusters/{name}/{SPEC_NAME}", "")]
