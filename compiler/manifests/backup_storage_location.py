"""BackupStorageLocation: a bucket as Velero uses it, below a path that belongs to this cluster alone."""

import base64
from collections.abc import Iterator

from compiler.kube import meta
from compiler.kube.manifest import Manifest, ObjectKey, Origin, manifest
from compiler.plan import naming
from compiler.plan.plan import Plan
from compiler.plan.stores import Store


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield one BackupStorageLocation for each bucket that a Velero schedule writes to."""
    velero = plan.applications.velero
    for location in plan.applications.locations:
        yield manifest(
            ObjectKey("velero.io/v1", "BackupStorageLocation", location.store.name, velero.namespace),
            {"spec": _spec(location.store)},
            layer="backup-applications",
            labels=meta.labels(plan.cluster.name),
            origin=Origin(
                exists=location.exists, named=(*location.named, *velero.sources), made_from=(location.store.sources,)
            ),
            guard="consent",
        )


def _spec(store: Store) -> dict[str, object]:
    return {
        "provider": "velero.io/aws",
        "accessMode": "ReadWrite",
        "objectStorage": {"bucket": store.bucket, "prefix": store.velero_prefix} | _ca(store),
        "credential": {"name": store.credential, "key": naming.VELERO_CREDENTIAL_KEY},
        "config": {"region": store.region, "s3ForcePathStyle": "true", "s3Url": store.endpoint},
    }


def _ca(store: Store) -> dict[str, str]:
    """Return the private CA of a store, as the API has bytes: in base64."""
    return {"caCert": base64.b64encode(store.ca.encode()).decode()} if store.ca else {}
