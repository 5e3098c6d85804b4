"""PodDisruptionBudget: how many pods of a workload a drain may take at once."""

from collections.abc import Iterator

from compiler.kube import meta
from compiler.kube.manifest import Manifest
from compiler.plan import naming
from compiler.plan.plan import Budget, Plan


def emit(plan: Plan) -> Iterator[Manifest]:
    """Yield one PodDisruptionBudget for each workload that states a budget in a managed namespace."""
    for namespace in plan.namespaces:
        for budget in namespace.budgets:
            body = meta.kind("policy/v1", "PodDisruptionBudget") | {
                "metadata": meta.metadata(budget.name, naming.labels(plan.cluster), namespace.name),
                "spec": _spec(budget),
            }
            yield Manifest("base", body, (budget.path,))


def _spec(budget: Budget) -> dict[str, object]:
    spec: dict[str, object] = {}
    if budget.min_available is not None:
        spec["minAvailable"] = budget.min_available
    if budget.max_unavailable is not None:
        spec["maxUnavailable"] = budget.max_unavailable
    spec["selector"] = {"matchLabels": dict(budget.labels)}
    spec["unhealthyPodEvictionPolicy"] = budget.unhealthy_pods
    return spec
