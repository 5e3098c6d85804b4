"""Layers: the folders of the output, each synced as one, and the order between them."""

from typing import Literal

from msgspec import Struct

LayerName = Literal["base", "backup-control-plane", "backup-applications", "monitoring", "delivery", "delivery-layers"]


class Layer(Struct, frozen=True, kw_only=True):
    """A folder of objects, and the layers that must be applied before it. `delivers`: its objects are the GitOps engine's own."""

    name: LayerName
    folder: str
    after: tuple[LayerName, ...] = ()
    delivers: bool = False


# Only the base comes first, so that quotas and budgets hold even where Velero's or Prometheus' CRDs are missing.
# What delivers is applied by hand or by a sync that was there before. Argo CD's parent Application syncs `delivery/layers`.
LAYERS: tuple[Layer, ...] = (
    Layer(name="base", folder="base"),
    Layer(name="backup-control-plane", folder="backup/control-plane", after=("base",)),
    Layer(name="backup-applications", folder="backup/applications", after=("base",)),
    Layer(name="monitoring", folder="monitoring", after=("base",)),
    Layer(name="delivery", folder="delivery", delivers=True),
    Layer(name="delivery-layers", folder="delivery/layers", delivers=True),
)
FOLDERS: dict[LayerName, str] = {layer.name: layer.folder for layer in LAYERS}
