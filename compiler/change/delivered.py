"""A cluster's output as it was delivered: its objects, and the name that its backups have in the buckets."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct

from compiler.kube.layer import LAYERS
from compiler.kube.manifest import Guard, object_title
from compiler.kube.meta import KEEP
from compiler.render.build_record import NAME
from compiler.render.host_files import LOCATIONS as HOST_LOCATIONS
from compiler.render.tree import KUSTOMIZATION
from compiler.source.fault import Unreadable
from compiler.source.reader import read
from compiler.workspace.failure import MissingFile
from compiler.workspace.files import Files

_LAYER_FOLDERS = frozenset(layer.folder for layer in LAYERS)
KEPT_ALONG: frozenset[str] = frozenset({"ConfigMap", "ServiceAccount"})
"""Kinds whose guard is `keep`: the mark in the file is the same as that of an object under consent."""


class Delivered(Struct, frozen=True, dict=True):
    """One object by its path below `generated/`: read when its title or guard is asked for, as few of them ever are.

    A record can be edited, and so can a file: it is guarded if either says so, or if the file is not as the record has it.
    """

    path: str
    files: Files
    folder: str
    recorded: Mapping[str, Any] | None
    digest: str | None

    @property
    def title(self) -> str:
        """`Kind/namespace/name`, of the file where it can be read, since that is what is synced."""
        if self.body:
            return _title(self.body["kind"], self.body["metadata"])
        return _title(self.recorded["kind"], self.recorded) if self.recorded else f"File/{self.path}"

    @property
    def guard(self) -> Guard | None:
        """What protects it."""
        recorded: Guard | None = self.recorded["guard"] if self.recorded else None
        if recorded == "consent" or self._edited or not (self.body or self.recorded):
            return "consent"
        annotations = self.body["metadata"].get("annotations") if self.body else None
        if not (isinstance(annotations, dict) and annotations.items() >= KEEP.items()):
            return recorded
        return "keep" if self.body["kind"] in KEPT_ALONG else "consent"

    @cached_property
    def content(self) -> bytes | None:
        """The file's bytes; None where the record or a listing names a file that is not there."""
        try:
            return self.files.read(f"{self.folder}/{self.path}")
        except MissingFile:
            return None

    @property
    def _edited(self) -> bool:
        """Whether the file is not the one that the record lists."""
        if self.content is None or self.digest is None:
            return False
        return hashlib.sha256(self.content).hexdigest() != self.digest

    @cached_property
    def body(self) -> dict[str, Any]:
        """The object, empty where the file is missing or holds none."""
        body = _tree(self.path, self.content) if self.content is not None else {}
        return body if "kind" in body and isinstance(body.get("metadata"), dict) else {}


class Output(Struct, frozen=True):
    """What was delivered for a cluster, and the name that the paths of its backups were made from; None where no record says it.

    `host_locations`: the settings of a host's timer, one file for each location.
    """

    stored_as: str | None
    objects: tuple[Delivered, ...]
    host_locations: tuple[Delivered, ...]


class _Record(Struct, frozen=True):
    """What a build record says: the first name, objects by path, and digests of files by path."""

    stored_as: str | None
    objects: Mapping[str, Mapping[str, Any]]
    digests: Mapping[str, str]


def delivered(files: Files, folder: str) -> Output:
    """Return an output folder; without objects where there is no output.

    The union of what the record lists and what an engine reads: neither a record that is damaged or edited, nor a listing
    that lost a line, hides what is synced.
    """
    record = _record(files, folder)
    paths = {*record.objects, *(path for path in record.digests if _is_object(path)), *_listed(files, folder)}
    objects = (Delivered(path, files, folder, record.objects.get(path), record.digests.get(path)) for path in paths)
    below = (path.removeprefix(f"{folder}/") for path in files.listing(f"{folder}/{HOST_LOCATIONS}"))
    settings = (Delivered(path, files, folder, None, record.digests.get(path)) for path in below)
    return Output(record.stored_as, tuple(sorted(objects, key=lambda one: one.path)), tuple(settings))


def _record(files: Files, folder: str) -> _Record:
    try:
        found = json.loads(files.read(f"{folder}/{NAME}"))
        objects = {str(one["path"]): one for one in found["objects"] if _title(one["kind"], one) and "guard" in one}
        digests = {str(path): str(digest) for path, digest in found["files"].items()}
        return _Record(str(found.get("renamedFrom", found["cluster"])), objects, digests)
    except (MissingFile, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return _Record(None, {}, {})


def _listed(files: Files, folder: str) -> Iterator[str]:
    """Yield what an engine reads of each layer: what the kustomization lists, and without one every file."""
    for layer in LAYERS:
        place = f"{layer.folder}/{KUSTOMIZATION}"
        try:
            resources = _tree(place, files.read(f"{folder}/{place}")).get("resources")
        except MissingFile:
            below = (path.removeprefix(f"{folder}/") for path in files.listing(f"{folder}/{layer.folder}"))
            yield from (path for path in below if _is_object(path))
            continue
        for name in resources if isinstance(resources, list) else ():
            yield f"{layer.folder}/{name}"


def _is_object(path: str) -> bool:
    """Return whether a file of the output is an object that is synced."""
    folder, _, name = path.rpartition("/")
    return folder in _LAYER_FOLDERS and name.endswith(".yaml") and name != KUSTOMIZATION


def _title(kind: object, metadata: Mapping[str, Any]) -> str:
    namespace = metadata.get("namespace")
    return object_title(str(kind), str(namespace) if namespace else None, str(metadata["name"]))


def _tree(path: str, content: bytes) -> dict[str, Any]:
    document = read(path, content)
    return {} if isinstance(document, Unreadable) or not isinstance(document.tree, dict) else {**document.tree}
