"""Disruption budgets: how many pods the Eviction API lets go when all are healthy. The arithmetic is the disruption controller's."""

from dataclasses import dataclass

from compiler.model.cluster import Spec
from compiler.model.namespaces import DisruptionBudget, Workload
from compiler.values.keypath import KeyPath


@dataclass(frozen=True, slots=True)
class Budget:
    """One disruption budget at full health: pods expected, pods that must stay, evictions that are allowed at once."""

    path: KeyPath
    replicas: int
    required: int
    allowed: int


def _share(value: int | str, replicas: int) -> int:
    """Return a number of pods; percentages round up, as the disruption controller rounds both of them."""
    return -(-int(value[:-1]) * replicas // 100) if isinstance(value, str) else value


def required(budget: DisruptionBudget, replicas: int) -> int:
    """Return how many pods must stay healthy (`desiredHealthy`)."""
    if budget.min_available is not None:
        return _share(budget.min_available, replicas)
    if budget.max_unavailable is not None:
        return max(0, replicas - _share(budget.max_unavailable, replicas))
    return 0


def allowed(budget: DisruptionBudget, replicas: int) -> int:
    """Return how many healthy pods may be evicted at once (`disruptionsAllowed`)."""
    return max(0, replicas - required(budget, replicas)) if replicas else 0


def budgets(spec: Spec) -> tuple[Budget, ...]:
    """Return every disruption budget of the cluster."""
    return tuple(
        Budget(
            ("spec", "namespaces", namespace, "workloads", name, "disruptionBudget"),
            workload.replicas,
            required(workload.disruption_budget, workload.replicas),
            allowed(workload.disruption_budget, workload.replicas),
        )
        for namespace, section in spec.namespaces.items()
        for name, workload in section.workloads.items()
        if workload.disruption_budget is not None
    )


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two budgets of a namespace that select the same pods: an eviction of such a pod fails with an internal error."""

    path: KeyPath
    other: str


def overlaps(spec: Spec) -> tuple[Overlap, ...]:
    """Return each budget whose selector also selects pods of another workload that has a budget."""
    found = []
    for namespace, section in spec.namespaces.items():
        guarded = [(n, w) for n, w in section.workloads.items() if w.disruption_budget is not None]
        for i, (name, workload) in enumerate(guarded):
            for other, theirs in guarded[:i]:
                if _selects(workload, theirs) or _selects(theirs, workload):
                    found.append(Overlap(("spec", "namespaces", namespace, "workloads", name, "labels"), other))
    return tuple(found)


def _selects(selector: Workload, pods: Workload) -> bool:
    return selector.labels.items() <= pods.labels.items()
