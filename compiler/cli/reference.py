"""Which commit a command compares with."""

from pathlib import Path

from compiler.workspace.failure import EnvironmentFailure
from compiler.workspace.files import Files, NoFiles
from compiler.workspace.repository import Repository


def head(root: Path) -> Files | None:
    """Return the files at HEAD, none before the first commit; None where `root` is no root of a Git repository.

    Two processes cannot share one `git cat-file`: a command that forks calls this in each of them.
    """
    if not tracked(root):
        return None
    repository = _repository(root)
    return repository.files(repository.resolve("HEAD")) if not repository.unborn() else NoFiles()


def tracked(root: Path) -> bool:
    """Return whether a folder is the root of a Git repository's work tree."""
    return (root / ".git").exists()


def compared_with(root: Path, revision: str | None) -> tuple[Files, str]:
    """Return the files that a change is compared with, and their name for people.

    Without a revision: where this branch left the default branch; HEAD where that is not known, as in a shallow clone.
    """
    repository = _repository(root)
    if revision is not None:
        unborn = revision == "HEAD" and repository.unborn()
        return (NoFiles() if unborn else repository.files(repository.resolve(revision))), revision
    if repository.unborn():
        return NoFiles(), "HEAD"
    default, tip = repository.default_branch(), repository.resolve("HEAD")
    base = repository.merge_base(tip, repository.resolve(default)) if default else None
    if base is None or default is None or base == tip:
        return repository.files(tip), "HEAD"
    return repository.files(base), default.removeprefix("refs/remotes/").removeprefix("refs/heads/")


def _repository(root: Path) -> Repository:
    repository = Repository.discover(root)
    if repository.root is None or repository.root.resolve() != root.resolve():
        raise EnvironmentFailure(
            f"compare {root} with a commit",
            "it is not the root of its Git repository",
            "run where `clusters/` is at the root",
        )
    return repository
