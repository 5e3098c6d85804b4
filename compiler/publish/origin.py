"""Which commits kedge made: what it states in the message of a commit, and whether a commit is what its message says.

A message can be copied: by a squash merge that lists the messages of its branch, a rebase, an amended commit. So a commit
counts where its folders bases/ and clusters/ are those that its message names, and it changed output alone.
"""

import re

from compiler.workspace.files import is_output
from compiler.workspace.repository import Repository

_STATEMENT = re.compile(
    r"Kedge-Bases: (?P<bases>[0-9a-f]{40,64}|none)\nKedge-Clusters: (?P<clusters>[0-9a-f]{40,64})\nKedge-Version: [^\n]+"
)
_LINE = "^Kedge-Clusters: [0-9a-f]{40,64}$"


def statement(repository: Repository, tree: str, version: str) -> str:
    """Return the last paragraph of the message of a commit of `tree`: ids of the folders bases/ and clusters/, version of kedge."""
    bases, clusters = (repository.files(tree).folder_id(name) or "none" for name in ("bases", "clusters"))
    return f"Kedge-Bases: {bases}\nKedge-Clusters: {clusters}\nKedge-Version: {version}\n"


def last_own(repository: Repository, commit: str) -> str | None:
    """Return the last commit on the line of `commit` that kedge made; None where it made none.

    First parents only: what comes in with a merged branch says nothing here. Anybody can compute what is stated: where
    commits are signed the last one with a good signature counts, if any has one.
    """
    unsigned = None
    for one in repository.line(commit, _LINE):
        good = not repository.signs or repository.signed(one)
        if (good or unsigned is None) and is_own(repository, one):
            if good:
                return one
            unsigned = one
    return unsigned


def last_signed(repository: Repository, commit: str, oldest: str | None) -> str | None:
    """Return the last commit on the line of `commit` with a good signature, looked for down to `oldest`."""
    for one in repository.line(commit):
        if repository.signed(one):
            return one
        if one == oldest:
            break
    return None


def is_own(repository: Repository, commit: str) -> bool:
    """Return whether a commit is as its message states it, and differs from its first parent in output alone."""
    stated = _STATEMENT.fullmatch(repository.message(commit).rpartition("\n\n")[2])
    parent = repository.parent(commit)
    if stated is None or parent is None:
        return False
    files = repository.files(commit)
    same = all((files.folder_id(name) or "none") == stated[name] for name in ("bases", "clusters"))
    return same and all(map(is_output, repository.changed(parent, commit, ())))
