"""Disruption budgets: how many pods the Eviction API lets go when all are healthy. The arithmetic is the disruption controller's."""

from msgspec import Struct

from compiler.model.cluster import Spec
from compiler.model.namespaces import DisruptionBudget, Workload
from compiler.values.keypath import KeyPath


class Budget(Struct, frozen=True, kw_only=True):
    """One disruption budget at full health: pods expected, pods that must stay, evictions that are allowed at once.

    `computable` is False where the disruption controller gives up: then nothing is allowed, whatever the numbers say.
    """

    path: KeyPath
    replicas: int
    required: int
    allowed: int
    computable: bool

    @property
    def blocks(self) -> bool:
        """Whether a drain of a node with one of the pods never completes, although all are healthy."""
        return self.computable and self.replicas > 0 and self.allowed == 0


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


def computable(budget: DisruptionBudget, kind: str) -> bool:
    """Return whether the disruption controller can compute a budget over a kind of workload.

    All but a whole `minAvailable` needs the number of pods wanted, from the workload's scale, and a DaemonSet has none:
    the controller reports SyncFailed and allows no eviction (seen on Kubernetes 1.35.4).
    """
    return kind != "DaemonSet" or isinstance(budget.min_available, int)


def budgets(spec: Spec) -> tuple[Budget, ...]:
    """Return every disruption budget of the cluster."""
    return tuple(
        _budget(
            ("spec", "namespaces", namespace, "workloads", name, "disruptionBudget"),
            workload.disruption_budget,
            workload,
        )
        for namespace, section in spec.namespaces.items()
        for name, workload in section.workloads.items()
        if workload.disruption_budget is not None
    )


def _budget(path: KeyPath, budget: DisruptionBudget, workload: Workload) -> Budget:
    known = computable(budget, workload.kind)
    evictions = allowed(budget, workload.replicas) if known else 0
    return Budget(
        path=path,
        replicas=workload.replicas,
        required=required(budget, workload.replicas),
        allowed=evictions,
        computable=known,
    )


class Overlap(Struct, frozen=True):
    """Two budgets of a namespace that select the same pods: an eviction of such a pod fails with an internal error."""

    path: KeyPath
    other: str


def overlaps(spec: Spec) -> tuple[Overlap, ...]:
    """Return each budget whose selector also selects pods of another workload that has a budget."""
    overlapping = []
    for namespace, section in spec.namespaces.items():
        budgeted = [(n, w) for n, w in section.workloads.items() if w.disruption_budget is not None]
        for i, (name, workload) in enumerate(budgeted):
            path = ("spec", "namespaces", namespace, "workloads", name, "labels")
            overlapping += [Overlap(path, other) for other, theirs in budgeted[:i] if _meet(workload, theirs)]
    return tuple(overlapping)


def _meet(one: Workload, other: Workload) -> bool:
    """Return whether the selector of either selects the pods of the other."""
    return one.labels.items() <= other.labels.items() or other.labels.items() <= one.labels.items()
