"""CronJob of the snapshot job; what its pod does is in `pods`."""

from collections.abc import Iterator

from compiler.kube import meta
from compiler.kube.manifest import Manifest, ObjectKey, Origin, manifest
from compiler.plan import naming
from compiler.plan.cluster import Kubernetes
from compiler.plan.etcd_backup import SnapshotJob
from compiler.plan.plan import Plan
from compiler.pods import etcd_snapshot


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield the CronJob, where kedge backs up etcd."""
    backup = plan.snapshot_job
    if backup is not None:
        kubernetes = plan.cluster.kubernetes
        yield manifest(
            ObjectKey("batch/v1", "CronJob", naming.SNAPSHOT_JOB, naming.BACKUP_NAMESPACE),
            {"spec": _spec(plan.cluster.name, backup, kubernetes)},
            layer="backup-control-plane",
            labels=meta.labels(plan.cluster.name),
            origin=Origin(exists=backup.exists, made_from=(backup.sources, kubernetes.sources)),
            guard="consent",
        )


def _spec(cluster: str, job: SnapshotJob, kubernetes: Kubernetes) -> dict[str, object]:
    return {
        "schedule": job.cron,
        "timeZone": job.time_zone,
        "concurrencyPolicy": "Forbid",
        "startingDeadlineSeconds": job.start_delay,
        "successfulJobsHistoryLimit": 3,
        "failedJobsHistoryLimit": 5,
        "jobTemplate": {"spec": _job(cluster, job, kubernetes)},
    }


def _job(cluster: str, job: SnapshotJob, kubernetes: Kubernetes) -> dict[str, object]:
    template = etcd_snapshot.template(cluster, job, kubernetes)
    return {
        "backoffLimit": 2,
        "activeDeadlineSeconds": job.deadline,
        "ttlSecondsAfterFinished": 86400,
        "template": {"metadata": {"labels": template.labels}, "spec": template.spec},
    }
