"""What a manifest is: one object, its layer, what guards it from deletion, and the key paths that it was made from."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, cast

from msgspec import Struct
from msgspec.structs import replace

from compiler.kube import meta
from compiler.kube.layer import FOLDERS, LAYERS, Layer, LayerName
from compiler.values.sources import Sources, merged

Object = Mapping[str, object]

Guard = Literal["consent", "keep"]
"""What protects a live object whose file leaves Git. `keep`: GitOps leaves it in the cluster, since an object under consent
needs it. `consent`: it is left too, and kedge refuses the change unless it is named, since data or backups depend on it."""


class Manifest(Struct, frozen=True, kw_only=True):
    """One object of the output.

    `exists`: key paths that decide whether there is such an object at all; `named`: those that its file's name was made
    from; `sources`: all that it was made from, the other two included.
    """

    layer: LayerName
    guard: Guard | None
    kind: str
    namespace: str | None
    name: str
    body: Object
    exists: Sources
    named: Sources
    sources: Sources

    @property
    def path(self) -> str:
        """Path below `generated/`: kind, namespace and name, lower case, so that one name in two namespaces has two files."""
        parts = (self.kind.lower(), self.namespace, self.name)
        return f"{FOLDERS[self.layer]}/{'.'.join(part for part in parts if part)}.yaml"

    @property
    def title(self) -> str:
        """`Kind/namespace/name`, as consent and changes name an object."""
        return object_title(self.kind, self.namespace, self.name)


class ObjectKey(Struct, frozen=True):
    """Which object it is; `namespace` is None for kinds that have none."""

    api_version: str
    kind: str
    name: str
    namespace: str | None = None


class Origin(Struct, frozen=True):
    """What an object comes from: `exists` and `named` as in a Manifest, `made_from` the sources of all that its content says."""

    exists: Sources
    named: Sources = ()
    made_from: tuple[Sources, ...] = ()


def manifest(
    key: ObjectKey,
    content: Object,
    *,
    layer: LayerName,
    labels: Mapping[str, str],
    origin: Origin,
    guard: Guard | None = None,
) -> Manifest:
    """Return an object: `content` is all that follows its metadata."""
    metadata = meta.object_meta(key.name, labels, key.namespace, meta.KEEP if guard else None)
    return Manifest(
        layer=layer,
        guard=guard,
        kind=key.kind,
        namespace=key.namespace,
        name=key.name,
        body={**meta.type_meta(key.api_version, key.kind), "metadata": metadata, **content},
        exists=origin.exists,
        named=origin.named,
        sources=merged(origin.exists, origin.named, *origin.made_from),
    )


def annotated(made: Manifest, annotations: Mapping[str, str]) -> Manifest:
    """Return an object with annotations beside those of its guard, which win."""
    if not annotations:
        return made
    metadata = cast("dict[str, Any]", made.body["metadata"])
    both = dict(sorted({**annotations, **metadata.get("annotations", {})}.items()))
    return replace(made, body={**made.body, "metadata": {**metadata, "annotations": both}})


def object_title(kind: str, namespace: str | None, name: str) -> str:
    """Return `Kind/namespace/name`, without a namespace where the kind has none."""
    return "/".join(part for part in (kind, namespace, name) if part)


def layers_of(manifests: Iterable[Manifest]) -> Iterator[Layer]:
    """Yield the layers that something was emitted into, in their order."""
    filled = {one.layer for one in manifests}
    return (layer for layer in LAYERS if layer.name in filled)
