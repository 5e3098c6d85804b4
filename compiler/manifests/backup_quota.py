"""ResourceQuota of the backup namespace: whoever may create Jobs there cannot have a hundred pods read etcd at once."""

from collections.abc import Iterator

from compiler.kube import meta
from compiler.kube.manifest import Manifest, ObjectKey, Origin, manifest
from compiler.plan import naming
from compiler.plan.plan import Plan

PODS = 4
"""A run and one that a page starts, and a pod of each that a dead host still holds; pods that have ended do not count."""


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield the ResourceQuota, where kedge backs up etcd by a job."""
    backup = plan.snapshot_job
    if backup is not None:
        yield manifest(
            ObjectKey("v1", "ResourceQuota", naming.PROTECTION, naming.BACKUP_NAMESPACE),
            {"spec": {"hard": {"pods": str(PODS)}}},
            layer="backup-control-plane",
            labels=meta.labels(plan.cluster.name),
            origin=Origin(exists=backup.exists),
            guard="consent",
        )
