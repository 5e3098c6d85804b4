"""The backup of etcd, decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from compiler.assets import asset
from compiler.model.cluster import Spec
from compiler.model.recording import path_of, recorded
from compiler.plan.keys import recipients
from compiler.plan.stores import Store
from compiler.proofs.schedules import CRONJOB_START_DELAY
from compiler.values.sources import Sources, merged

# etcd's own default of --quota-backend-bytes.
DEFAULT_QUOTA = 2 * 2**30

STAGES = ("save", "verify", "encrypt", "put")
"""The stages of a run, in their order; each is one constant script."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EtcdBackup:
    """The etcd snapshot job. Times in seconds, `quota_bytes` the largest size of the database.

    `exists`: what decides that there is one. `pod_sources`: what decides who can read a snapshot and where it goes, which
    the admission policy holds pods to. `sources`: all that objects state. `page_sources`: all that pages state.
    """

    exists: Sources
    image: str
    recipients: tuple[str, ...]
    stores: tuple[Store, ...]
    pod_sources: Sources
    cron: str
    time_zone: str
    start_delay: int
    capture: int
    upload: int
    quota_bytes: int
    sources: Sources
    retention: int
    page_sources: Sources

    @property
    def deadline(self) -> int:
        """Longest time from the start of the Job to its end; beyond it the Job is stopped and counts as failed."""
        return self.capture + self.upload


@cache
def scripts() -> Mapping[str, str]:
    """Return the constant scripts of the snapshot job, by stage."""
    return {stage: asset(f"templates/scripts/etcd-snapshot/{stage}.sh").read_text() for stage in STAGES}


def etcd_backup(spec: Spec, stores: tuple[Store, ...]) -> EtcdBackup | None:
    """Decide the section; None where kedge does not back up etcd."""
    view, reads = recorded(spec)
    backup = view.backups.etcd
    if backup is None or backup.cron_job is None:
        return None
    by_name = {store.name: store for store in stores}
    written = tuple(by_name[name] for name in backup.to)
    return EtcdBackup(
        exists=(path_of(backup),),
        image=backup.cron_job.image,
        recipients=recipients(view),
        stores=written,
        pod_sources=_with_stores(reads.paths(), written),
        # What is read from here on is stated by the job only, not by the policy that its pods are held to.
        cron=backup.schedule.text,
        time_zone=backup.time_zone,
        start_delay=CRONJOB_START_DELAY,
        capture=backup.capture_timeout,
        upload=backup.upload_timeout,
        quota_bytes=_quota(view),
        sources=_with_stores(reads.paths(), written),
        # What is read from here on is stated by pages only.
        retention=backup.retention,
        page_sources=merged(reads.paths(), *(store.page_sources for store in written)),
    )


def _quota(spec: Spec) -> int:
    quota = spec.etcd.quota if spec.etcd else None
    return int(quota.amount) if quota else DEFAULT_QUOTA


def _with_stores(paths: Sources, stores: tuple[Store, ...]) -> Sources:
    return (*paths, *(path for store in stores for path in store.sources))
