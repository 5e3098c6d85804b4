"""The number of etcd members is odd.

Why it matters: quorum is a majority. An even number of members needs one more of them alive than the odd number below it, and
tolerates no further loss: two members are worse than one, because the loss of either stops the cluster. So 2, 4 and 6 members are
refused in every tier, in a lab too.

How to fix: use one member fewer, or one more.

Bad, at spec.controlPlane.hosts:

    tier: lab
    promise: {stayUp: []}
    controlPlane: {hosts: [cp1, cp2]}

Good:

    tier: lab
    promise: {stayUp: []}
    controlPlane: {hosts: [cp1]}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="error", edge="error", production="error")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation where the number of members is even."""
    placement = proofs.placement
    if placement is not None and len(placement.members) % 2 == 0:
        count = len(placement.members)
        yield Violation(
            path=placement.members_path,
            message=f"{count} etcd members survive no more losses than {count - 1}",
            impact=_impact(count, placement.quorum),
            fix=f"use {count - 1} or {count + 1} members",
            label=f"{count} is even",
        )


def _impact(count: int, quorum: int) -> str:
    if count == quorum:
        return "losing either host stops the cluster: twice the risk of one member"
    return f"{quorum} of {count} must be alive: one more host that can fail, and no more failures survived"
