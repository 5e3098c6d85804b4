"""The worst gap between two runs, with every delay until the copy exists, stays within the RPO.

Why it matters: the RPO is broken by the worst day of the year, not by the usual one. What counts is the largest gap between two
starts as the consumer of the schedule makes them, clock changes included, and then the late start, the queue, the capture and the
upload: data is safe only when its copy is. A run that may take longer than the shortest gap makes the next one be skipped.

How to fix: run more often, shorten `captureTimeout` or `uploadTimeout` where they are overestimated, or promise a longer RPO.

Bad:

    promise: {controlPlane: {rpo: 1h, rto: 2h}}
    backups: {etcd: {schedule: "0 * * * *", retention: 14d, to: [offsite]}}

Good:

    promise: {controlPlane: {rpo: 1h, rto: 2h}}
    backups: {etcd: {schedule: "*/30 * * * *", retention: 14d, to: [offsite]}}
"""

from collections.abc import Iterator

from compiler.findings.finding import Claim
from compiler.findings.rule import severity
from compiler.model.cluster import Spec
from compiler.proofs.proofs import Proofs
from compiler.proofs.schedules import Stream
from compiler.values import duration

SEVERITY = severity(lab="warning", edge="error", production="error")


def check(spec: Spec, proofs: Proofs) -> Iterator[Claim]:
    """Yield a claim for each stream that can be too old, overlaps itself, or has no objective; and for a promise without a backup."""
    for stream in proofs.streams:
        if stream.rpo is None:
            yield _no_objective(stream)
        elif stream.worst > stream.rpo:
            yield _too_old(stream, stream.rpo)
        if stream.capture + stream.upload >= stream.shortest:
            yield _overlaps(stream)
    yield from _no_backup(spec, proofs)


def _too_old(stream: Stream, rpo: int) -> Claim:
    delays = (
        ("gap", stream.gap.seconds),
        ("late start", stream.start_delay),
        ("queue", stream.queue),
        ("capture", stream.capture),
        ("upload", stream.upload),
    )
    return Claim(
        (*stream.path, "schedule"),
        f"data of the {stream.name} backup can be {duration.words(stream.worst)} old, and the RPO is"
        f" {duration.words(rpo)}",
        " + ".join(f"{what} {duration.words(seconds)}" for what, seconds in delays if seconds)
        + f" = {duration.words(stream.worst)}",
        "run it more often, or promise a longer RPO",
        label=f"largest gap from {stream.gap.start:%Y-%m-%d %H:%M} to {stream.gap.end:%Y-%m-%d %H:%M} UTC",
    )


def _overlaps(stream: Stream) -> Claim:
    return Claim(
        (*stream.path, "schedule"),
        f"a run of the {stream.name} backup may take {duration.words(stream.capture + stream.upload)}, and the next"
        f" starts after {duration.words(stream.shortest)}",
        "the next run is skipped while one is going on, so the gap doubles just when the store is slow",
        "leave more time between runs, or state a shorter `captureTimeout` and `uploadTimeout`",
    )


def _no_objective(stream: Stream) -> Claim:
    which = "controlPlane" if stream.kind == "etcd" else "applications"
    return Claim(
        (*stream.path, "schedule"),
        f"there is no RPO for the {stream.name} backup",
        "whether it runs often enough is not proven, and no alert can tell when it is late",
        f"state `promise.{which}`",
        proven=False,
    )


def _no_backup(spec: Spec, proofs: Proofs) -> Iterator[Claim]:
    if proofs.placement is not None and spec.backups.etcd is None:
        promised = spec.promise.control_plane is not None
        yield Claim(
            ("spec", "promise", "controlPlane") if promised else ("spec", "controlPlane"),
            "etcd is not backed up",
            "when its data is lost, the cluster is lost: every object, every Secret",
            "state `backups.etcd`, with `keys` and a location",
            on_key=True,
        )
    if spec.promise.applications is not None and not spec.backups.applications:
        yield Claim(
            ("spec", "promise", "applications"),
            "applications are promised an RPO, and none is backed up",
            "nothing that they wrote comes back",
            "state `backups.applications`, or take the promise out",
            on_key=True,
        )
