"""Layers: the folders of the output, each synced as one, and the order between them."""

from dataclasses import dataclass
from typing import Literal

LayerName = Literal["base", "backup-control-plane", "backup-applications", "monitoring", "delivery"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A folder of objects, and the layers that must be applied before it."""

    name: LayerName
    folder: str
    after: tuple[LayerName, ...] = ()


# Only the base comes first, so that quotas and budgets hold even where Velero's or Prometheus' CRDs are missing.
# The delivery layer holds the objects of the GitOps engine that sync the others; the engine does not sync it.
LAYERS: tuple[Layer, ...] = (
    Layer(name="base", folder="base"),
    Layer(name="backup-control-plane", folder="backup/control-plane", after=("base",)),
    Layer(name="backup-applications", folder="backup/applications", after=("base",)),
    Layer(name="monitoring", folder="monitoring", after=("base",)),
    Layer(name="delivery", folder="delivery"),
)
FOLDERS: dict[LayerName, str] = {layer.name: layer.folder for layer in LAYERS}
