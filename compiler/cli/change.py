"""What a change does to clusters, between two states of the repository: for `plan`, and for the subject of a commit."""

from collections.abc import Collection
from functools import cached_property

from msgspec import Struct

from compiler import manifests, pipeline
from compiler.change.impact import Fate, Impact, Side, impact
from compiler.change.reference import Reference
from compiler.cli.consent import Gate
from compiler.model.removal import RemovedCluster
from compiler.pipeline import Checked, RunContext
from compiler.workspace.files import spec_path


class Change(Struct, frozen=True, dict=True):
    """The state before and the state after. A cluster that does not exist on a side has nothing there.

    `folders`: as in Reference.
    """

    before: RunContext
    after: RunContext
    folders: frozenset[str] | None = None

    @cached_property
    def reference(self) -> Reference:
        """Both states as files."""
        return Reference(self.before.files, self.after.files, self.folders)

    @cached_property
    def _gate(self) -> Gate:
        return Gate(self.reference, self.after.today)

    def impact(self, new: Checked) -> Impact:
        """Return what becomes of a cluster that has a file after the change."""
        if new.spec is None:
            return Impact(cluster=new.name, sound=False)
        earlier = next(iter(self.reference.predecessors(new.spec.metadata.renamed_from)), None)
        after = _side(new)
        paths = dict.fromkeys(one.path for one in after.objects)
        fate = Fate(
            earlier=earlier,
            removal=new.spec.removed if isinstance(new.spec, RemovedCluster) else None,
            destroyed=self.reference.destroyed(new.spec.metadata, paths, new.plan),
            unnamed=self._gate.unnamed(new, paths),
        )
        return impact(new.name, self._old(earlier or new.name), after, fate)

    def missing(self, renamed_from: Collection[str]) -> tuple[Impact, ...]:
        """Return what becomes of the clusters whose file is gone, but for those that one with this `renamedFrom` continues."""
        destroyed = dict(self.reference.given_up(renamed_from))
        fates = {name: Fate(gone=True, destroyed=names, unnamed=names) for name, names in destroyed.items()}
        return tuple(impact(name, self._old(name), Side(None, ()), fate) for name, fate in fates.items())

    def _old(self, name: str) -> Side:
        exists = self.before.files.exists(spec_path(name))
        return _side(pipeline.check(self.before, name)) if exists else Side(None, ())


def _side(checked: Checked) -> Side:
    """Return the side of a change that a checked cluster is."""
    return Side(checked.plan, manifests.emit(checked.plan) if checked.plan else (), checked.sound)
