"""etcd has at most seven members.

Why it matters: every write waits until a majority of the members has it on disk. With more than seven members writes get slower, and
recovery has more members to rebuild, while losses of more than three hosts at once are rarely independent.

How to fix: use five or seven members, spread over the failure domains.

Bad, at spec.controlPlane.hosts:

    hosts:
      cp4: {address: 10.20.0.54}
      cp5: {address: 10.20.0.55}
      cp6: {address: 10.20.0.56}
      cp7: {address: 10.20.0.57}
      cp8: {address: 10.20.0.58}
      cp9: {address: 10.20.0.59}
    controlPlane: {hosts: [cp1, cp2, cp3, cp4, cp5, cp6, cp7, cp8, cp9]}

Good:

    hosts:
      cp4: {address: 10.20.0.54}
      cp5: {address: 10.20.0.55}
    controlPlane: {hosts: [cp1, cp2, cp3, cp4, cp5]}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="warning", edge="error", production="error")

# etcd's own FAQ advises against more than seven members.
MAX_MEMBERS = 7


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation where there are more members."""
    placement = proofs.placement
    if placement is not None and len(placement.members) > MAX_MEMBERS:
        count = len(placement.members)
        yield Violation(
            path=placement.members_path,
            message=f"{count} etcd members are more than {MAX_MEMBERS}",
            impact="every write waits for a majority of disks, and recovery has more members to rebuild",
            fix=f"use {MAX_MEMBERS} or 5 members",
            label=f"{count} members",
        )
