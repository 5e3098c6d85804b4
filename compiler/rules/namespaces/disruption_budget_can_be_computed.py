"""Kubernetes can compute every disruption budget.

Why it matters: for a percentage and for `maxUnavailable` the disruption controller asks the workload for its scale, and a DaemonSet
has none. The budget then reports SyncFailed and allows no eviction of any of its pods.

How to fix: give the budget of a DaemonSet a whole number as `minAvailable`, or remove it.

Bad, at spec.namespaces.shop.workloads.agent.disruptionBudget:

    namespaces:
      shop: {workloads: {agent: {kind: DaemonSet, replicas: 3, labels: {app: agent}, disruptionBudget: {maxUnavailable: 1}}}}

Good:

    namespaces:
      shop: {workloads: {agent: {kind: DaemonSet, replicas: 3, labels: {app: agent}, disruptionBudget: {minAvailable: 2}}}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="warning", edge="error", production="error")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation for each budget that the disruption controller gives up on."""
    for budget in proofs.budgets:
        if not budget.computable:
            yield Violation(
                path=budget.path,
                message="a DaemonSet has no scale that Kubernetes could compute this budget from, so no pod may be evicted",
                impact="every eviction of its pods is refused, and a drain that does not ignore DaemonSets never completes",
                fix="state only `minAvailable` with a whole number below the pods, or remove the budget",
                label="allows 0 evictions",
            )
