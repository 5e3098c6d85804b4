"""What a change of the output destroys: guarded objects that data or backups depend on, and layers that become empty."""

from collections.abc import Collection, Iterable
from typing import Protocol

from compiler.kube.layer import LAYERS
from compiler.kube.manifest import Guard


class Guarded(Protocol):
    """An object as far as destruction asks: a manifest, or what was delivered."""

    @property
    def path(self) -> str:
        """Path below `generated/`."""

    @property
    def title(self) -> str:
        """`Kind/namespace/name`."""

    @property
    def guard(self) -> Guard | None:
        """What protects it."""


def destroyed(before: Iterable[Guarded], after: Collection[str]) -> tuple[str, ...]:
    """Return what is destroyed where `after` are the paths of the new output, as consent names it: `Namespace/payments`, `layer/base`."""
    before = sorted(before, key=lambda one: one.path)
    objects = [one.title for one in before if one.path not in after and one.guard == "consent"]
    old, new = _folders(one.path for one in before), _folders(after)
    return (*objects, *(f"layer/{layer.folder}" for layer in LAYERS if layer.folder in old - new))


def _folders(paths: Iterable[str]) -> set[str]:
    return {path.rpartition("/")[0] for path in paths}
