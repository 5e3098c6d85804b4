"""BUILD.json: which files kedge owns, from which inputs and by which version, what each was made from, and the objects among them."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from json.encoder import encode_basestring_ascii

from msgspec import Struct

from compiler.kube.manifest import Manifest
from compiler.model.metadata import Metadata
from compiler.proofs.identity import Mark
from compiler.render.tree import File
from compiler.values.keypath import dotted
from compiler.values.sources import Sources
from compiler.version import VERSION

NAME = "BUILD.json"
_OUTPUT = b',\n "files": '
"""Where the lists of the output begin, which are nearly all of a record: one space, as entries below a key have two."""


class Stated(Struct, frozen=True):
    """What a record says of its cluster: the version of kedge, path to SHA-256 of what was read, value to kind of each mark."""

    version: object
    renamed_from: object
    inputs: Mapping[str, str]
    identity: Mapping[str, str]


def build_record(
    metadata: Metadata,
    inputs: Mapping[str, bytes],
    identity: Iterable[Mark],
    files: Iterable[File],
    objects: Iterable[Manifest],
) -> bytes:
    """Return the record. `inputs`: path from the repository's root to content, as the cluster was read.

    `identity`: what no other cluster may have, compared by every run with the other clusters without reading their specs.
    """
    files = sorted(files, key=lambda file: file.path)
    # Many files have the same sources, in the same tuple: each tuple is written once.
    spelled = {id(sources): _Text(json.dumps(list(map(dotted, sources)))) for sources in _distinct(files)}
    record = {
        "kedge": VERSION,
        "cluster": metadata.name,
        **({"renamedFrom": metadata.renamed_from} if metadata.renamed_from else {}),
        "inputs": {path: _digest(content) for path, content in inputs.items()},
        "identity": {mark.value: mark.kind for mark in identity},
        "files": {file.path: file.digest or _digest(file.content) for file in files},
        "objects": [_object(one) for one in sorted(objects, key=lambda one: one.path)],
        "sources": {file.path: spelled[id(file.sources)] for file in files},
    }
    return "".join(_json_lines(record)).encode()


class _Text(str):
    """A value that is JSON already."""

    __slots__ = ()


def _distinct(files: Iterable[File]) -> Iterable[Sources]:
    return {id(file.sources): file.sources for file in files}.values()


def stated(record: bytes) -> Stated:
    """Return what a record says of its cluster, without parsing the lists of its output.

    Raises ValueError where it is not laid out as this version writes one.
    """
    found = json.loads(record[: record.index(_OUTPUT)] + b"}")
    inputs, identity = found.get("inputs"), found.get("identity")
    if not (_texts(inputs) and _texts(identity)):
        raise ValueError(f"{NAME} lacks inputs or identity")
    return Stated(found.get("kedge"), found.get("renamedFrom"), inputs, identity)


def _texts(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(entry, str) for entry in value.values())


def edited(found: bytes, produced: bytes) -> bool:
    """Return whether a person changed a record: the same version made another one from the same inputs."""
    try:
        old, new = json.loads(found), json.loads(produced)
        made_from = [(record["kedge"], record["cluster"], record["inputs"]) for record in (old, new)]
    except (ValueError, KeyError, TypeError, RecursionError):
        return found != produced
    return made_from[0] == made_from[1] and found != produced


def _object(manifest: Manifest) -> dict[str, str | None]:
    return {
        "path": manifest.path,
        "kind": manifest.kind,
        "namespace": manifest.namespace,
        "name": manifest.name,
        "layer": manifest.layer,
        "guard": manifest.guard,
    }


def _json_lines(record: Mapping[str, object]) -> Iterator[str]:
    """Yield a record as JSON with one entry on a line, so that a difference of two is short."""
    mark = "{"
    for key, value in record.items():
        yield f"{mark}\n {json.dumps(key)}: {_entries(value)}"
        mark = ","
    yield "\n}\n"


def _entries(value: object) -> str:
    if isinstance(value, dict) and value:
        entries = ",\n".join(f"  {_json(name)}: {_json(entry)}" for name, entry in value.items())
        return f"{{\n{entries}\n }}"
    if isinstance(value, list) and value:
        entries = ",\n".join(f"  {json.dumps(entry)}" for entry in value)
        return f"[\n{entries}\n ]"
    return json.dumps(value)


def _json(value: object) -> str:
    if isinstance(value, str):
        return value if isinstance(value, _Text) else encode_basestring_ascii(value)
    return json.dumps(value)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
