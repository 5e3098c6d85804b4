"""The backup of etcd, decided: what is taken and kept, and what takes it."""

from collections.abc import Mapping
from functools import cache
from typing import Generic, TypeVar, cast

from compiler.assets import asset_text
from compiler.distributions.capabilities import ClientFiles, EtcdAccess
from compiler.distributions.host_timer import HOST_TIMER, HostTimerFiles
from compiler.distributions.runners import RUNNERS
from compiler.facts.tables import ETCD_DEFAULT_QUOTA
from compiler.model.backups import CronJob
from compiler.model.cluster import Spec
from compiler.model.decided import Decide, Decided, decided
from compiler.model.layout import etcd_runner, layout
from compiler.model.recording import path_of, recorded
from compiler.plan.keys import Signer, recipients, signers
from compiler.plan.stores import Store
from compiler.proofs import placement
from compiler.values.sources import Sources, merged

STAGES = ("save", "verify", "encrypt", "sign", "put")
"""The stages of a run, in their order; each is one constant script. `sign` only where the spec states a signer."""

# Where a member answers clients, on every distribution that kedge takes snapshots of.
ETCD_PORT = 2379
# Largest single object that is uploaded; S3 takes at most 5 GiB in one request.
PART_BYTES = 2**30
SAVE_STALL_SECONDS = 15
PUT_STALL_SECONDS = 60
PUT_ATTEMPTS = 4


class InCluster(Decided, frozen=True):
    """A CronJob on a control-plane host takes the snapshots. `client`: the files of etcd's client on that host."""

    image: str
    client: ClientFiles


class OnHosts(Decided, frozen=True):
    """A systemd timer on the host of each member takes the snapshots. `hosts`: their names in the spec."""

    hosts: tuple[str, ...]
    access: EtcdAccess
    files: HostTimerFiles
    watched_by: str | None


R = TypeVar("R", covariant=True, bound=InCluster | OnHosts)


class EtcdBackup(Decided, Generic[R], frozen=True, kw_only=True):
    """Snapshots of etcd, and what takes them. Times in seconds, `quota_bytes` the largest size of the database.

    `exists`: what decides that there is one, and its runner. `pod_sources`: what decides the pod of a run, which the
    admission policy compares pods with. `sources`: all that objects state.
    """

    exists: Sources
    runner: R
    recipients: tuple[str, ...]
    signers: tuple[Signer, ...]
    stores: tuple[Store, ...]
    capture: int
    upload: int
    quota_bytes: int
    pod_sources: Sources
    cron: str
    time_zone: str
    start_delay: int
    sources: Sources
    retention: int

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages of a run of this backup, in their order."""
        return tuple(stage for stage in STAGES if stage != "sign" or self.signers)

    @property
    def deadline(self) -> int:
        """Longest time from the start of a run to its end; beyond it the run is stopped and counts as failed."""
        return self.capture + self.upload


Snapshots = EtcdBackup[InCluster | OnHosts]
SnapshotJob = EtcdBackup[InCluster]
HostSnapshots = EtcdBackup[OnHosts]


@cache
def scripts() -> Mapping[str, str]:
    """Return the constant scripts of a run, by stage."""
    return {stage: asset_text(f"templates/scripts/etcd-snapshot/{stage}.sh") for stage in STAGES}


def etcd_backup(spec: Spec, stores: tuple[Store, ...]) -> Snapshots | None:
    """Decide the section; None where kedge does not back up etcd, or the provider does."""
    view, _ = recorded(spec)
    backup, runner = view.backups.etcd, _runner(spec, view)
    if backup is None or runner is None:
        return None
    decide, of = Decide(backup), Decide(spec)
    by_name = {store.name: store for store in stores}
    written = tuple(by_name[name] for name in backup.to)
    return decided(
        EtcdBackup,
        exists=(path_of(backup),),
        runner=runner,
        recipients=of(recipients),
        signers=of(signers),
        stores=decide(lambda backup: tuple(by_name[name] for name in backup.to)),
        capture=decide(lambda backup: backup.capture_timeout),
        upload=decide(lambda backup: backup.upload_timeout),
        quota_bytes=of(_quota),
        pod_sources=_stated(runner, written, of.paths(), decide.paths()),
        # What is decided from here on is stated by the job only, not by the policy that its pods are held to.
        cron=decide(lambda backup: backup.schedule.text),
        time_zone=decide(lambda backup: backup.time_zone),
        start_delay=RUNNERS["cronJob" if isinstance(runner, InCluster) else "hostTimer"].start_delay,
        sources=_stated(runner, written, of.paths(), decide.paths()),
        # What is decided from here on is stated by pages only.
        retention=decide(lambda backup: backup.retention),
    )


def snapshot_job(backup: Snapshots | None) -> SnapshotJob | None:
    """Return the section where a CronJob takes the snapshots."""
    return cast("SnapshotJob", backup) if backup and isinstance(backup.runner, InCluster) else None


def host_snapshots(backup: Snapshots | None) -> HostSnapshots | None:
    """Return the section where a timer on the members' hosts takes the snapshots."""
    return cast("HostSnapshots", backup) if backup and isinstance(backup.runner, OnHosts) else None


def _runner(spec: Spec, view: Spec) -> InCluster | OnHosts | None:
    """Decide what takes the snapshots. Which runner it is follows from `exists`, so only what it states is read through the view."""
    backup, access, chosen = view.backups.etcd, layout(spec).etcd, etcd_runner(spec)
    if backup is None or access is None:
        return None
    if chosen == "hostTimer":
        return _on_hosts(view, access)
    return _in_cluster(backup.cron_job, access) if backup.cron_job else None


def _on_hosts(spec: Spec, access: EtcdAccess) -> OnHosts:
    decide = Decide(spec)
    return decided(
        OnHosts, hosts=decide(placement.members), access=access, files=HOST_TIMER, watched_by=decide(_watched_by)
    )


def _watched_by(spec: Spec) -> str | None:
    timer = spec.backups.etcd.host_timer if spec.backups.etcd else None
    return timer.watched_by if timer else None


def _in_cluster(stated: CronJob, access: EtcdAccess) -> InCluster:
    decide = Decide(stated)
    return decided(InCluster, image=decide(lambda job: job.image), client=access.backup_client)


def _quota(spec: Spec) -> int:
    quota = spec.etcd.quota if spec.etcd else None
    return int(quota.amount) if quota else ETCD_DEFAULT_QUOTA.value


def _stated(runner: InCluster | OnHosts, stores: tuple[Store, ...], *paths: Sources) -> Sources:
    return merged(*paths, *runner.field_sources.values(), *(store.sources for store in stores))
