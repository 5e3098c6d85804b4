"""The numbers of a cluster's recovery, as `plan` compares them and the pages print them."""

from collections.abc import Iterator

from compiler.model.backups import Location
from compiler.model.cluster import Spec
from compiler.plan.plan import RecoveryNumber
from compiler.proofs.proofs import Proofs
from compiler.proofs.schedules import Stream
from compiler.values.keypath import KeyPath

CAUSES = {"operator-error": "deletion by mistake", "credential-theft": "theft of the cluster's credentials"}


def numbers(spec: Spec, proofs: Proofs) -> Iterator[RecoveryNumber]:
    """Yield every number: what is promised, what is reached, what is kept and where."""
    yield from _promises(spec)
    yield from _what_is_kept(spec)
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


def _what_is_kept(spec: Spec) -> Iterator[RecoveryNumber]:
    """Which namespaces and volumes are taken, to whom snapshots are encrypted, and what the cluster is held to."""
    yield RecoveryNumber("tier", "cluster", spec.tier, "text", "none", ("spec", "tier"))
    for name, backup in spec.backups.applications.items():
        path: KeyPath = ("spec", "backups", "applications", name)
        methods = ", ".join(f"{key} by {method}" for key, method in sorted(backup.volumes.items())) or "objects only"
        namespaces = ", ".join(sorted(backup.namespaces))
        yield RecoveryNumber("namespaces that are backed up", name, namespaces, "text", "none", (*path, "namespaces"))
        yield RecoveryNumber("volumes are taken", name, methods, "text", "none", (*path, "volumes"))
    for name, key in spec.keys.break_glass.items() if spec.keys else ():
        path = ("spec", "keys", "breakGlass", name)
        yield RecoveryNumber("break-glass recipient", name, key.age, "text", "none", path)


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
    backup = spec.backups.etcd if stream.path[-1] == "etcd" else spec.backups.applications[str(stream.path[-1])]
    to = backup.to if backup else ()
    yield RecoveryNumber("copies", stream.name, len(to), "count", "more", (*stream.path, "to"))
    for name in to:
        location = spec.locations[name]
        yield from _copy(stream.name, name, location)


def _copy(subject: str, name: str, location: Location) -> Iterator[RecoveryNumber]:
    """Where a copy lies and what guards it: a change of any of these leaves the old copies behind or opens them."""
    path: KeyPath = ("spec", "locations", name)
    lock = location.lock.retention if location.lock else 0
    place = "/".join(part for part in (location.endpoint.rstrip("/"), location.bucket, location.prefix) if part)
    yield RecoveryNumber(f"lock of the copy in {name}", subject, lock, "seconds", "more", path)
    for what, value in (
        ("place", place),
        ("site", location.site or "not stated"),
        ("account", location.account or "not stated"),
        ("mode of the lock", location.lock.mode if location.lock else "none"),
    ):
        yield RecoveryNumber(f"{what} of the copy in {name}", subject, value, "text", "none", path)
