"""The registry of the emitted objects, in the order of the output; each is one module with one function from the plan to manifests."""

from collections.abc import Iterator
from typing import Protocol

from compiler.engines.engine import synced
from compiler.kube.manifest import Manifest
from compiler.manifests import (
    backup_namespace,
    backup_quota,
    backup_service_account,
    backup_storage_location,
    control_plane_rule,
    limit_range,
    namespace,
    pod_disruption_budget,
    priority_class,
    prometheus_rule,
    resource_quota,
    snapshot_admission,
    snapshot_cronjob,
    snapshot_network,
    velero_schedule,
    volume_policy,
)
from compiler.plan.plan import Plan


class Emitter(Protocol):
    """The shape of every module of this folder."""

    def emit(self, plan: Plan) -> Iterator[Manifest]:
        """Yield the objects of one sort that a plan asks for."""


EMITTERS: tuple[Emitter, ...] = (
    namespace,
    resource_quota,
    limit_range,
    pod_disruption_budget,
    priority_class,
    backup_namespace,
    backup_quota,
    snapshot_admission,
    backup_service_account,
    snapshot_network,
    snapshot_cronjob,
    backup_storage_location,
    volume_policy,
    velero_schedule,
    prometheus_rule,
    control_plane_rule,
)


def emit(plan: Plan) -> tuple[Manifest, ...]:
    """Return every object that a plan asks for, and last those by which the engine syncs the layers that then exist."""
    objects = tuple(manifest for emitter in EMITTERS for manifest in emitter.emit(plan))
    if plan.delivery is None:
        return objects
    return (*objects, *plan.delivery.engine.objects(plan.cluster.name, synced(objects)))
