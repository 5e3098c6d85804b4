"""What a work tree has to do with a commit that is made past it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from compiler.workspace.failure import EnvironmentFailure, Obstructed
from compiler.workspace.files import DiskFiles, Files
from compiler.workspace.repository import Repository

SPEC_FOLDERS = ("bases", "clusters")
_SPEC_SUFFIXES = (".yaml", ".yml")


def spec_paths(files: Files) -> list[str]:
    """Return the paths of all specs and what they build on: YAML below bases/ and clusters/, output left out."""
    found = (path for top in SPEC_FOLDERS for path in files.listing(top) if path.endswith(_SPEC_SUFFIXES))
    return [path for path in found if not is_output(path)]


def is_output(path: str) -> bool:
    """Return whether a path is in `clusters/<name>/generated`."""
    parts = path.split("/", 3)
    return len(parts) == 4 and parts[0] == "clusters" and parts[2] == "generated"


def specs_differ(repository: Repository, ref: str) -> list[str]:
    """Return the specs that are not the same in the work tree as in the commit `ref`; none for a bare repository."""
    if repository.root is None:
        return []
    disk, committed = DiskFiles(repository.root), repository.files(repository.resolve(ref))
    there, recorded = set(spec_paths(disk)), set(spec_paths(committed))
    edited = (path for path in there & recorded if disk.read(path) != committed.read(path))
    return sorted((there ^ recorded) | set(edited))


@dataclass(frozen=True, slots=True)
class Checkout:
    """The work tree in which the target branch is checked out."""

    repository: Repository
    folder: Path

    @classmethod
    def of(cls, repository: Repository, branch: str, update: bool) -> "Checkout | None":
        """Return the work tree that has `branch` checked out, if any.

        Raises EnvironmentFailure unless it may be updated.
        """
        folder = repository.checked_out().get(branch)
        if folder is None:
            return None
        if not update:
            happened = f"{branch} is checked out in {folder}"
            raise EnvironmentFailure("commit", happened, "allow updating that work tree, or commit to another branch")
        return cls(Repository.discover(folder), folder)

    def check_clean(self, edits: Mapping[str, bytes | None]) -> None:
        """Raise unless the index is free and these paths are as committed, or already as they will be."""
        folders = {"/".join(path.split("/")[:3]) for path in edits}
        touched = (path for path in self.repository.dirty(sorted(folders)) if path in edits)
        dirty = [path for path in touched if self._content(path) != edits[path]]
        if dirty:
            happened = f"{dirty[0]} differs from the last commit in {self.folder}"
            raise Obstructed(
                "update the work tree", happened, f"`git restore` or remove it ({len(dirty)} such), run again"
            )
        if (lock := self.repository.git.directory / "index.lock").exists():
            raise EnvironmentFailure(
                "update the work tree", f"{lock} exists", "wait for the other Git, or remove the file"
            )

    def _content(self, path: str) -> bytes | None:
        """Return a file of the work tree; None if there is none."""
        files = DiskFiles(self.folder)
        return files.read(path) if files.exists(path) else None

    def update(self, commit: str, paths: Iterable[str]) -> None:
        """Bring these paths in index and work tree to `commit`, which the branch is at already."""
        try:
            self.repository.check_out(commit, paths)
        except EnvironmentFailure as error:
            advice = (
                f"the commit {commit[:12]} is made; `git restore --source=HEAD --staged --worktree clusters` follows it"
            )
            raise EnvironmentFailure("update the work tree", error.happened, advice) from error
