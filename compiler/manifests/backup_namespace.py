"""Namespace of the snapshot job: it must admit host paths, so an admission policy narrows it to the one pod that it is for."""

from collections.abc import Iterator

from compiler.kube import meta, pod_security
from compiler.kube.manifest import Manifest
from compiler.plan import naming
from compiler.plan.plan import Plan


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield the namespace where etcd is backed up by kedge."""
    if plan.snapshot is None:
        return
    labels = naming.labels(plan.cluster) | pod_security.labels("privileged", plan.minor)
    body = meta.kind("v1", "Namespace") | {
        "metadata": meta.metadata(naming.BACKUP_NAMESPACE, labels, annotations=meta.GUARD)
    }
    yield Manifest("backup-control-plane", body, (("spec", "backups", "etcd"),))
