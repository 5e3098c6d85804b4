"""A run of a backup ends before the next run starts.

Why it matters: while one run is going on the next one is skipped, so the gap doubles just when the store is slow, and the RPO is
broken although the schedule looks right.

How to fix: leave more time between two runs than `captureTimeout` and `uploadTimeout` take together, or state shorter times where they are
overestimated.

Bad, at spec.backups.etcd.schedule:

    backups: {etcd: {schedule: "*/10 * * * *", retention: 14d, to: [offsite], captureTimeout: 5m, uploadTimeout: 5m}}

Good:

    backups: {etcd: {schedule: "*/10 * * * *", retention: 14d, to: [offsite], captureTimeout: 5m, uploadTimeout: 2m}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs
from compiler.values import duration

SEVERITY = severity(lab="warning", edge="error", production="error")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation for each backup whose run may still be going on at its next start."""
    for stream in proofs.streams:
        if stream.overlaps:
            run, gap = duration.words(stream.run), duration.words(stream.shortest)
            yield Violation(
                path=(*stream.path, "schedule"),
                message=f"a run of the {stream.name} backup may take {run}, and the next one starts after {gap}",
                impact="the next run is skipped while one is going on, so the gap doubles just when the store is slow",
                fix=f"leave more than {run} between two starts, or state `captureTimeout` and"
                f" `uploadTimeout` with a sum below {gap}",
            )
