"""Etcd members beyond three survive more physical hosts than three would.

Why it matters: members count for nothing, failure domains do. Five members on three physical hosts lose two members with one host and
the quorum with two, exactly as three members would; every write waits for three disks instead of two, and a recovery has five members
to rebuild. Whoever plans with "five members survive two failures" plans with a failure too many.

How to fix: put the members on as many physical hosts as there are members, or use three members. A virtual machine counts where its
hypervisor is.

Bad, at spec.controlPlane.hosts:

    hosts:
      cp1: {hypervisor: hv1}
      cp2: {hypervisor: hv2}
      cp3: {hypervisor: hv3}
      cp4: {address: 10.20.0.14, site: madrid, rack: a1, hypervisor: hv1}
      cp5: {address: 10.20.0.15, site: madrid, rack: a2, hypervisor: hv2}
    controlPlane: {hosts: [cp1, cp2, cp3, cp4, cp5]}

Good:

    hosts:
      cp1: {hypervisor: hv1}
      cp2: {hypervisor: hv2}
      cp3: {hypervisor: hv3}
      cp4: {address: 10.20.0.14, site: madrid, rack: a1, hypervisor: hv4}
      cp5: {address: 10.20.0.15, site: madrid, rack: a2, hypervisor: hv5}
    controlPlane: {hosts: [cp1, cp2, cp3, cp4, cp5]}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs import quorum
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="note", edge="warning", production="warning")

ENOUGH = 3
"""Members with which every other number is compared, two by two."""


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation where fewer members over the same physical hosts survive as much."""
    placement = proofs.placement
    if placement is None or quorum.splits_two_machines(placement):
        return
    carrying = quorum.members_by_machine(placement)
    total, survived = len(placement.members), quorum.machine_failures(carrying)
    fewer = next((n for n in range(ENOUGH, total, 2) if quorum.best_failures(n, len(carrying)) >= survived), None)
    if fewer is not None and total % 2:
        hosts = "one physical host" if len(carrying) == 1 else f"{len(carrying)} physical hosts"
        yield Violation(
            path=placement.members_path,
            message=f"{total} etcd members on {hosts} survive no more physical hosts than {fewer} would: {survived}",
            impact=f"whoever counts members expects {(total - 1) // 2} failures; every write waits for more disks",
            fix=f"put the {total} members on {total} physical hosts, or use {fewer} members",
            label=f"{total} members, {len(carrying)} physical host{'s' if len(carrying) > 1 else ''}",
        )
