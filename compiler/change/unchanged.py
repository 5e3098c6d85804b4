"""Which clusters a change leaves as they were: inputs and output are the same on both sides, by this version of kedge.

What is wrong with such a cluster is wrong at the reference too; it is not judged, whether it was before or not. A renamed one always
is, since its first name may be taken meanwhile.
"""

from collections.abc import Callable, Iterable

from compiler.change.records import Records
from compiler.render.build_record import Stated
from compiler.workspace.comparison import Comparison
from compiler.workspace.files import SPEC_NAME


def unchanged(names: Iterable[str], comparison: Comparison, records: Records) -> frozenset[str]:
    """Return the clusters of the work tree that need not be judged again.

    Where a file is changed that may be a base, a record says who uses it, as long as all that it was made from is as it says.
    """
    alone = all(_of_one_cluster(path, comparison) for path in comparison.changed)
    stated = records.of_this_version if alone else records.current
    return _settled(comparison.clusters.intersection(names) - touched(comparison.changed), stated)


def unchanged_since(names: Iterable[str], changed: Iterable[str], records: Records) -> frozenset[str]:
    """Return the clusters of a commit that need not be judged again since one that kedge made, after which these paths changed."""
    return _settled(frozenset(names) - touched(changed), records.current)


def _settled(names: frozenset[str], stated: Callable[[str], Stated | None]) -> frozenset[str]:
    known = ((name, stated(name)) for name in names)
    return frozenset(name for name, record in known if record is not None and record.renamed_from is None)


def touched(changed: Iterable[str]) -> frozenset[str]:
    """Return the names below clusters/ that these paths are in."""
    return frozenset(path.split("/", 2)[1] for path in changed if path.startswith("clusters/"))


def _of_one_cluster(path: str, comparison: Comparison) -> bool:
    """Return whether a file belongs to one cluster alone: its spec or its output."""
    top, name, *below = path.split("/", 3) if path.count("/") > 1 else (path, "")
    if top != "clusters" or not below:
        return False
    return below[0] == "generated" or (below == [SPEC_NAME] and name in comparison.clusters)
