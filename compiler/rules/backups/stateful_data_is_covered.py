"""Some backup restores every volume of a stateful workload with its data.

Why it matters: after a restore with empty volumes everything looks complete, because all objects are there. A backup of objects alone
does not count, nor does a snapshot that stays in storage which is lost with the cluster.

How to fix: name the workload's namespace in `backups.applications` and a method for its storage class: `data-mover` where the
driver has CSI snapshots, else `file-system`. Or state in the workload's `data` that the application's own tool backs it up, or that
it can be rebuilt.

Bad, at spec.namespaces.payments.workloads.ledger.volumes.data:

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

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="warning", edge="error", production="error")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation for each volume that no backup restores."""
    for gap in proofs.uncovered:
        workload = gap.path[-3]
        reasons = "; ".join(f"backup {name} {reason}" for name, reason in gap.reasons)
        yield Violation(
            path=gap.path,
            message=f"no backup restores the data of volume {gap.path[-1]} of {workload}",
            impact=f"after a restore the volume is empty: {reasons or f'no backup names namespace {gap.namespace}'}",
            fix=f"back up namespace {gap.namespace} with {_methods(spec, gap.storage_class)} for {gap.storage_class}, or state"
            " in `data` what else restores it",
            on_key=True,
        )


def _methods(spec: Spec, storage_class: str) -> str:
    return "`data-mover`" if spec.storage_classes[storage_class].snapshots == "csi" else "`file-system`"
