"""What protects the managed namespaces, decided: Pod Security, quotas, limits, disruption budgets, priorities."""

from compiler.model.cluster import Spec
from compiler.model.namespaces import ContainerLimits, Namespace, Resources
from compiler.plan.plan import Budget, ManagedNamespace, PriorityLevel


def namespaces(spec: Spec) -> tuple[ManagedNamespace, ...]:
    """Return the namespaces that kedge manages."""
    return tuple(
        ManagedNamespace(
            name,
            section.pod_security,
            tuple((key, amount.text) for key, amount in section.quota.items()),
            _limits(section.limits),
            _budgets(name, section),
            ("spec", "namespaces", name),
        )
        for name, section in spec.namespaces.items()
        if section.manage
    )


def priorities(spec: Spec) -> tuple[PriorityLevel, ...]:
    """Return the priority classes."""
    return tuple(
        PriorityLevel(name, p.value, p.global_default, p.preemption, p.description, ("spec", "priorities", name))
        for name, p in spec.priorities.items()
    )


def _budgets(namespace: str, section: Namespace) -> tuple[Budget, ...]:
    return tuple(
        Budget(
            name,
            tuple(workload.labels.items()),
            workload.disruption_budget.min_available,
            workload.disruption_budget.max_unavailable,
            workload.disruption_budget.unhealthy_pods,
            ("spec", "namespaces", namespace, "workloads", name, "disruptionBudget"),
        )
        for name, workload in section.workloads.items()
        if workload.disruption_budget is not None
    )


def _limits(limits: ContainerLimits | None) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    if limits is None:
        return ()
    stated: tuple[tuple[str, Resources], ...] = (
        ("default", limits.default),
        ("defaultRequest", limits.default_request),
        ("max", limits.max),
        ("min", limits.min),
    )
    return tuple((key, tuple((r, a.text) for r, a in amounts.items())) for key, amounts in stated if amounts)
