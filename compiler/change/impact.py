"""One cluster's change: recovery first, then objects, and what it destroys."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from compiler.change.destruction import destroyed
from compiler.change.objects import ObjectChange, object_changes
from compiler.change.recovery import RecoveryChange, recovery_changes
from compiler.kube.manifest import Manifest
from compiler.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class Side:
    """A cluster before or after the change: plan, objects and pages by file name; empty where it does not exist or is not sound."""

    plan: Plan | None
    objects: tuple[Manifest, ...]
    pages: Mapping[str, bytes]
    sound: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What a change does to one cluster."""

    cluster: str
    recovery: tuple[RecoveryChange, ...] = ()
    objects: tuple[ObjectChange, ...] = ()
    destroyed: tuple[str, ...] = ()
    pages: bool = False
    sound: bool = True

    @property
    def empty(self) -> bool:
        """Tell whether nothing changes at all."""
        return self.sound and not (self.recovery or self.objects or self.pages)


def impact(cluster: str, old: Side, new: Side) -> Impact:
    """Return what a change does to one cluster."""
    if not new.sound:
        return Impact(cluster=cluster, sound=False)
    return Impact(
        cluster=cluster,
        recovery=recovery_changes(old.plan, new.plan),
        objects=object_changes(old.objects, new.objects),
        destroyed=destroyed(old.objects, {one.path for one in new.objects}),
        pages=old.pages != new.pages,
    )


def count(impacts: Iterable[Impact], action: str) -> int:
    """Return how many objects are added, changed or removed in all clusters."""
    return sum(o.action == action for one in impacts for o in one.objects)
