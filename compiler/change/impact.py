"""One cluster's change: recovery first, then objects, and what it destroys."""

from collections.abc import Iterable
from dataclasses import dataclass

from compiler.change.destruction import destroyed
from compiler.change.objects import ObjectChange, object_changes
from compiler.change.recovery import RecoveryChange, recovery_changes
from compiler.kube.manifest import Manifest
from compiler.plan.plan import Plan
from compiler.render import pages


@dataclass(frozen=True, slots=True)
class Side:
    """A cluster before or after the change: its plan and its objects; no plan where it does not exist or is not sound."""

    plan: Plan | None
    objects: tuple[Manifest, ...]
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
        """Return whether nothing changes at all."""
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
        pages=_pages_differ(old, new),
    )


def _pages_differ(old: Side, new: Side) -> bool:
    """Render the pages of both sides, unless they say the same from the start."""
    if old.plan == new.plan and old.objects == new.objects:
        return False
    before, after = (_pages(side) for side in (old, new))
    return before != after


def _pages(side: Side) -> dict[str, bytes]:
    return {page.name: page.content for page in pages.pages(side.plan, side.objects)} if side.plan else {}


def count(impacts: Iterable[Impact], action: str) -> int:
    """Return how many objects are added, changed or removed in all clusters."""
    return sum(o.action == action for one in impacts for o in one.objects)
