"""From a layered tree to the spec's types, or every structural fault at once: of its shape and of its references."""

from compiler.model.cluster import ClusterSpec
from compiler.model.partial import readable
from compiler.model.references import inconsistencies
from compiler.model.shape import shape
from compiler.source.fault import Fault
from compiler.source.layers import Layered


def structure(layered: Layered, folder: str) -> ClusterSpec | tuple[Fault, ...]:
    """Return the spec, or its faults in the order of the files. `folder` is the name of the cluster's folder."""
    spec = shape(layered)
    if isinstance(spec, ClusterSpec):
        return inconsistencies(spec, layered, folder) or spec
    if not isinstance(layered.tree, dict):
        return spec
    faults = (*spec, *inconsistencies(readable(layered.tree), layered, folder))
    return tuple(sorted(faults, key=lambda fault: (fault.span.file, fault.span.line, fault.span.column)))
