"""Hosts of the control plane take no workloads where other hosts can.

Why it matters: a workload that takes the processor, the disk or the memory of a host takes them from etcd and the API server beside it.
Slow disks alone make etcd change its leader, and a control plane that hangs cannot evict the workload that hangs it.

How to fix: take the hosts of the control plane out of the pool, and keep the control plane's taint on them. Where every host has to take
workloads, run the control plane in virtual machines of its own.

Bad, at spec.pools.workers.hosts:

    pools: {workers: {hosts: [w1, w2, cp3]}}

Good:

    pools: {workers: {hosts: [w1, w2]}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="note", edge="note", production="warning")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation for each pool that has hosts of the control plane beside others."""
    placement = proofs.placement
    if placement is None:
        return
    own = {*placement.members, *placement.api_servers}
    elsewhere = any(pool.count or set(pool.hosts) - own for pool in spec.pools.values())
    for name, pool in spec.pools.items():
        shared = [host for host in pool.hosts if host in own]
        if shared and elsewhere:
            yield Violation(
                path=("spec", "pools", name, "hosts"),
                message=f"pool {name} puts workloads on {', '.join(shared)}, beside the control plane",
                impact="a workload that takes the processor, the disk or the memory of the host stops etcd and the API there",
                fix=f"take {', '.join(shared)} out of the pool, and keep the control plane's taint there",
            )
