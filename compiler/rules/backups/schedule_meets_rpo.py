"""The largest gap between two runs, with every delay until the copy exists, stays within the RPO.

Why it matters: the RPO is broken on the worst day of the year, not on the usual one. What counts is the largest gap between two
starts as the consumer of the schedule computes them, clock changes included, and then the late start, the queue, the capture and the
upload: data is safe only when its copy is.

How to fix: run more often, shorten `captureTimeout` or `uploadTimeout` where they are overestimated, or promise a longer RPO.

Bad, at spec.backups.etcd.schedule:

    promise: {controlPlane: {rpo: 1h, rto: 2h}}
    backups: {etcd: {schedule: "0 * * * *", retention: 14d, to: [offsite]}}

Good:

    promise: {controlPlane: {rpo: 1h, rto: 2h}}
    backups: {etcd: {schedule: "*/30 * * * *", retention: 14d, to: [offsite]}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Violation
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs
from compiler.proofs.schedules import Stream
from compiler.values import duration

SEVERITY = severity(lab="warning", edge="error", production="error")


def check(spec: Spec, proofs: Proofs) -> Iterator[Violation]:
    """Yield a violation for each backup whose data can get older than its RPO."""
    for stream in proofs.streams:
        if stream.rpo is not None and stream.worst > stream.rpo:
            yield _too_old(stream, stream.rpo)


def _too_old(stream: Stream, rpo: int) -> Violation:
    parts = {
        "gap": stream.gap.seconds,
        "late start": stream.start_delay,
        "queue": stream.queue,
        "capture": stream.capture,
        "upload": stream.upload,
    }
    worst = duration.words(stream.worst)
    return Violation(
        path=(*stream.path, "schedule"),
        message=f"data of the {stream.name} backup can be {worst} old, and the RPO is {duration.words(rpo)}",
        impact=" + ".join(f"{part} {duration.words(seconds)}" for part, seconds in parts.items() if seconds)
        + f" = {worst}",
        fix=_fix(stream, worst),
        label=f"largest gap from {stream.gap.start:%Y-%m-%d %H:%M} to {stream.gap.end:%Y-%m-%d %H:%M} UTC",
    )


def _fix(stream: Stream, worst: str) -> str:
    longer = f"promise an RPO of at least {worst}"
    if stream.allowed_gap <= stream.run:
        return f"{longer}, or shorten `captureTimeout` and `uploadTimeout`"
    return f"start a run at least every {duration.words(stream.allowed_gap)}, or {longer}"
