"""Which clusters a command judges: all, or those that differ from the commit that it compares with."""

from collections.abc import Iterable

import click
from msgspec import Struct

from compiler.change.records import Records
from compiler.change.unchanged import touched, unchanged, unchanged_since
from compiler.cli.selection import CLUSTERS, Selection
from compiler.publish.tree import pending
from compiler.report.text import plural
from compiler.workspace.committed import GitFiles
from compiler.workspace.comparison import compare
from compiler.workspace.files import Files
from compiler.workspace.repository import Repository


class Scope(Struct, frozen=True):
    """The clusters that are judged, how many are the same on both sides, and `folders` as in Reference."""

    names: tuple[str, ...]
    unchanged: int = 0
    folders: frozenset[str] | None = None

    @property
    def words(self) -> str:
        """Return what a summary says of the clusters that are not judged; nothing where there are none."""
        return f"; {plural(self.unchanged, 'more cluster')} unchanged, not judged" if self.unchanged else ""


def since(repository: Repository, last: str, files: GitFiles, records: Records) -> Scope:
    """Leave out what is as in the last commit that kedge made, and has a record of what is there; a renamed cluster always counts."""
    names, changed = files.clusters(), repository.changed(last, files.commit, ("clusters",))
    same = unchanged_since(names, changed, records)
    return _scope(names, same, {*files.outputs(), *touched(changed)})


def scope(selection: Selection, before: Files, records: Records) -> Scope:
    """Leave out what is as at the reference; nothing where clusters are named, or Git cannot tell."""
    if not (selection.every and isinstance(before, GitFiles)):
        return Scope(selection.names)
    comparison = compare(Repository(before.git), before.commit)
    if comparison is None:
        reason = "the repository's own configuration names a filter, which Git would run to find the files that differ"
        click.echo(f"note: every cluster is judged: {reason}", err=True)
        return Scope(selection.names)
    same = unchanged(selection.names, comparison, records)
    same = frozenset(name for name in same if not pending(selection.output_folder(name)))
    there = (folder.name for folder in (selection.root / CLUSTERS).glob("*"))
    return _scope(selection.names, same, {*there, *touched(comparison.changed)})


def _scope(names: Iterable[str], same: frozenset[str], folders: set[str]) -> Scope:
    return Scope(tuple(name for name in names if name not in same), len(same), frozenset(folders - same))
