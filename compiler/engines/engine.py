"""What a GitOps engine is to kedge: one interface, one file for each engine."""

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Protocol

from msgspec import Struct

from compiler.kube.layer import LAYERS, Layer, LayerName
from compiler.kube.manifest import Manifest
from compiler.values.sources import Sources, merged


class RequiredSecret(Struct, frozen=True):
    """A Secret that must exist in the cluster, made by a person. `keys`: alternatives, each a list of its keys."""

    name: str
    namespace: str
    keys: tuple[tuple[str, ...], ...]


class RequiredSettings(Struct, frozen=True, kw_only=True):
    """Keys that a ConfigMap of the engine's installation must hold, set by its administrator. `stated`: the spec says that they are set.
    `signers`: fingerprints of the public keys that the installation must know."""

    config_map: str
    namespace: str
    data: Mapping[str, str]
    stated: bool
    signers: tuple[str, ...]


class SyncedLayer(Struct, frozen=True):
    """A layer that something was emitted into, the layers among them that must be applied before it, and what decides that it exists."""

    layer: Layer
    after: tuple[Layer, ...]
    exists: Sources


class Engine(Protocol):
    """An engine that syncs the layers of a cluster: its key in the spec, its name for people, and the slugs of the runbook steps
    that suspend, resume and show its syncs."""

    name: ClassVar[str]
    title: ClassVar[str]
    suspend_step: ClassVar[str]
    resume_step: ClassVar[str]
    status_step: ClassVar[str]

    @property
    def namespace(self) -> str:
        """Namespace of the engine and of the objects that it syncs by."""

    @property
    def secrets(self) -> tuple[RequiredSecret, ...]:
        """The Secrets that it needs."""

    @property
    def settings(self) -> RequiredSettings | None:
        """What its installation must be set to, None where its objects say all."""

    @property
    def exists(self) -> Sources:
        """What decides that the cluster has it."""

    def sync_name(self, cluster: str, layer: Layer) -> str:
        """Return the name of the object that syncs a layer."""

    def objects(self, cluster: str, layers: Iterable[SyncedLayer]) -> Iterator[Manifest]:
        """Yield the objects by which the engine syncs these layers, in their order, each when the health of those before it is good."""


def synced(manifests: Iterable[Manifest]) -> tuple[SyncedLayer, ...]:
    """Return the layers of what was emitted, in their order.

    A layer exists while it holds any object. A change that empties it removes its first object too, so what decides that
    this one exists names every change that can empty the layer.
    """
    first: dict[LayerName, Manifest] = {}
    for one in manifests:
        first.setdefault(one.layer, one)
    layers: list[SyncedLayer] = []
    for layer in (layer for layer in LAYERS if layer.name in first):
        after = tuple(earlier.layer for earlier in layers if earlier.layer.name in layer.after)
        exists = merged(first[layer.name].exists, *(first[one.name].exists for one in after))
        layers.append(SyncedLayer(layer, after, exists))
    return tuple(layers)
