"""Etcd has the memory that clusters of this many nodes need.

Why it matters: every node adds leases, pods, endpoints and watches, and etcd keeps its whole database and the requests in flight in memory.
Members that are enough on an ordinary day are killed on the day on which every node connects again at once: after a network fault, or
after a restore.

How to fix: give each member 16Gi above 50 nodes, 32Gi above 250 and 64Gi above 1000, as the hardware guide of etcd does, and as much on
the host.

Bad, at spec.etcd.memory:

    pools: {many: {count: 120, site: madrid}}
    etcd: {memory: 8Gi}

Good:

    pools: {many: {count: 120, site: madrid}}
    etcd: {memory: 16Gi}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.etcd_size import memory_for, nodes
from compiler.proofs.proofs import Proofs
from compiler.values import quantity

SEVERITY = severity(lab="note", edge="warning", production="warning")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation where the stated memory is less than the guide names for so many nodes."""
    size, count = proofs.etcd_size, nodes(spec)
    needed = memory_for(count)
    if size is not None and size.memory is not None and size.memory < needed:
        text = quantity.of_bytes(int(needed))
        yield Violation(
            path=("spec", "etcd", "memory"),
            message=f"{quantity.of_bytes(int(size.memory))} of memory is little for etcd of {count} nodes: the guide of etcd names {text}",
            impact="when all nodes connect again at once, after a network fault or a restore, the members are killed while they serve",
            fix=f"give each member at least {text} of memory",
        )
