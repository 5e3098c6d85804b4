"""What a work tree has to do with a commit that is made past it."""

import shlex
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from compiler.publish.tree import publish
from compiler.workspace.committed import GitFiles, blob_id, is_hidden
from compiler.workspace.failure import EnvironmentFailure, Obstructed
from compiler.workspace.files import DiskFiles, is_output
from compiler.workspace.repository import Repository

Outputs = Mapping[str, Mapping[str, bytes]]
"""`clusters/<name>/generated` to path below it to content."""

Wanted = Mapping[str, bytes | None]
"""Path from the repository's root to its content, or None where it is to be gone."""

_SPEC_SUFFIXES = (".yaml", ".yml")


def specs_differ(repository: Repository, ref: str) -> list[str]:
    """Return the specs and bases that are not the same in the work tree as in the commit `ref`; none for a bare repository."""
    if repository.root is None:
        return []
    disk, committed = DiskFiles(repository.root), repository.files(repository.resolve(ref))
    plain = {path: entry.oid for path, entry in committed.sources().items() if entry.plain and not is_hidden(path)}
    recorded = {path for path in plain if path.endswith(_SPEC_SUFFIXES)}
    there = {path for path in disk.sources() if path.endswith(_SPEC_SUFFIXES)}
    digits = len(committed.commit)
    edited = (path for path in there & recorded if blob_id(disk.read(path), digits) != plain[path])
    return sorted((there ^ recorded) | set(edited))


class Checkout(Struct, frozen=True):
    """The work tree in which the target branch is checked out. Only output is ever compared or written in it.

    Git's own `status` and `restore` are not used: they run what the repository configures as filters.
    """

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
            raise EnvironmentFailure(
                "commit", happened, "add --update-work-tree to update that work tree too, or commit to another branch"
            )
        there = Repository.discover(folder)
        if there.git.shared != repository.git.shared or there.root is None:
            raise EnvironmentFailure(
                "commit", f"{folder} is no work tree of this repository", "run `git worktree prune`"
            )
        return cls(there, there.root)

    def check_free(self) -> None:
        """Raise EnvironmentFailure where another Git holds the index."""
        if (lock := self.repository.git.directory / "index.lock").exists():
            raise EnvironmentFailure(
                "update the work tree", f"{lock} exists", "wait for the other Git, or remove the file"
            )

    def check_clean(self, old: GitFiles, wanted: Wanted) -> None:
        """Raise Obstructed unless index and work tree have each of these paths as in `old`, or as wanted."""
        folders = sorted({_output_of(path) for path in wanted})
        before = {f"{folder}/{path}": entry.oid for folder in folders for path, entry in old.below(folder).items()}
        staged, digits = self.repository.staged(folders), len(old.commit)
        for path, content in wanted.items():
            known = (before.get(path), _oid(content, digits))
            if staged.get(path) not in known or _oid(self._content(path), digits) not in known:
                command = ("git", "restore", "--source=HEAD", "--staged", "--worktree", "--", _output_of(path))
                happened = f"{path} is neither as committed nor as compiled in {self.folder}"
                raise Obstructed(
                    "update the work tree", happened, f"save what you need of it, then run: {shlex.join(command)}"
                )

    def lagging(self, commit: str) -> set[str]:
        """Return the output folders that the index has not as `commit` has them.

        The index is written last, so a run that was killed before its end is seen here.
        """
        paths = self.repository.staged_otherwise(commit, "clusters")
        return {_output_of(path) for path in paths if is_output(path)}

    def update(self, commit: str, outputs: Outputs, wanted: Wanted) -> None:
        """Bring the work tree to the outputs that `commit` has, each in one step, and then the index."""
        try:
            for folder, output in outputs.items():
                publish(self.folder / folder, output)
            self.repository.stage({path: _oid(content, len(commit)) for path, content in wanted.items()})
        except EnvironmentFailure as error:
            advice = f"the commit {commit[:12]} is made: run the same command again, and the work tree follows it"
            raise EnvironmentFailure("update the work tree", error.happened, advice) from error

    def _content(self, path: str) -> bytes | None:
        """Return a file of the work tree; None if there is none."""
        files = DiskFiles(self.folder)
        return files.read(path) if files.exists(path) else None


def _oid(content: bytes | None, digits: int) -> str | None:
    return None if content is None else blob_id(content, digits)


def _output_of(path: str) -> str:
    """Return the output folder that a path is in."""
    return "/".join(path.split("/", 3)[:3])
