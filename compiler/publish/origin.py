"""Which commits kedge made: what it states in the message of a commit, and whether a commit is what its message says.

A message can be copied: by a squash merge that lists the messages of its branch, a rebase, an amended commit. So a commit
counts where its folders bases/ and clusters/ are those that its message names, and it changed output alone.
"""

import re
from collections.abc import Callable, Sequence

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


def last_own(repository: Repository, commit: str) -> tuple[str, ...]:
    """Return the last commits that kedge made before a commit: of two of which neither follows the other, both.

    By every parent: who merges chooses which one is the first. Anybody can compute what is stated: where commits are signed those
    with a good signature count, if any has one.
    """

    def signed(one: str) -> bool:
        return repository.signed(one) and is_own(repository, one)

    found = _last(repository, commit, _LINE, signed) if repository.signs else ()
    return found or _last(repository, commit, _LINE, lambda one: is_own(repository, one))


def last_signed(repository: Repository, commit: str, before: Sequence[str]) -> tuple[str, ...]:
    """Return the last commits with a good signature, without those of `before` and what they follow."""
    return _last(repository, commit, "", repository.signed, before)


def _last(
    repository: Repository, commit: str, pattern: str, holds: Callable[[str], bool], before: Sequence[str] = ()
) -> tuple[str, ...]:
    found: list[str] = []
    while one := next(filter(holds, repository.ancestors(commit, pattern, (*before, *found))), None):
        found.append(one)
    return tuple(found)


def is_own(repository: Repository, commit: str) -> bool:
    """Return whether a commit is as its message states it, and differs from its first parent in output alone."""
    stated = _STATEMENT.fullmatch(repository.message(commit).rpartition("\n\n")[2])
    parents = repository.parents(commit)
    if stated is None or not parents:
        return False
    files = repository.files(commit)
    same = all((files.folder_id(name) or "none") == stated[name] for name in ("bases", "clusters"))
    return same and all(map(is_output, repository.changed(parents[0], commit, ())))
