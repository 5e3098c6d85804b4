"""LimitRange: what a container gets that states nothing, and what it may ask for."""

from collections.abc import Iterator

from compiler.kube import meta
from compiler.kube.manifest import Manifest
from compiler.plan import naming
from compiler.plan.plan import Plan


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield one LimitRange for each managed namespace that states limits."""
    for namespace in plan.namespaces:
        if namespace.limits:
            limits: dict[str, object] = {"type": "Container"}
            limits |= {key: dict(amounts) for key, amounts in namespace.limits}
            body = meta.kind("v1", "LimitRange") | {
                "metadata": meta.metadata(naming.PROTECTION, naming.labels(plan.cluster), namespace.name),
                "spec": {"limits": [limits]},
            }
            yield Manifest("base", body, ((*namespace.path, "limits"),))
