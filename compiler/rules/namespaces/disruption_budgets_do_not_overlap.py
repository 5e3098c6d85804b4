"""No pod is selected by two disruption budgets.

Why it matters: the Eviction API answers with an internal error for a pod under two budgets. Such a pod cannot be evicted at all, and a
drain of its node never completes.

How to fix: give the pods of each workload a label value of their own, and select by it.

Bad, at spec.namespaces.shop.workloads.api.labels:

    namespaces:
      shop:
        workloads:
          web: {replicas: 3, labels: {app: shop}, disruptionBudget: {maxUnavailable: 1}}
          api: {replicas: 3, labels: {app: shop, part: api}, disruptionBudget: {maxUnavailable: 1}}

Good:

    namespaces:
      shop:
        workloads:
          web: {replicas: 3, labels: {app: shop, part: web}, disruptionBudget: {maxUnavailable: 1}}
          api: {replicas: 3, labels: {app: shop, part: api}, disruptionBudget: {maxUnavailable: 1}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="warning", edge="error", production="error")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation for each budget whose selector also selects pods of another budget."""
    for overlap in proofs.overlaps:
        yield Violation(
            path=overlap.path,
            message=f"these labels overlap with the disruption budget of {overlap.other}",
            impact="a pod under two budgets cannot be evicted at all: the Eviction API answers with an internal error",
            fix="give the pods of each workload a label value of their own",
        )
