"""Which shape of its distribution a cluster has, and what takes its etcd snapshots."""

from compiler.distributions.capabilities import Distribution, Placement, RunnerKind
from compiler.distributions.registry import distribution
from compiler.model.backups import EtcdBackup
from compiler.model.cluster import Spec


def layout(spec: Spec) -> Distribution:
    """Return the distribution in the shape that this cluster has."""
    placement: Placement = spec.etcd.placement if spec.etcd else "stacked"
    return distribution(spec.distribution.name, placement)


def stated_runners(backup: EtcdBackup) -> tuple[RunnerKind, ...]:
    """Return what the spec says takes the snapshots; a sound spec says one at most."""
    stated: dict[RunnerKind, object] = {
        "cronJob": backup.cron_job,
        "hostTimer": backup.host_timer,
        "provider": backup.provider,
    }
    return tuple(runner for runner, section in stated.items() if section is not None)


def etcd_runner(spec: Spec) -> RunnerKind | None:
    """Return what takes etcd snapshots: what is stated, else what the distribution prefers; None where nothing is to be taken."""
    if spec.backups.etcd is None:
        return None
    return (*stated_runners(spec.backups.etcd), *layout(spec).runners)[0]
