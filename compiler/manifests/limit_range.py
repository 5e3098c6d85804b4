"""LimitRange: what a container gets that states nothing, and what it may ask for."""

from collections.abc import Iterator

from compiler.kube import meta
from compiler.kube.manifest import Manifest, ObjectKey, Origin, manifest
from compiler.plan import naming
from compiler.plan.plan import Plan
from compiler.plan.protection import Limits


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield one LimitRange for each managed namespace that states limits."""
    for namespace in plan.protection.namespaces:
        limits = namespace.limits
        if limits is not None:
            yield manifest(
                ObjectKey("v1", "LimitRange", naming.PROTECTION, namespace.name),
                {"spec": {"limits": [_container(limits)]}},
                layer="base",
                labels=meta.labels(plan.cluster.name),
                origin=Origin(exists=limits.exists, made_from=(limits.sources,)),
            )


def _container(limits: Limits) -> dict[str, object]:
    return {"type": "Container"} | {key: dict(amounts) for key, amounts in limits.amounts}
