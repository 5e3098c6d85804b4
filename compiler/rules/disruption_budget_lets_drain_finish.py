"""Every disruption budget lets a drain take at least one healthy pod.

Why it matters: `kubectl drain` asks the Eviction API and is refused for ever by a budget without slack. Nodes then cannot be
emptied for an upgrade or before a failure, and someone ends up deleting pods by force, at the worst moment. The disruption
controller rounds percentages up: 75% of three pods are three.

How to fix: allow at least one pod to be gone at the lowest number of replicas, and give a single replica no budget or a second
replica. Selectors of two budgets must not meet: an eviction of such a pod fails with an internal error.
A DaemonSet has no scale to take a share of: the controller refuses percentages and `maxUnavailable` for it.

Bad:

    namespaces: {shop: {workloads: {web: {replicas: 3, labels: {app: web}, disruptionBudget: {minAvailable: 75%}}}}}

Good:

    namespaces: {shop: {workloads: {web: {replicas: 3, labels: {app: web}, disruptionBudget: {maxUnavailable: 1}}}}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Claim
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="warning", edge="error", production="error")


def check(spec: Spec, proofs: Proofs) -> Iterator[Claim]:
    """Yield a claim for each budget that blocks and for each pair of budgets that select the same pods."""
    for budget in proofs.budgets:
        if not budget.computable:
            yield Claim(
                budget.path,
                "a DaemonSet has no scale that Kubernetes could compute this budget from, so none of its pods may be evicted",
                "an eviction of its pods is refused for ever; a drain passes over a DaemonSet only where it is told to",
                "use a whole number as `minAvailable`, or drop the budget",
                label="allows 0 evictions",
            )
        elif budget.replicas and budget.allowed == 0:
            yield Claim(
                budget.path,
                f"of {budget.replicas} {'pod' if budget.replicas == 1 else 'pods'} {budget.required} must stay, so none"
                " may be evicted",
                "a drain of their node never finishes: no upgrade, no orderly way off a failing host",
                "add a replica or drop the budget" if budget.replicas == 1 else "use `maxUnavailable: 1`",
                label="allows 0 evictions",
            )
    for overlap in proofs.overlaps:
        yield Claim(
            overlap.path,
            f"these labels meet the disruption budget of {overlap.other} too",
            "a pod under two budgets cannot be evicted at all: the Eviction API answers with an internal error",
            "give the pods of each workload a label value of their own",
        )
