"""The places in buckets that backups are written to: those of a plan, those of an output, and what a change leaves behind.

Where a place moves, Velero removes its record of every backup that the new place does not hold, and the pages list the new place alone.
"""

import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from compiler.change.delivered import Delivered, Output
from compiler.plan.plan import Plan

KIND = "copies"
"""What consent to a place that is left behind names, with the location's name and the place: it covers no other move."""


class Place(Struct, frozen=True):
    """A folder in a bucket; all empty where an object does not say it as kedge writes it."""

    endpoint: str
    bucket: str
    path: str

    @property
    def text(self) -> str:
        """`s3.example.net/bucket/path`, empty where it is not known."""
        host = self.endpoint.partition("://")[2].rstrip("/")
        return "/".join(part for part in (host, self.bucket, self.path) if part)


UNKNOWN = Place("", "", "")


def places(plan: Plan | None) -> frozenset[Place]:
    """Return the places that the backups of a plan are written to."""
    if plan is None:
        return frozenset()
    etcd = plan.etcd_backup.stores if plan.etcd_backup else ()
    velero = (location.store for location in plan.applications.locations)
    return frozenset(
        (
            *(Place(store.endpoint, store.bucket, store.etcd_prefix) for store in etcd),
            *(Place(store.endpoint, store.bucket, store.velero_prefix) for store in velero),
        )
    )


def left_behind(before: Output, produced: Mapping[str, bytes | None], after: Collection[Place]) -> tuple[str, ...]:
    """Return the places of an output that are no longer written to, as consent names them: `copies/offsite/s3.example.net/bucket/path`.

    `produced`: content of the new output by path, None where it is not known. An object that goes needs consent by its own name.
    """
    changed = [one for one in before.objects if one.path in produced and produced[one.path] != one.content]
    settings = [one for one in before.host_locations if produced.get(one.path) != one.content]
    written = (*_of_objects(changed), *((one.path.rpartition("/")[2], _of_settings(one)) for one in settings))
    return tuple(
        sorted({"/".join(filter(None, (KIND, name, place.text))) for name, place in written if place not in after})
    )


def _of_objects(objects: Iterable[Delivered]) -> Iterator[tuple[str, Place]]:
    """Yield the places of each object that writes to one, with the name of its location."""
    for one in objects:
        read = _READERS.get(str(one.body.get("kind")))
        if read is None:
            continue
        try:
            yield from tuple(read(one.body))
        except (KeyError, TypeError, AttributeError):
            yield str(one.body["metadata"].get("name")), UNKNOWN


def _of_velero(body: Mapping[str, Any]) -> Iterator[tuple[str, Place]]:
    spec = body["spec"]
    storage = spec["objectStorage"]
    stated = spec["config"]["s3Url"], storage["bucket"], storage["prefix"]
    yield body["metadata"]["name"], Place(*map(str, stated))


def _of_job(body: Mapping[str, Any]) -> Iterator[tuple[str, Place]]:
    pod = body["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    for container in (*pod.get("initContainers", ()), *pod["containers"]):
        values = {entry["name"]: entry.get("value") for entry in container.get("env", ())}
        if "KEDGE_BUCKET" in values:
            stated = values["KEDGE_ENDPOINT"], values["KEDGE_BUCKET"], values["KEDGE_TARGET"]
            yield container["name"].removeprefix("put-"), Place(*map(str, stated))


_READERS = {"BackupStorageLocation": _of_velero, "CronJob": _of_job}


def _of_settings(file: Delivered) -> Place:
    """Return the place that the settings of a host's timer state."""
    try:
        lines = shlex.split((file.content or b"").decode(), comments=True)
        values = dict(line.split("=", 1) for line in lines)
        return Place(values["ENDPOINT"], values["BUCKET"], values["TARGET"])
    except (ValueError, KeyError):
        return UNKNOWN
