"""ConfigMap with Velero's resource policy: how each storage class is taken, where one method does not serve all of them."""

from collections.abc import Iterator

from compiler.kube import meta
from compiler.kube.manifest import Manifest, ObjectKey, Origin, manifest
from compiler.model.backups import Method
from compiler.plan.applications import VolumePolicy
from compiler.plan.plan import Plan

ACTIONS: dict[Method, str] = {"data-mover": "snapshot", "snapshot": "snapshot", "file-system": "fs-backup"}

# Velero snapshots a volume that no policy matches where `snapshotVolumes` is true. A condition must be there, and every size matches.
REST_IS_SKIPPED = ("- conditions:", '    capacity: "0,"', "  action:", "    type: skip")


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield one ConfigMap for each backup that treats storage classes differently; its Schedule, which is guarded, needs it."""
    velero = plan.applications.velero
    for policy in plan.applications.policies:
        yield manifest(
            ObjectKey("v1", "ConfigMap", policy.name, velero.namespace),
            {"data": {"policy.yaml": _policy(policy)}},
            layer="backup-applications",
            labels=meta.labels(plan.cluster.name),
            origin=Origin(exists=policy.exists, named=velero.sources),
            guard="keep",
        )


def _policy(policy: VolumePolicy) -> str:
    lines = ["version: v1", "volumePolicies:"]
    for storage_class, method in policy.by_class:
        lines += [
            "- conditions:",
            f'    storageClass: ["{storage_class}"]',
            "  action:",
            f"    type: {ACTIONS[method]}",
        ]
    if policy.default is None:
        lines += REST_IS_SKIPPED
    return "\n".join(lines) + "\n"
