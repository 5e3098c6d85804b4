"""Etcd is not split over the only two physical hosts.

Why it matters: of three members on two hosts, one host has two. Losing that host stops the cluster, exactly as if all three were on it;
the third member on the other host saves nothing, and one more host can now fail in a way that needs attention. It looks like high
availability, and nobody plans for the day on which it is not.

How to fix: keep all members on the more reliable host, on mirrored disks, and rehearse the restore. Or add a third host for one member:
a small one is enough. A virtual machine counts where its hypervisor is.

Bad, at spec.controlPlane.hosts:

    hosts:
      cp1: {hypervisor: hv1}
      cp2: {hypervisor: hv1}
      cp3: {hypervisor: hv2}
      w1: {hypervisor: hv1}
      w2: {hypervisor: hv2}

Good:

    hosts:
      cp1: {hypervisor: hv1}
      cp2: {hypervisor: hv1}
      cp3: {hypervisor: hv1}
      w1: {hypervisor: hv1}
      w2: {hypervisor: hv2}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs import quorum
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="warning", edge="error", production="error")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation where the members are on both of the only two physical hosts."""
    placement = proofs.placement
    if placement is None or not quorum.splits_two_machines(placement):
        return
    (more, most), (less, fewest) = quorum.members_by_machine(placement).most_common()
    left = f"{len(placement.members) - most} of {len(placement.members)} members are left without {more}"
    losing = f"losing {more} stops the cluster" if most > fewest else f"losing {more} or {less} stops the cluster"
    yield Violation(
        path=placement.members_path,
        message=f"etcd is split {most}+{fewest} over two physical hosts, and {losing}",
        impact=f"{left}, and {placement.quorum} are needed: no better than all on {more}",
        fix=f"keep all members on the more reliable of {more} and {less}, or add a third host with a member of its own",
        label=f"{most} on {more}, {fewest} on {less}",
    )
