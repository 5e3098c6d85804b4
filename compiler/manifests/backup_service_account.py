"""ServiceAccount of the snapshot job: no rights, no token. Without its account the job, which is guarded, makes no pod."""

from collections.abc import Iterator

from compiler.kube import meta
from compiler.kube.manifest import Manifest, ObjectKey, Origin, manifest
from compiler.plan import naming
from compiler.plan.plan import Plan


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield the account, and the namespace's default account without a token."""
    backup = plan.snapshot_job
    if backup is not None:
        for name in (naming.SNAPSHOT_JOB, "default"):
            yield manifest(
                ObjectKey("v1", "ServiceAccount", name, naming.BACKUP_NAMESPACE),
                {"automountServiceAccountToken": False},
                layer="backup-control-plane",
                labels=meta.labels(plan.cluster.name),
                origin=Origin(exists=backup.exists),
                guard="keep",
            )
