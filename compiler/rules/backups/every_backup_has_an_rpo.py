"""Every backup has an RPO that its schedule is checked against.

Why it matters: without an objective nobody can say whether a backup runs often enough, and no alert knows when it is late.

How to fix: state the objective for etcd (`promise.controlPlane`) or for applications (`promise.applications`).

Bad, at spec.backups.applications.shop.schedule:

    namespaces: {shop: {}}
    backups: {applications: {shop: {namespaces: [shop], schedule: "0 3 * * *", retention: 14d, to: [offsite]}}}

Good:

    promise: {applications: {rpo: 26h, rto: 8h}}
    namespaces: {shop: {}}
    backups: {applications: {shop: {namespaces: [shop], schedule: "0 3 * * *", retention: 14d, to: [offsite]}}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs

SEVERITY = severity(lab="warning", edge="warning", production="warning")

FIXES = {
    "etcd": "state `promise.controlPlane`",
    "application": "state `promise.applications`, or `rpo` of this backup",
}


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation for each backup without an objective."""
    for stream in proofs.streams:
        if stream.rpo is None:
            yield Violation(
                path=(*stream.path, "schedule"),
                message=f"there is no RPO for the {stream.name} backup",
                impact="whether it runs often enough is not proven, and no alert can fire when it is late",
                fix=FIXES[stream.kind],
                proven=False,
            )
