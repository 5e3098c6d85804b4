"""etcd is backed up.

Why it matters: etcd holds every object and every Secret of the cluster. When its data is lost and there is no snapshot, the cluster is
lost: it can only be built again and filled from what was kept elsewhere.

How to fix: state a schedule, a retention and a location for snapshots of etcd, and the keys that they are encrypted to.

Bad, at spec.promise.controlPlane:

    backups: {etcd: null}

Good:

    backups: {etcd: {schedule: "*/30 * * * *", retention: 14d, to: [offsite]}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="warning", edge="error", production="error")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation where the members are ours and no snapshot is taken."""
    if proofs.placement is not None and spec.backups.etcd is None:
        promised = spec.promise.control_plane is not None
        yield Violation(
            path=("spec", "promise", "controlPlane") if promised else ("spec", "controlPlane"),
            message="etcd is not backed up",
            impact="when its data is lost, the cluster is lost: every object, every Secret",
            fix="state `backups.etcd` with a schedule, a location and what takes the snapshot, and the `keys` to encrypt to",
            on_key=True,
        )
