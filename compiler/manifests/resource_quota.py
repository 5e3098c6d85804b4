"""ResourceQuota: where a runaway tenant stops, instead of at the nodes."""

from collections.abc import Iterator

from compiler.kube import meta
from compiler.kube.manifest import Manifest
from compiler.plan import naming
from compiler.plan.plan import Plan


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield one ResourceQuota for each managed namespace that states a quota."""
    for namespace in plan.namespaces:
        if namespace.quota:
            body = meta.kind("v1", "ResourceQuota") | {
                "metadata": meta.metadata(naming.PROTECTION, naming.labels(plan.cluster), namespace.name),
                "spec": {"hard": dict(namespace.quota)},
            }
            yield Manifest("base", body, ((*namespace.path, "quota"),))
