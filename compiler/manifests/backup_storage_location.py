"""BackupStorageLocation: a bucket as Velero uses it, below a path that belongs to this cluster alone."""

from collections.abc import Iterator

from compiler.kube import meta
from compiler.kube.manifest import Manifest
from compiler.plan import naming
from compiler.plan.plan import Plan

# Key of the credential's Secret that holds Velero's AWS-style profile file.
CREDENTIAL_KEY = "cloud"


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield one BackupStorageLocation for each bucket that a Velero schedule writes to."""
    for store in plan.stores:
        body = meta.kind("velero.io/v1", "BackupStorageLocation") | {
            "metadata": meta.metadata(store.name, naming.labels(plan.cluster), plan.velero_namespace, meta.GUARD),
            "spec": {
                "provider": "velero.io/aws",
                "accessMode": "ReadWrite",
                "objectStorage": {"bucket": store.bucket, "prefix": store.velero_prefix},
                "credential": {"name": store.credential, "key": CREDENTIAL_KEY},
                "config": {"region": store.region, "s3ForcePathStyle": "true", "s3Url": store.endpoint},
            },
        }
        yield Manifest("backup-applications", body, (store.path,))
