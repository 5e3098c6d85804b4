"""ServiceAccount of the snapshot job: no rights, no token."""

from collections.abc import Iterator

from compiler.kube import meta
from compiler.kube.manifest import Manifest
from compiler.plan import naming
from compiler.plan.plan import Plan


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield the account, and the namespace's default account without a token."""
    if plan.snapshot is None:
        return
    for name in (naming.SNAPSHOT_JOB, "default"):
        body = meta.kind("v1", "ServiceAccount") | {
            "metadata": meta.metadata(name, naming.labels(plan.cluster), naming.BACKUP_NAMESPACE),
            "automountServiceAccountToken": False,
        }
        yield Manifest("backup-control-plane", body, (("spec", "backups", "etcd"),))
