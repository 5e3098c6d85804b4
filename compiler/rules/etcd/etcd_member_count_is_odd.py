"""The number of etcd members is odd.

Why it matters: quorum is a majority. An even number of members needs one more of them alive than the odd number below it, and
tolerates no further loss: two members are worse than one, because the loss of either stops the cluster.

How to fix: use one member more or one fewer.

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

SEVERITY = severity(lab="warning", edge="error", production="error")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation where the number of members is even."""
    placement = proofs.placement
    if placement is not None and len(placement.members) % 2 == 0:
        count = len(placement.members)
        yield Violation(
            path=placement.members_path,
            message=f"{count} etcd members tolerate no more losses than {count - 1}",
            impact=f"quorum is {placement.quorum} of {count}: one more host whose loss counts, no more losses tolerated",
            fix=f"use {count - 1} or {count + 1} members",
            label=f"{count} is even",
        )
