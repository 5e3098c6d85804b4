"""A restore point from before a weekend in which every run failed is still there on Monday.

Why it matters: backups that fail on Friday evening are noticed on Monday morning, and so is damage that was done on Friday night.
A retention of two days has by then removed the last good copy and kept nothing: neither Velero nor a bucket's lifecycle keeps a
"last one".

How to fix: keep backups longer than the stretch from the last run before Friday 18:00 to Monday 09:00, the time to restore
included. A week is a good floor.

Bad:

    backups: {etcd: {schedule: "0 */6 * * *", retention: 2d, to: [offsite]}}

Good:

    backups: {etcd: {schedule: "0 */6 * * *", retention: 14d, to: [offsite]}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Claim
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs
from compiler.proofs.retention import worst_weekend
from compiler.values import duration

SEVERITY = severity(lab="warning", edge="error", production="error")


def check(spec: Spec, proofs: Proofs) -> Iterator[Claim]:
    """Yield a claim for each stream whose retention is shorter than its worst weekend and the restore after it."""
    for stream in proofs.streams:
        objective = spec.promise.control_plane if stream.kind == "etcd" else spec.promise.applications
        weekend = worst_weekend(stream)
        needed = weekend.needed + (objective.rto if objective else 0)
        if stream.retention < needed:
            yield Claim(
                (*stream.path, "retention"),
                f"the {stream.name} backup is kept for {duration.words(stream.retention)} and must be kept for"
                f" {duration.words(needed)}",
                f"the run of {weekend.last_start:%Y-%m-%d %H:%M} UTC, the last before a failed weekend, is gone before"
                " it is restored on Monday",
                f"keep it for at least {duration.words(needed)}; a week is a good floor",
            )
