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
    sound: bool = True


@dataclass(frozen=True, slots=True)
class Impact:
    """What a change does to one cluster."""

    cluster: str
    recovery: tuple[RecoveryChange, ...]
    objects: tuple[ObjectChange, ...]
    destroyed: tuple[str, ...]
    pages: bool
    sound: bool = True

    @property
    def empty(self) -> bool:
        """Tell whether nothing changes at all."""
        return self.sound and not (self.recovery or self.objects or self.pages)


def impact(cluster: str, old: Side, new: Side) -> Impact:
    """Return what a change does to one cluster."""
    if not new.sound:
        return Impact(cluster, (), (), (), False, sound=False)
    objects = object_changes(old.objects, new.objects)
    gone = tuple(o.name for o in objects if o.action == "remove" and o.name.partition("/")[0] in GUARDED_KINDS)
    emptied = tuple(f"layer/{folder}" for folder in sorted(_folders(old.plan) - _folders(new.plan)))
    return Impact(cluster, recovery_changes(old.plan, new.plan), objects, (*gone, *emptied), old.plan != new.plan)


def _folders(plan: Plan | None) -> set[str]:
    """Return the folders that are synced, and the one that says so."""
    if plan is None:
        return set()
    return {layer.folder for layer in plan.layers} | ({"delivery"} if plan.delivery else set())


def count(impacts: Iterable[Impact], action: str) -> int:
    """Return how many objects are added, changed or removed in all clusters."""
    return sum(o.action == action for one in impacts for o in one.objects)
