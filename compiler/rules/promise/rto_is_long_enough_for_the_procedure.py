"""The promised RTO is at least as long as the procedure that has to meet it.

Why it matters: an RTO of thirty minutes beside a page of two hours is broken before the incident begins, and whoever depends on the
service plans with the thirty minutes.

How to fix: promise an RTO that the steps fit into. Where your own rehearsals were faster or slower than the minutes of the steps, state
what you measured in `recovery.minutes`; it then counts in place of the sum.

Bad, at spec.promise.controlPlane.rto:

    promise: {controlPlane: {rpo: 1h, rto: 30m}}

Good:

    promise: {controlPlane: {rpo: 1h, rto: 30m}}
    recovery: {minutes: {etcd-quorum-lost: 25, etcd-member-lost: 20}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.outcomes import Part
from compiler.proofs.proofs import Proofs
from compiler.proofs.recovery_times import RecoveryTime
from compiler.values import duration
from compiler.values.keypath import KeyPath

SEVERITY = severity(lab="warning", edge="warning", production="warning")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation for each RTO that some procedure does not meet: the longest of them."""
    short: dict[Part, RecoveryTime] = {}
    for time in sorted(proofs.recovery_times, key=lambda time: time.seconds):
        if not time.fits:
            short[time.part] = time
    for part, time in short.items():
        takes = duration.words(time.seconds)
        yield Violation(
            path=_path(spec, part, time.rto),
            message=f"procedure {time.procedure} takes {takes}, and the RTO is {duration.words(time.rto)}",
            impact=f"the service is back {duration.words(time.seconds - time.rto)} after the promise, if every step works at once",
            fix=f"promise an RTO of at least {takes}, or rehearse and state what you measured in `recovery.minutes`",
            label="estimate of the spec" if time.stated else "sum of the steps",
        )


def _path(spec: Spec, part: Part, rto: int) -> KeyPath:
    if part == "control-plane":
        return ("spec", "promise", "controlPlane", "rto")
    own = (name for name, backup in spec.backups.applications.items() if backup.rto == rto)
    name = next(own, None)
    return (
        ("spec", "promise", "applications", "rto") if name is None else ("spec", "backups", "applications", name, "rto")
    )
