"""One cluster's change: recovery first, then objects, and what it destroys."""

from collections.abc import Iterable
from dataclasses import dataclass

from compiler.change.destruction import GUARDED
from compiler.change.objects import ObjectChange, object_changes
from compiler.change.recovery import RecoveryChange, recovery_changes
from compiler.kube.manifest import Manifest
from compiler.plan.plan import Plan

GUARDED_KINDS = frozenset(GUARDED.values())


@dataclass(frozen=True, slots=True)
class Side:
    """A cluster before or after the change: its plan and its objects; no plan where it does not exist or is not sound."""

    plan: Plan | None
    objects: tuple[Manifest, ...]


@dataclass(frozen=True, slots=True)
class Impact:
    """What a change does to one cluster."""

    cluster: str
    recovery: tuple[RecoveryChange, ...]
    objects: tuple[ObjectChange, ...]
    destroyed: tuple[str, ...]
    pages: bool

    @property
    def empty(self) -> bool:
        """Tell whether nothing changes at all."""
        return not (self.recovery or self.objects or self.pages)


def impact(cluster: str, old: Side, new: Side) -> Impact:
    """Return what a change does to one cluster."""
    objects = object_changes(old.objects, new.objects)
    gone = tuple(o.name for o in objects if o.action == "remove" and o.name.partition("/")[0] in GUARDED_KINDS)
    layers = {layer.folder for layer in old.plan.layers} if old.plan else set()
    left = {layer.folder for layer in new.plan.layers} if new.plan else set()
    emptied = tuple(f"layer/{layer}" for layer in sorted(layers - left))
    return Impact(cluster, recovery_changes(old.plan, new.plan), objects, (*gone, *emptied), old.plan != new.plan)


def count(impacts: Iterable[Impact], action: str) -> int:
    """Return how many objects are added, changed or removed in all clusters."""
    return sum(o.action == action for one in impacts for o in one.objects)
