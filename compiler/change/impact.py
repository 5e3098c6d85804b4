"""One cluster's change: recovery first, then objects, and what it destroys."""

from collections.abc import Iterable

from msgspec import Struct

from compiler.change.objects import ObjectChange, object_changes
from compiler.change.recovery import RecoveryChange, recovery_changes
from compiler.kube.manifest import Manifest
from compiler.model.removal import Removal
from compiler.plan.plan import Plan
from compiler.render import pages


class Side(Struct, frozen=True):
    """A cluster before or after the change: its plan and its objects; no plan where it does not exist, was removed or is not sound."""

    plan: Plan | None
    objects: tuple[Manifest, ...]
    sound: bool = True


class Fate(Struct, frozen=True, kw_only=True):
    """What becomes of the cluster itself. `earlier`: its name before; `removal`: the record of its end; `gone`: its file is missing.

    `destroyed`: what of the delivered output is given up; `unnamed`: what of that nobody consented to.
    """

    earlier: str | None = None
    removal: Removal | None = None
    gone: bool = False
    destroyed: tuple[str, ...] = ()
    unnamed: tuple[str, ...] = ()


UNTOUCHED = Fate()


class Impact(Struct, frozen=True, kw_only=True):
    """What a change does to one cluster."""

    cluster: str
    fate: Fate = UNTOUCHED
    recovery: tuple[RecoveryChange, ...] = ()
    objects: tuple[ObjectChange, ...] = ()
    pages: bool = False
    sound: bool = True

    @property
    def empty(self) -> bool:
        """Return whether nothing changes at all."""
        return self.sound and not (self.recovery or self.objects or self.pages or self.fate.destroyed)


def impact(cluster: str, old: Side, new: Side, fate: Fate = UNTOUCHED) -> Impact:
    """Return what a change does to one cluster."""
    if not new.sound:
        return Impact(cluster=cluster, sound=False)
    return Impact(
        cluster=cluster,
        fate=fate,
        recovery=recovery_changes(old.plan, new.plan),
        objects=object_changes(old.objects, new.objects),
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
