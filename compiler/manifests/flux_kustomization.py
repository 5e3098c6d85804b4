"""Kustomization: one for each layer that holds something, in order; deleting it leaves what it applied."""

from collections.abc import Iterator

from compiler.kube import meta
from compiler.kube.manifest import Manifest
from compiler.plan import naming
from compiler.plan.plan import Delivery, Layer, Plan
from compiler.values import duration

RETRY = 120
TIMEOUT = 300
# Velero's kinds have no conditions; without these Flux would call them ready as soon as they are applied.
VELERO_HEALTH = [
    {
        "apiVersion": "velero.io/v1",
        "kind": "BackupStorageLocation",
        "current": "status.phase == 'Available'",
        "failed": "has(status.lastValidationTime) && status.phase == 'Unavailable'",
    },
    {
        "apiVersion": "velero.io/v1",
        "kind": "Schedule",
        "current": "status.phase == 'Enabled'",
        "failed": "status.phase == 'FailedValidation'",
    },
]


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield one Kustomization for each layer, where Flux syncs this cluster."""
    delivery = plan.delivery
    if delivery is None:
        return
    for layer in plan.layers:
        body = meta.kind("kustomize.toolkit.fluxcd.io/v1", "Kustomization") | {
            "metadata": meta.metadata(layer.sync, naming.labels(plan.cluster), delivery.namespace),
            "spec": _spec(plan.cluster, delivery, layer),
        }
        yield Manifest("delivery", body, (("spec", "gitops", "flux"),))


def _spec(cluster: str, delivery: Delivery, layer: Layer) -> dict[str, object]:
    spec: dict[str, object] = {}
    if layer.depends_on:
        spec["dependsOn"] = [{"name": name} for name in layer.depends_on]
    spec |= {
        "interval": duration.go(delivery.interval),
        "retryInterval": duration.go(RETRY),
        "timeout": duration.go(TIMEOUT),
        "path": f"./clusters/{cluster}/generated/{layer.folder}",
        "prune": True,
        "deletionPolicy": "Orphan",
        "wait": True,
        "sourceRef": {"kind": "GitRepository", "name": delivery.source},
    }
    if layer.name == "backup-applications":
        spec["healthCheckExprs"] = VELERO_HEALTH
    return spec
