"""Etcd that is on one physical host is on mirrored disks.

Why it matters: where all members share a host, a disk is what fails first, and it takes the whole cluster with it: only a restore from
the backup brings it back, and everything since the last snapshot is gone. A second disk is the cheapest step up that there is.

How to fix: put the system and etcd's data on mirrored disks (RAID 1, 5, 6 or 10, or a mirrored volume of the hypervisor) and state it.
Or spread the members over three physical hosts: etcd then mirrors the data itself.

Bad, at spec.controlPlane.hosts:

    tier: edge
    promise: {stayUp: []}
    controlPlane: {hosts: [cp1]}

Good:

    tier: edge
    promise: {stayUp: []}
    controlPlane: {hosts: [cp1]}
    hosts: {cp1: {disk: {mirror: true}}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs import quorum
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="note", edge="warning", production="error")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation where all members share a physical host and some of them has one disk only."""
    placement = proofs.placement
    if placement is None or len(quorum.members_by_machine(placement)) > 1:
        return
    single = list(dict.fromkeys(name for name in placement.members if not placement.hosts[name].disk.mirror))
    if single:
        yield Violation(
            path=placement.members_path,
            message=f"all of etcd is on one physical host, and no mirrored disk is stated for {', '.join(single)}",
            impact="one lost disk takes the whole cluster: what is newer than the last snapshot is gone",
            fix=f"mirror the disks and state `disk: {{mirror: true}}` for {', '.join(single)}, or use three physical hosts",
        )
