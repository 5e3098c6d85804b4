"""The number of etcd members is odd, at most seven, and as high as the tier asks.

Why it matters: quorum is a majority. An even number needs one more living member than the odd number below it and tolerates no
further loss: two members are worse than one, since either of them stops the cluster. Production needs three, so that one can be
lost or maintained. Beyond seven every write waits for more disks and nothing is won.

How to fix: use one member in a lab or on the better host of a two-host edge site, three in production, five where one may be under
maintenance while another fails.

Bad:

    tier: production
    controlPlane: {hosts: [cp1, cp2]}

Good:

    tier: production
    controlPlane: {hosts: [cp1, cp2, cp3]}
"""

from collections.abc import Iterator

from compiler.findings.finding import Claim
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="warning", edge="error", production="error")

# etcd's own FAQ advises against more than seven members.
MOST = 7
LEAST = {"lab": 1, "edge": 1, "production": 3}


def check(spec: Spec, proofs: Proofs) -> Iterator[Claim]:
    """Yield one claim where the count is even, too low for the tier, or too high."""
    if proofs.placement is None:
        return
    count = len(proofs.placement.members)
    external = spec.etcd is not None and spec.etcd.placement == "external"
    path = ("spec", "etcd", "hosts") if external else ("spec", "controlPlane", "hosts")
    least = LEAST[spec.tier]
    if count < least:
        yield Claim(
            path,
            f"{spec.tier} needs at least {least} etcd members, and there {'is' if count == 1 else 'are'} {count}",
            "the first lost host or disk stops the cluster, and only a restore brings it back",
            f"add hosts until there are {least}, or claim a lower `tier`",
            label=f"{count} of {least}",
        )
    elif count % 2 == 0:
        yield Claim(
            path,
            f"{count} etcd members tolerate no more losses than {count - 1}",
            f"quorum is {count // 2 + 1} of {count}: one machine more that can stop the cluster, none more that it can"
            " spare",
            f"use {count - 1} or {count + 1} members",
            label=f"{count} is even",
        )
    elif count > MOST:
        yield Claim(
            path,
            f"{count} etcd members are more than {MOST}",
            "every write waits for a majority of disks, and recovery has more members to rebuild",
            f"use {MOST} members or fewer",
            label=f"{count} members",
        )
