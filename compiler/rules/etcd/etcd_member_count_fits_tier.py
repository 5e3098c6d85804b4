"""etcd has as many members as the tier requires.

Why it matters: with one or two members the first lost host stops the cluster, and only a restore brings it back. Production needs
three, so that one can fail or be maintained while the other two keep the quorum.

How to fix: use one member in a lab or on the better host of a two-host edge site, three in production, five where one may be under
maintenance while another fails. Or claim the lower tier that the cluster really is.

Bad, at spec.controlPlane.hosts:

    tier: production
    controlPlane: {hosts: [cp1, cp2]}

Good:

    tier: production
    controlPlane: {hosts: [cp1, cp2, cp3]}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="warning", edge="error", production="error")

MIN_MEMBERS = {"lab": 1, "edge": 1, "production": 3}


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation where there are fewer members than the tier requires."""
    placement, needed = proofs.placement, MIN_MEMBERS[spec.tier]
    if placement is not None and len(placement.members) < needed:
        count = len(placement.members)
        yield Violation(
            path=placement.members_path,
            message=f"{spec.tier} needs at least {needed} etcd members, and there {'is' if count == 1 else 'are'} {count}",
            impact="the first lost host or disk stops the cluster, and only a restore brings it back",
            fix=f"add hosts until there are {needed} members, or claim a lower `tier`",
            label=f"{count} of {needed}",
        )
