"""ConfigMap with Velero's resource policy: how each storage class is taken, where one method does not serve all of them."""

from collections.abc import Iterator

from compiler.kube import meta
from compiler.kube.manifest import Manifest
from compiler.plan import naming
from compiler.plan.plan import ApplicationSchedule, Plan

ACTIONS = {"data-mover": "snapshot", "snapshot": "snapshot", "file-system": "fs-backup"}


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield one ConfigMap for each backup that treats storage classes differently."""
    for schedule in {s.backup: s for s in plan.schedules if s.policies}.values():
        body = meta.kind("v1", "ConfigMap") | {
            "metadata": meta.metadata(
                naming.volume_policy(schedule.backup), naming.labels(plan.cluster), plan.velero_namespace, meta.GUARD
            ),
            "data": {"policy.yaml": _policy(schedule)},
        }
        yield Manifest("backup-applications", body, ((*schedule.path, "volumes"),))


def _policy(schedule: ApplicationSchedule) -> str:
    lines = ["version: v1", "volumePolicies:"]
    for storage_class, method in schedule.policies:
        lines += [
            "- conditions:",
            f'    storageClass: ["{storage_class}"]',
            "  action:",
            f"    type: {ACTIONS[method]}",
        ]
    return "\n".join(lines) + "\n"
