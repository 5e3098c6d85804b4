"""Every volume of a stateful workload is brought back by some backup, with its data.

Why it matters: a restore that ends with empty volumes looks complete: all objects are there. A backup of objects alone does not
count, nor does a snapshot that stays in storage which dies with the cluster.

How to fix: name the workload's namespace in `backups.applications` and a method for its storage class: `data-mover` where the
driver has CSI snapshots, else `file-system`. Or say in the workload's `data` that the application's own tool backs it up, or that
it can be rebuilt.

Bad:

    storageClasses: {ceph-rbd: {backend: in-cluster, snapshots: csi}}
    namespaces: {payments: {workloads: {ledger: {labels: {app: ledger}, volumes: {data: {storageClass: ceph-rbd}}}}}}
    backups: {applications: {payments: {namespaces: [payments], schedule: "17 3 * * *", retention: 30d, to: [offsite]}}}

Good:

    storageClasses: {ceph-rbd: {backend: in-cluster, snapshots: csi}}
    namespaces: {payments: {workloads: {ledger: {labels: {app: ledger}, volumes: {data: {storageClass: ceph-rbd}}}}}}
    backups:
      applications:
        payments: {namespaces: [payments], schedule: "17 3 * * *", retention: 30d, to: [offsite], volumes: {default: data-mover}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Claim
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="warning", edge="error", production="error")


def check(spec: Spec, proofs: Proofs) -> Iterator[Claim]:
    """Yield a claim for each volume that no backup brings back."""
    for gap in proofs.uncovered:
        workload = gap.path[-3]
        yield Claim(
            gap.path,
            f"no backup brings back the data of volume {gap.path[-1]} of {workload}",
            "after a restore the volume is empty: "
            + ("; ".join(f"backup {n} {r}" for n, r in gap.reasons) or f"no backup names namespace {gap.namespace}"),
            f"back up namespace {gap.namespace} with a method for {gap.storage_class}, or say in `data` what else"
            " brings it back",
            on_key=True,
        )
