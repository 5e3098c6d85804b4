"""A restore point from before a weekend in which every run failed is still there on Monday.

Why it matters: backups that fail on Friday evening are noticed on Monday morning, and so is damage that was done on Friday night.
A retention of two days has deleted the last good copy by then: neither Velero nor a bucket's lifecycle keeps a last one.

How to fix: keep backups longer than from the last run before Friday 18:00 to Monday 09:00, the time to restore included. A week is
a good minimum.

Bad, at spec.backups.etcd.retention:

    backups: {etcd: {schedule: "0 */6 * * *", retention: 2d, to: [offsite]}}

Good:

    backups: {etcd: {schedule: "0 */6 * * *", retention: 14d, to: [offsite]}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs
from compiler.proofs.retention import min_retention, worst_weekend
from compiler.values import duration

SEVERITY = severity(lab="warning", edge="error", production="error")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation for each backup whose retention is shorter than its worst weekend and the restore after it."""
    for stream in proofs.streams:
        needed = min_retention(stream)
        if stream.retention < needed:
            last = worst_weekend(stream).last_start
            yield Violation(
                path=(*stream.path, "retention"),
                message=f"the {stream.name} backup is kept for {duration.words(stream.retention)} and must be kept for"
                f" {duration.words(needed)}",
                impact=f"the run of {last:%Y-%m-%d %H:%M} UTC, the last before a failed weekend, is deleted before it is"
                " restored on Monday",
                fix=f"keep it for at least {duration.words(needed)}; a week is a good minimum",
            )
