"""A change beside the state that it is compared with: which clusters it takes away, which it renames, what it destroys."""

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property

from msgspec import Struct

from compiler.change.delivered import Delivered, delivered
from compiler.change.destruction import destroyed
from compiler.change.places import left_behind, places
from compiler.model.metadata import Metadata
from compiler.plan.plan import Plan
from compiler.values.names import dns_label
from compiler.workspace.files import Files, output_folder, spec_path


class Reference(Struct, frozen=True, dict=True):
    """The files that a change starts from, and those that it leads to.

    `folders`: the names below clusters/ on either side but for clusters that are the same on both; None where that is not known.
    """

    before: Files
    after: Files
    folders: frozenset[str] | None = None

    @cached_property
    def gone(self) -> tuple[str, ...]:
        """The clusters that had a file or an output and have no file any more; one that says `removed` is a file."""
        names = {*self.before.outputs(), *self.before.clusters()} if self.folders is None else self.folders
        missing = (name for name in sorted(names) if _is_name(name) and not self.after.exists(spec_path(name)))
        return tuple(name for name in missing if self.folders is None or self._was(name))

    def _was(self, name: str) -> bool:
        return self.before.exists(spec_path(name)) or bool(self.before.listing(output_folder(name)))

    def predecessors(self, renamed_from: str | None) -> tuple[str, ...]:
        """Return the gone clusters that a cluster with this `renamedFrom` continues: its backups are theirs."""
        if renamed_from is None:
            return ()
        stored = {name: delivered(self.before, output_folder(name)).stored_as or name for name in self.gone}
        return tuple(name for name, first in stored.items() if first == renamed_from)

    def destroyed(self, cluster: Metadata, produced: Mapping[str, bytes | None], plan: Plan | None) -> tuple[str, ...]:
        """Return what is destroyed where `produced` is the new output of a cluster, None for content that is not known.

        Where another cluster's output was in its folder, with backups under another name, all of that is given up.
        """
        kept: list[Delivered] = []
        lost: list[Delivered] = []
        moved: list[str] = []
        for name in (cluster.name, *self.predecessors(cluster.renamed_from)):
            output = delivered(self.before, output_folder(name))
            same = output.stored_as in (None, cluster.stored_as)
            (kept if same else lost).extend(output.objects)
            moved += left_behind(output, produced, places(plan)) if same else ()
        return tuple(dict.fromkeys((*destroyed(kept, produced), *destroyed(lost, ()), *moved)))

    def given_up(self, renamed_from: Collection[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each gone cluster that none of these `renamedFrom` continues, with what is destroyed of it."""
        continued = {name for first in renamed_from for name in self.predecessors(first)}
        for name in self.gone:
            if name not in continued:
                yield name, destroyed(delivered(self.before, output_folder(name)).objects, ())


def _is_name(folder: str) -> bool:
    """Return whether a folder can be a cluster's: kedge writes no output to any other."""
    try:
        dns_label(folder)
    except ValueError:
        return False
    return True
