"""Every disruption budget lets a drain evict at least one healthy pod.

Why it matters: `kubectl drain` asks the Eviction API and retries forever when a budget allows no eviction. Nodes then cannot be
emptied for an upgrade or before a failure, and someone ends up deleting pods by force, at the worst moment. The disruption
controller rounds percentages up: 75% of three pods are three.

How to fix: allow at least one pod to be unavailable at the lowest number of replicas. Give a single replica no budget, or a second
replica.

Bad, at spec.namespaces.shop.workloads.web.disruptionBudget:

    namespaces: {shop: {workloads: {web: {replicas: 3, labels: {app: web}, disruptionBudget: {minAvailable: 75%}}}}}

Good:

    namespaces: {shop: {workloads: {web: {replicas: 3, labels: {app: web}, disruptionBudget: {maxUnavailable: 1}}}}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="warning", edge="error", production="error")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation for each budget that allows no eviction although all pods are healthy."""
    for budget in proofs.budgets:
        if budget.blocks:
            pods, single = f"{budget.replicas} pods", budget.replicas == 1
            yield Violation(
                path=budget.path,
                message=f"{budget.required} of {'1 pod' if single else pods} must stay available, so none may be evicted",
                impact="a drain of their node never completes: no upgrade, no orderly way off a failing host",
                fix="remove the budget, or run a second replica with `maxUnavailable: 1`"
                if single
                else "replace it with `maxUnavailable: 1`",
                label="allows 0 evictions",
            )
