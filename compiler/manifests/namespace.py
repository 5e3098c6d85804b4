"""Namespace: each managed namespace with its Pod Security level, guarded, since all that is in it goes with it."""

from collections.abc import Iterator

from compiler.kube import meta, pod_security
from compiler.kube.manifest import Manifest
from compiler.plan import naming
from compiler.plan.plan import Plan


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield one Namespace for each managed namespace."""
    for namespace in plan.namespaces:
        labels = naming.labels(plan.cluster) | pod_security.labels(namespace.pod_security, plan.minor)
        body = meta.kind("v1", "Namespace") | {
            "metadata": meta.metadata(namespace.name, labels, annotations=meta.GUARD)
        }
        yield Manifest("base", body, (namespace.path,))
