"""ResourceQuota: where a runaway tenant stops, instead of at the nodes."""

from collections.abc import Iterator

from compiler.kube import meta
from compiler.kube.manifest import Manifest, ObjectKey, Origin, manifest
from compiler.plan import naming
from compiler.plan.plan import Plan


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield one ResourceQuota for each managed namespace that states a quota."""
    for namespace in plan.protection.namespaces:
        quota = namespace.quota
        if quota is not None:
            yield manifest(
                ObjectKey("v1", "ResourceQuota", naming.PROTECTION, namespace.name),
                {"spec": {"hard": dict(quota.hard)}},
                layer="base",
                labels=meta.labels(plan.cluster.name),
                origin=Origin(exists=quota.exists),
            )
