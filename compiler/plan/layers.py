"""Layers: which folders exist, and in which order they are synced. An empty layer has no folder and no sync object."""

from compiler.plan import naming
from compiler.plan.plan import Layer, LayerName

# The base stands alone, so that quotas and budgets hold even where Velero's or Prometheus' CRDs are missing.
DEPENDS_ON: dict[LayerName, tuple[LayerName, ...]] = {
    "base": (),
    "backup-control-plane": ("base",),
    "backup-applications": ("base",),
    "monitoring": ("base",),
}
FOLDERS: dict[LayerName, str] = {
    "base": "base",
    "backup-control-plane": "backup/control-plane",
    "backup-applications": "backup/applications",
    "monitoring": "monitoring",
}


def layers(cluster: str, filled: dict[LayerName, bool]) -> tuple[Layer, ...]:
    """Return the layers that hold something, each with the sync objects that it waits for."""
    present = [name for name in DEPENDS_ON if filled[name]]
    return tuple(
        Layer(
            name,
            FOLDERS[name],
            naming.sync(cluster, name),
            tuple(naming.sync(cluster, d) for d in DEPENDS_ON[name] if d in present),
        )
        for name in present
    )
