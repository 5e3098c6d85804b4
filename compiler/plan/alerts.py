"""Alerts that a backup is missing, decided: thresholds late enough to be quiet, early enough that the RPO is not yet broken."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from compiler.model.cluster import Spec
from compiler.model.recording import recorded
from compiler.plan import naming
from compiler.plan.applications import ApplicationBackups, ApplicationSchedule
from compiler.plan.etcd_backup import Snapshots, snapshot_job
from compiler.proofs.schedules import CRONJOB_START_DELAY, VELERO_START_DELAY, Stream
from compiler.values.sources import Sources, merged

# An alert waits this long before it fires, so that one lost scrape pages nobody. Not longer than any stream's start delay:
# then a threshold that keeps the RPO is never below the largest gap between runs that succeed.
PENDING = min(CRONJOB_START_DELAY, VELERO_START_DELAY)
PAGE = "backup-missing.md"
Alert = Literal["KedgeEtcdSnapshotMissing", "KedgeApplicationBackupMissing"]
FIRST_STEPS: Mapping[Alert, str] = {
    "KedgeEtcdSnapshotMissing": "check-snapshot-job",
    "KedgeApplicationBackupMissing": "check-velero",
}
"""The step that an alert links to: the first of the page that is about what it watches."""


class BackupAlert(Struct, frozen=True, kw_only=True):
    """An alert that no backup has finished within the RPO: the metric, its labels, and the age beyond which it fires.

    `selector`: labels that only this cluster's series have; `threshold` and `pending` in seconds.
    """

    alert: Alert
    subject: str
    metric: str
    labels: tuple[tuple[str, str], ...]
    selector: tuple[tuple[str, str], ...]
    threshold: int
    pending: int = PENDING
    rpo: int
    kept: bool
    page: str = PAGE
    page_url: str
    exists: Sources
    sources: Sources
    page_sources: Sources


class AlertSettings(Struct, frozen=True):
    """Where the page of these alerts is read, and the labels that tell this cluster's series from those of others."""

    url: str
    selector: tuple[tuple[str, str], ...]
    sources: Sources


def alerts(
    settings: AlertSettings, etcd: Snapshots | None, applications: ApplicationBackups, streams: tuple[Stream, ...]
) -> tuple[BackupAlert, ...]:
    """Decide the section: one alert for the etcd job and one for each Velero schedule, where an RPO is promised."""
    # The timer of a host has no metric of its last success in the cluster.
    decided = [etcd_alert(stream, settings) for stream in streams if snapshot_job(etcd) and stream.kind == "etcd"]
    by_backup = {stream.name: stream for stream in streams if stream.kind == "application"}
    decided += [application_alert(s, by_backup[s.backup], settings) for s in applications.schedules]
    return tuple(alert for alert in decided if alert is not None)


def alert_settings(cluster: str, spec: Spec) -> AlertSettings:
    """Return what all alerts share. Their page is below the URL that the spec states, else it is a path in the repository."""
    view, reads = recorded(spec)
    url, selector = naming.page_url(view.monitoring.runbooks, cluster, PAGE), tuple(view.monitoring.selector.items())
    return AlertSettings(url, selector, reads.paths())


def etcd_alert(stream: Stream, settings: AlertSettings) -> BackupAlert | None:
    """Return the alert of the snapshot job, or None where no RPO is promised."""
    if stream.rpo is None:
        return None
    return BackupAlert(
        alert="KedgeEtcdSnapshotMissing",
        subject="etcd snapshot",
        metric="kube_cronjob_status_last_successful_time",
        labels=(("namespace", naming.BACKUP_NAMESPACE), ("cronjob", naming.SNAPSHOT_JOB)),
        selector=settings.selector,
        threshold=_threshold(stream, stream.rpo),
        rpo=stream.rpo,
        kept=stream.worst <= stream.rpo,
        page_url=_step_url(settings, "KedgeEtcdSnapshotMissing"),
        exists=stream.exists,
        sources=merged(stream.sources, settings.sources),
        page_sources=stream.sources,
    )


def application_alert(schedule: ApplicationSchedule, stream: Stream, settings: AlertSettings) -> BackupAlert | None:
    """Return the alert of one Velero schedule, or None where no RPO is promised."""
    if stream.rpo is None:
        return None
    return BackupAlert(
        alert="KedgeApplicationBackupMissing",
        subject=f"backup {schedule.name}",
        metric="velero_backup_last_successful_timestamp",
        labels=(("schedule", schedule.name),),
        selector=settings.selector,
        threshold=_threshold(stream, stream.rpo),
        rpo=stream.rpo,
        kept=stream.worst <= stream.rpo,
        page_url=_step_url(settings, "KedgeApplicationBackupMissing"),
        exists=stream.exists,
        sources=merged(stream.sources, schedule.named, settings.sources),
        page_sources=merged(stream.sources, schedule.named),
    )


def _step_url(settings: AlertSettings, alert: Alert) -> str:
    return f"{settings.url}#{FIRST_STEPS[alert]}"


def _threshold(stream: Stream, rpo: int) -> int:
    """Return the age of the last success beyond which data may be older than the RPO.

    Both metrics carry the END of the last good run, and its data is as old as its START: the longest run and the time
    that the alert waits are taken off the RPO. Where the schedule does not keep the RPO, which may be waived, the alert says
    that it does not even do what it can: no run that ends late, but within its time, fires it.
    """
    return max(stream.gap.seconds, rpo - stream.duration - PENDING) if rpo >= stream.worst else stream.worst
