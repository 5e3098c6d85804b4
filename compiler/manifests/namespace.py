"""Namespace: each managed namespace with its Pod Security level, guarded, since all that is in it goes with it."""

from collections.abc import Iterator

from compiler.kube import meta, pod_security
from compiler.kube.manifest import Manifest, ObjectKey, Origin, annotated, manifest
from compiler.plan.plan import Plan


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield one Namespace for each managed namespace."""
    kubernetes = plan.cluster.kubernetes
    for namespace in plan.protection.namespaces:
        made = manifest(
            ObjectKey("v1", "Namespace", namespace.name),
            {},
            layer="base",
            labels=meta.labels(plan.cluster.name)
            | dict(namespace.labels)
            | pod_security.labels(namespace.pod_security, kubernetes.minor),
            origin=Origin(exists=namespace.exists, made_from=(namespace.sources, kubernetes.sources)),
            guard="consent",
        )
        yield annotated(made, dict(namespace.annotations))
