"""PriorityClass: who gets what is left when hosts are lost."""

from collections.abc import Iterator

from compiler.kube import meta
from compiler.kube.manifest import Manifest, ObjectKey, Origin, manifest
from compiler.plan.plan import Plan
from compiler.plan.protection import PriorityLevel


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield one PriorityClass for each priority of the spec."""
    for priority in plan.protection.priorities:
        yield manifest(
            ObjectKey("scheduling.k8s.io/v1", "PriorityClass", priority.name),
            _fields(priority),
            layer="base",
            labels=meta.labels(plan.cluster.name),
            origin=Origin(exists=priority.exists, made_from=(priority.sources,)),
        )


def _fields(priority: PriorityLevel) -> dict[str, object]:
    fields: dict[str, object] = {"value": priority.value, "preemptionPolicy": priority.preemption}
    if priority.global_default:  # the API does not store a false
        fields["globalDefault"] = True
    if priority.description is not None:
        fields["description"] = priority.description
    return fields
