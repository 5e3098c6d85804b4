"""PodDisruptionBudget: how many pods of a workload a drain may take at once."""

from collections.abc import Iterator

from compiler.kube import meta
from compiler.kube.manifest import Manifest, ObjectKey, Origin, manifest
from compiler.plan.plan import Plan
from compiler.plan.protection import Budget


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield one PodDisruptionBudget for each workload that states a budget in a managed namespace."""
    for namespace in plan.protection.namespaces:
        for budget in namespace.budgets:
            yield manifest(
                ObjectKey("policy/v1", "PodDisruptionBudget", budget.name, namespace.name),
                {"spec": _spec(budget)},
                layer="base",
                labels=meta.labels(plan.cluster.name),
                origin=Origin(exists=budget.exists, made_from=(budget.sources,)),
            )


def _spec(budget: Budget) -> dict[str, object]:
    spec: dict[str, object] = {}
    if budget.min_available is not None:
        spec["minAvailable"] = budget.min_available
    if budget.max_unavailable is not None:
        spec["maxUnavailable"] = budget.max_unavailable
    spec["selector"] = {"matchLabels": dict(budget.labels)}
    spec["unhealthyPodEvictionPolicy"] = budget.unhealthy_pods
    return spec
