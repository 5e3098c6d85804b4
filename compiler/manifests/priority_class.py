"""PriorityClass: who gets what is left when hosts are lost."""

from collections.abc import Iterator

from compiler.kube import meta
from compiler.kube.manifest import Manifest
from compiler.plan import naming
from compiler.plan.plan import Plan


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield one PriorityClass for each priority of the spec."""
    for priority in plan.priorities:
        body = meta.kind("scheduling.k8s.io/v1", "PriorityClass") | {
            "metadata": meta.metadata(priority.name, naming.labels(plan.cluster)),
            "value": priority.value,
            "preemptionPolicy": priority.preemption,
        }
        if priority.global_default:  # the API does not store a false
            body["globalDefault"] = True
        if priority.description is not None:
            body["description"] = priority.description
        yield Manifest("base", body, (priority.path,))
