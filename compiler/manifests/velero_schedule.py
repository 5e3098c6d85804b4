"""Schedule: one Velero backup of some namespaces to one location."""

from collections.abc import Iterator

from compiler.kube import meta
from compiler.kube.manifest import Manifest, ObjectKey, Origin, manifest
from compiler.plan import naming
from compiler.plan.applications import ApplicationSchedule
from compiler.plan.plan import Plan
from compiler.values import duration


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield one Schedule for each application backup and location."""
    velero = plan.applications.velero
    for schedule in plan.applications.schedules:
        yield manifest(
            ObjectKey("velero.io/v1", "Schedule", schedule.name, velero.namespace),
            {"spec": _spec(plan.cluster.name, schedule)},
            layer="backup-applications",
            labels=meta.labels(plan.cluster.name),
            origin=Origin(
                exists=schedule.exists, named=(*schedule.named, *velero.sources), made_from=(schedule.sources,)
            ),
            guard="consent",
        )


def _spec(cluster: str, schedule: ApplicationSchedule) -> dict[str, object]:
    return {
        "schedule": f"CRON_TZ={schedule.time_zone} {schedule.cron}",
        "useOwnerReferencesInBackup": False,
        "template": _template(cluster, schedule),
    }


def _template(cluster: str, schedule: ApplicationSchedule) -> dict[str, object]:
    volumes = schedule.volumes
    template: dict[str, object] = {
        # Labels given here replace the Schedule's own, which a GitOps engine may have marked as its own.
        "metadata": {"labels": {"app.kubernetes.io/part-of": cluster}},
        "includedNamespaces": list(schedule.namespaces),
        "storageLocation": schedule.store.name,
        "ttl": duration.go(schedule.retention),
        "defaultVolumesToFsBackup": volumes.default == "file-system",
        "snapshotMoveData": volumes.moves_data,
        "snapshotVolumes": volumes.takes_snapshots,
    }
    if volumes.by_class:
        template["resourcePolicy"] = {"kind": "configmap", "name": naming.volume_policy(schedule.backup)}
    return template
