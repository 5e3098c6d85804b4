"""Namespace of the snapshot job: it must admit host paths, so an admission policy narrows it to the one pod that it is for."""

from collections.abc import Iterator

from compiler.kube import meta, pod_security
from compiler.kube.manifest import Manifest, ObjectKey, Origin, manifest
from compiler.plan import naming
from compiler.plan.plan import Plan


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield the namespace where kedge backs up etcd."""
    backup, kubernetes = plan.snapshot_job, plan.cluster.kubernetes
    if backup is not None:
        yield manifest(
            ObjectKey("v1", "Namespace", naming.BACKUP_NAMESPACE),
            {},
            layer="backup-control-plane",
            labels=meta.labels(plan.cluster.name) | pod_security.labels("privileged", kubernetes.minor),
            origin=Origin(exists=backup.exists, made_from=(kubernetes.sources,)),
            guard="consent",
        )
