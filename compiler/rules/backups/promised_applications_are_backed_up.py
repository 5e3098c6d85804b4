"""Where the promise names an RPO for applications, at least one application backup exists.

Why it matters: a promise without a backup is read by whoever depends on it, and nothing behind it brings data back.

How to fix: state an application backup, or remove the promise.

Bad, at spec.promise.applications:

    promise: {applications: {rpo: 26h, rto: 8h}}

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

SEVERITY = severity(lab="warning", edge="error", production="error")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation where the promise has no backup at all."""
    if spec.promise.applications is not None and not spec.backups.applications:
        yield Violation(
            path=("spec", "promise", "applications"),
            message="an RPO is promised for applications, and no application is backed up",
            impact="no data that applications wrote comes back",
            fix="state `backups.applications`, or remove `promise.applications`",
            on_key=True,
        )
