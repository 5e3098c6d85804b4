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

    Without a revision: where this branch left the default branch; HEAD on that branch itself. Raises EnvironmentFailure where
    neither is known, as in the clones that CI systems make: HEAD is the change itself there.
    """
    repository = _repository(root)
    if revision is not None:
        unborn = revision == "HEAD" and repository.unborn()
        return (NoFiles() if unborn else repository.files(repository.resolve(revision))), revision
    if repository.unborn():
        return NoFiles(), "HEAD"
    return _left(repository)


def _left(repository: Repository) -> tuple[Files, str]:
    """Return the files at the commit where this branch left the default branch, and what people call it."""
    default, tip = repository.default_branch(), repository.resolve("HEAD")
    base = repository.merge_base(tip, repository.resolve(default)) if default else None
    if base is None or default is None:
        happened = (
            "it is not known where HEAD left the default branch" if default else "the default branch is not known"
        )
        raise _not_judged(f"{happened} in this clone")
    if base != tip:
        return repository.files(base), default.removeprefix("refs/remotes/").removeprefix("refs/heads/")
    if repository.shallow():
        raise _not_judged("this clone is shallow, and HEAD itself is all that it has to compare with")
    return repository.files(tip), "HEAD"


def _not_judged(happened: str) -> EnvironmentFailure:
    return EnvironmentFailure(
        "tell what this change destroys",
        happened,
        "fetch the whole history (`git fetch --unshallow`, `fetch-depth: 0`) and name the branch that the change is for:"
        " --against origin/main; --against HEAD compares with the last commit alone",
    )


def _repository(root: Path) -> Repository:
    repository = Repository.discover(root)
    if repository.root is None or repository.root.resolve() != root.resolve():
        raise EnvironmentFailure(
            f"compare {root} with a commit",
            "it is not the root of its Git repository",
            "run where `clusters/` is at the root",
        )
    return repository
