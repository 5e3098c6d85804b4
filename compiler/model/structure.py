"""From a layered tree to the spec's types, or every structural fault at once: of its shape and of its references."""

from collections.abc import Collection

from msgspec.structs import replace

from compiler.model.cluster import ClusterSpec
from compiler.model.inconsistency import MEANINGS, Inconsistency, contradiction
from compiler.model.partial import readable
from compiler.model.references import inconsistencies, name_fits_folder
from compiler.model.removal import RemovedCluster
from compiler.model.shape import shape
from compiler.source.fault import Fault
from compiler.source.layers import Layered


def structure(layered: Layered, folder: str) -> ClusterSpec | RemovedCluster | tuple[Fault, ...]:
    """Return the spec, or its faults in the order of the files. `folder` is the name of the cluster's folder."""
    own = layered.documents[-1].tree
    if isinstance(own, dict) and "removed" in own:
        return _removed(replace(layered, tree=own), own.keys(), folder)
    spec = shape(layered, ClusterSpec)
    if isinstance(spec, ClusterSpec):
        return inconsistencies(spec, layered, folder) or spec
    if not isinstance(layered.tree, dict):
        return spec
    faults = (*spec, *inconsistencies(readable(layered.tree), layered, folder))
    return tuple(sorted(faults, key=lambda fault: (fault.span.file, fault.span.line, fault.span.column)))


def _removed(layered: Layered, keys: Collection[str], folder: str) -> RemovedCluster | tuple[Fault, ...]:
    """Return the record of a removed cluster, or its faults. `layered` has the tree of the cluster's own file, `keys` its first keys."""
    beside = [key for key in ("extends", "spec") if key in keys]
    if beside:
        both = (
            contradiction(
                (key,),
                f"`removed` says that the cluster is gone, and `{key}` describes one",
                f"remove `{key}`, or `removed` if the cluster is still there",
                on_key=True,
            )
            for key in beside
        )
        return tuple(_fault(layered, one) for one in both)
    record = shape(layered, RemovedCluster)
    if isinstance(record, tuple):
        return record
    misnamed = tuple(_fault(layered, one) for one in name_fits_folder(record.metadata, folder))
    return misnamed or record


def _fault(layered: Layered, one: Inconsistency) -> Fault:
    return Fault(layered.span(one.path, key=one.on_key), one.message, MEANINGS[one.code], one.fix, one.code)
