"""Alert thresholds: late enough to be quiet, early enough that the RPO is not yet broken when someone is called."""

from compiler.plan import naming
from compiler.plan.plan import ApplicationSchedule, BackupAlert
from compiler.proofs.schedules import Stream

# An alert waits this long before it fires, so that one lost scrape is not a page. Not longer than the shortest start delay of a
# stream: then a threshold that keeps the RPO is never below the largest gap between runs that go well.
PENDING = 120
PAGE = "backup-missing.md"


def snapshot_alert(stream: Stream) -> BackupAlert | None:
    """Return the alert of the snapshot job, or None where no RPO is promised."""
    if stream.rpo is None:
        return None
    return BackupAlert(
        "KedgeEtcdSnapshotMissing",
        "etcd snapshot",
        "kube_cronjob_status_last_successful_time",
        (("namespace", naming.BACKUP_NAMESPACE), ("cronjob", naming.SNAPSHOT_JOB)),
        _threshold(stream, stream.rpo),
        PENDING,
        stream.rpo,
        PAGE,
        stream.path,
    )


def application_alert(schedule: ApplicationSchedule, stream: Stream) -> BackupAlert | None:
    """Return the alert of one Velero schedule, or None where no RPO is promised."""
    if stream.rpo is None:
        return None
    return BackupAlert(
        "KedgeApplicationBackupMissing",
        f"backup {schedule.name}",
        "velero_backup_last_successful_timestamp",
        (("schedule", schedule.name),),
        _threshold(stream, stream.rpo),
        PENDING,
        stream.rpo,
        PAGE,
        stream.path,
    )


def _threshold(stream: Stream, rpo: int) -> int:
    """Return the age of the last success beyond which data may be older than the RPO.

    Both metrics carry the END of the last good run, and its data is as old as its START: the longest run and the time
    that the alert waits are taken off the RPO. A promise that is broken anyway (a lab may) still gets a positive number.
    """
    return max(stream.gap.seconds, rpo - stream.duration - PENDING)
