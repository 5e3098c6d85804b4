"""What protects the managed namespaces, decided: Pod Security, quotas, limits, disruption budgets, priorities."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from compiler.model.checks import Quantity
from compiler.model.cluster import Spec
from compiler.model.namespaces import ContainerLimits, Level, QuotaKey, Resource
from compiler.model.recording import path_of, recorded
from compiler.values.sources import Sources

Amounts = tuple[tuple[str, str], ...]
"""Canonical quantities by Kubernetes' keys."""


class Quota(Struct, frozen=True):
    """A ResourceQuota."""

    hard: Amounts
    exists: Sources


class Limits(Struct, frozen=True):
    """A LimitRange for containers: amounts by `default`, `defaultRequest`, `max` and `min`."""

    amounts: tuple[tuple[str, Amounts], ...]
    exists: Sources
    sources: Sources


class Budget(Struct, frozen=True, kw_only=True):
    """A PodDisruptionBudget."""

    name: str
    labels: tuple[tuple[str, str], ...]
    min_available: int | str | None
    max_unavailable: int | str | None
    unhealthy_pods: str
    exists: Sources
    sources: Sources


class ManagedNamespace(Struct, frozen=True, kw_only=True):
    """A namespace that kedge emits, with what protects it."""

    name: str
    pod_security: Level
    labels: tuple[tuple[str, str], ...]
    annotations: tuple[tuple[str, str], ...]
    exists: Sources
    sources: Sources
    quota: Quota | None
    limits: Limits | None
    budgets: tuple[Budget, ...]


class PriorityLevel(Struct, frozen=True, kw_only=True):
    """A PriorityClass."""

    name: str
    value: int
    global_default: bool
    preemption: str
    description: str | None
    exists: Sources
    sources: Sources


class Protection(Struct, frozen=True):
    """The managed namespaces and the priority classes."""

    namespaces: tuple[ManagedNamespace, ...]
    priorities: tuple[PriorityLevel, ...]


def protection(spec: Spec) -> Protection:
    """Decide the section."""
    namespaces = tuple(_namespace(spec, name) for name, section in spec.namespaces.items() if section.manage)
    return Protection(namespaces, tuple(_priority(spec, name) for name in spec.priorities))


def _namespace(spec: Spec, name: str) -> ManagedNamespace:
    view, reads = recorded(spec)
    section = view.namespaces[name]
    _ = section.manage
    return ManagedNamespace(
        name=name,
        exists=reads.paths(),
        pod_security=section.pod_security,
        labels=tuple(section.labels.items()),
        annotations=tuple(section.annotations.items()),
        sources=reads.paths(),
        quota=_quota(spec, name),
        limits=_limits(spec, name),
        budgets=tuple(_budgets(spec, name)),
    )


def _quota(spec: Spec, namespace: str) -> Quota | None:
    view, reads = recorded(spec)
    section = view.namespaces[namespace]
    return Quota(_amounts(section.quota), reads.paths()) if section.manage and section.quota else None


def _limits(spec: Spec, namespace: str) -> Limits | None:
    view, reads = recorded(spec)
    section = view.namespaces[namespace]
    limits = section.limits if section.manage else None
    if limits is None:
        return None
    exists = (*reads.paths(), path_of(limits))
    return Limits(_stated(limits), exists, reads.paths())


def _stated(limits: ContainerLimits) -> tuple[tuple[str, Amounts], ...]:
    stated = (
        ("default", limits.default),
        ("defaultRequest", limits.default_request),
        ("max", limits.max),
        ("min", limits.min),
    )
    return tuple((key, _amounts(amounts)) for key, amounts in stated if amounts)


def _budgets(spec: Spec, namespace: str) -> Iterator[Budget]:
    for name in spec.namespaces[namespace].workloads:
        view, reads = recorded(spec)
        section = view.namespaces[namespace]
        workload = section.workloads[name]
        budget = workload.disruption_budget if section.manage else None
        if budget is not None:
            exists = (*reads.paths(), path_of(budget))
            yield Budget(
                name=name,
                labels=tuple(workload.labels.items()),
                min_available=budget.min_available,
                max_unavailable=budget.max_unavailable,
                unhealthy_pods=budget.unhealthy_pods,
                exists=exists,
                sources=reads.paths(),
            )


def _priority(spec: Spec, name: str) -> PriorityLevel:
    view, reads = recorded(spec)
    priority = view.priorities[name]
    return PriorityLevel(
        name=name,
        value=priority.value,
        global_default=priority.global_default,
        preemption=priority.preemption,
        description=priority.description,
        exists=(path_of(priority),),
        sources=reads.paths(),
    )


def _amounts(resources: Mapping[QuotaKey, Quantity] | Mapping[Resource, Quantity]) -> Amounts:
    return tuple((key, amount.text) for key, amount in resources.items())
