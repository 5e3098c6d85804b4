"""A cluster's output as it was delivered: its objects, and the name that its backups have in the buckets."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from compiler.kube.layer import LAYERS
from compiler.kube.manifest import Guard, object_title
from compiler.kube.meta import KEEP
from compiler.render.build_record import NAME
from compiler.render.tree import KUSTOMIZATION
from compiler.source.fault import Unreadable
from compiler.source.reader import read
from compiler.workspace.failure import MissingFile
from compiler.workspace.files import Files


@dataclass(frozen=True, slots=True)
class Delivered:
    """One object: its path below `generated/`, `Kind/namespace/name`, and its guard."""

    path: str
    title: str
    guard: Guard | None


@dataclass(frozen=True, slots=True)
class Output:
    """What was delivered for a cluster, and the name that the paths of its backups were made from; None where no record says it."""

    stored_as: str | None
    objects: tuple[Delivered, ...]


def delivered(files: Files, folder: str) -> Output:
    """Return an output folder; without objects where there is no output.

    A record that is damaged, or of a version that listed no objects, must not hide what is synced: then the folders are read.
    """
    try:
        record = files.read(f"{folder}/{NAME}")
    except MissingFile:
        return Output(None, tuple(_listed(files, folder)))
    return _recorded(record) or Output(None, tuple(_listed(files, folder)))


def _recorded(record: bytes) -> Output | None:
    try:
        found = json.loads(record)
        objects = tuple(
            Delivered(str(one["path"]), object_title(one["kind"], one["namespace"], one["name"]), one["guard"])
            for one in found["objects"]
        )
        return Output(str(found.get("renamedFrom", found["cluster"])), objects)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _listed(files: Files, folder: str) -> Iterator[Delivered]:
    """Yield what the kustomizations list: they are what an engine reads."""
    for layer in LAYERS:
        try:
            listed = _tree(files, f"{folder}/{layer.folder}/{KUSTOMIZATION}")
        except MissingFile:
            continue
        resources = listed.get("resources")
        for name in resources if isinstance(resources, list) else ():
            yield _read(files, folder, f"{layer.folder}/{name}")


def _read(files: Files, folder: str, path: str) -> Delivered:
    """Return one listed object; a file that cannot be read as one counts as guarded, under its path."""
    try:
        body = _tree(files, f"{folder}/{path}")
    except MissingFile:
        body = {}
    metadata = body.get("metadata")
    if not isinstance(metadata, dict):
        return Delivered(path, f"File/{path}", "consent")
    annotations = metadata.get("annotations")
    guarded = isinstance(annotations, dict) and annotations.items() >= KEEP.items()
    namespace = metadata.get("namespace")
    title = object_title(str(body.get("kind")), str(namespace) if namespace else None, str(metadata.get("name")))
    return Delivered(path, title, "consent" if guarded else None)


def _tree(files: Files, path: str) -> dict[str, object]:
    document = read(path, files.read(path))
    return {} if isinstance(document, Unreadable) or not isinstance(document.tree, dict) else {**document.tree}
