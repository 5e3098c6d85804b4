"""The numbers of a cluster's recovery, as `plan` compares them and the pages print them."""

from collections.abc import Iterator

from compiler.model.cluster import Spec
from compiler.plan.plan import RecoveryNumber
from compiler.proofs.proofs import Proofs
from compiler.proofs.schedules import Stream

CAUSES = {"operator-error": "deletion by mistake", "thief": "theft of the cluster's credentials"}


def numbers(spec: Spec, proofs: Proofs) -> Iterator[RecoveryNumber]:
    """Yield every number: what is promised, what is reached, what is kept and where."""
    yield from _promises(spec)
    for stream in proofs.streams:
        yield from _stream(spec, stream)
    if proofs.placement is not None:
        members = len(proofs.placement.members)
        path = ("spec", "controlPlane", "hosts")
        yield RecoveryNumber("etcd members", "control plane", members, "count", "none", path)
        yield RecoveryNumber(
            "etcd members that may be lost", "control plane", members - proofs.placement.quorum, "count", "more", path
        )
    if spec.keys is not None:
        yield RecoveryNumber(
            "break-glass keys",
            "control plane",
            len(spec.keys.break_glass),
            "count",
            "more",
            ("spec", "keys", "breakGlass"),
        )


def _promises(spec: Spec) -> Iterator[RecoveryNumber]:
    for field, objective in (("controlPlane", spec.promise.control_plane), ("applications", spec.promise.applications)):
        subject = "control plane" if field == "controlPlane" else "applications"
        if objective is not None:
            path = ("spec", "promise", field)
            yield RecoveryNumber("promised RPO", subject, objective.rpo, "seconds", "less", (*path, "rpo"))
            yield RecoveryNumber("promised RTO", subject, objective.rto, "seconds", "less", (*path, "rto"))
    for kind in spec.promise.stay_up:
        yield _promise("promise that the API keeps serving", kind, "stayUp")
    for loss in spec.promise.recover:
        yield _promise("promise to come back", loss, "recover")


def _promise(what: str, loss: str, field: str) -> RecoveryNumber:
    subject = CAUSES.get(loss, f"loss of a {loss}")
    return RecoveryNumber(what, subject, "made", "text", "none", ("spec", "promise", field))


def _stream(spec: Spec, stream: Stream) -> Iterator[RecoveryNumber]:
    yield RecoveryNumber("worst data loss", stream.name, stream.worst, "seconds", "less", (*stream.path, "schedule"))
    yield RecoveryNumber("retention", stream.name, stream.retention, "seconds", "more", (*stream.path, "retention"))
    backup = (
        spec.backups.control_plane
        if stream.path[-1] == "controlPlane"
        else spec.backups.applications[str(stream.path[-1])]
    )
    to = backup.to if backup else ()
    yield RecoveryNumber("copies", stream.name, len(to), "count", "more", (*stream.path, "to"))
    for name in to:
        location = spec.locations[name]
        lock = location.lock.retention if location.lock else 0
        yield RecoveryNumber(
            "lock of the copy in " + name, stream.name, lock, "seconds", "more", ("spec", "locations", name)
        )
        yield RecoveryNumber(
            "site of the copy in " + name,
            stream.name,
            location.site or "not stated",
            "text",
            "none",
            ("spec", "locations", name),
        )
