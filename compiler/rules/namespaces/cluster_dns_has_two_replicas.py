"""Cluster DNS has at least two replicas.

Why it matters: with one replica the loss or the drain of its node stops name resolution in the whole cluster. Nearly every workload
fails within seconds, also those whose own replicas are well spread, and so do most of the tools that would be used to recover.

How to fix: run two replicas or more, on different nodes, and state what runs. A DaemonSet has one on each node. DNS is known by its
label `k8s-app: kube-dns` in `kube-system`.

Bad, at spec.namespaces.kube-system.workloads.coredns.replicas:

    namespaces:
      kube-system: {manage: false, workloads: {coredns: {labels: {k8s-app: kube-dns}, replicas: 1}}}

Good:

    namespaces:
      kube-system: {manage: false, workloads: {coredns: {labels: {k8s-app: kube-dns}, replicas: 2}}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.components import NEEDED, SYSTEM, dns_pods, dns_workloads
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="note", edge="warning", production="error")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation where the workloads that are declared as DNS have fewer pods together."""
    pods = dns_pods(spec)
    if pods is not None and pods < NEEDED["dns"]:
        name = dns_workloads(spec)[0]
        yield Violation(
            path=("spec", "namespaces", SYSTEM, "workloads", name, "replicas"),
            message=f"cluster DNS has {'one replica' if pods else 'no replica'}",
            impact="the loss or the drain of one node stops name resolution in the whole cluster",
            fix=f"run {NEEDED['dns']} replicas on different nodes, and set `replicas` to what runs",
        )
