"""Schedule: one Velero backup of some namespaces to one location, in UTC."""

from collections.abc import Iterator

from compiler.kube import meta
from compiler.kube.manifest import Manifest
from compiler.plan import naming
from compiler.plan.plan import ApplicationSchedule, Plan
from compiler.values import duration


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield one Schedule for each application backup and location."""
    for schedule in plan.schedules:
        body = meta.kind("velero.io/v1", "Schedule") | {
            "metadata": meta.metadata(schedule.name, naming.labels(plan.cluster), plan.velero_namespace, meta.GUARD),
            "spec": {
                "schedule": schedule.cron,
                "useOwnerReferencesInBackup": False,
                "template": _template(schedule, plan.cluster),
            },
        }
        yield Manifest("backup-applications", body, (schedule.path,))


def _template(schedule: ApplicationSchedule, cluster: str) -> dict[str, object]:
    template: dict[str, object] = {
        # Labels given here replace the Schedule's own, which a GitOps engine may have marked as its own.
        "metadata": {"labels": {"app.kubernetes.io/part-of": cluster}},
        "includedNamespaces": list(schedule.namespaces),
        "storageLocation": schedule.store.name,
        "ttl": duration.go(schedule.retention),
        "defaultVolumesToFsBackup": schedule.file_system,
        "snapshotMoveData": schedule.data_mover,
        "snapshotVolumes": schedule.snapshots,
    }
    if schedule.policies:
        template["resourcePolicy"] = {"kind": "configmap", "name": naming.volume_policy(schedule.backup)}
    return template
