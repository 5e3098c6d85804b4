"""Which commits kedge made: what it states in the message of a commit, and whether a commit is what its message says.

A message can be copied: by a squash merge that lists the messages of its branch, a rebase, an amended commit. So a commit
counts where its specs and its folder clusters/ are those that its message names, and it changed output alone.
"""

import hashlib
import re

from compiler.workspace.committed import GitFiles
from compiler.workspace.files import is_output
from compiler.workspace.repository import Repository

_STATEMENT = re.compile(
    r"Kedge-Specs: sha256:(?P<specs>[0-9a-f]{64})\nKedge-Tree: (?P<tree>[0-9a-f]{40,64})\nKedge-Version: [^\n]+"
)
_LINE = "^Kedge-Specs: sha256:[0-9a-f]{64}$"


def statement(files: GitFiles, tree: str, version: str) -> str:
    """Return the last paragraph of a message: digest of the specs, id of the folder clusters/ as committed, version of kedge."""
    return f"Kedge-Specs: sha256:{_digest(files)}\nKedge-Tree: {tree}\nKedge-Version: {version}\n"


def last_own(repository: Repository, commit: str, verify: bool = False) -> str | None:
    """Return the last commit on the line of `commit` that kedge made; None where it made none.

    First parents only: what comes in with a merged branch says nothing here. Anybody can compute what is stated:
    with `verify` the last one with a good signature counts, where one has any.
    """
    unsigned = None
    for one in repository.stating(commit, _LINE):
        good = not verify or repository.signed(one)
        if (good or unsigned is None) and is_own(repository, one):
            if good:
                return one
            unsigned = one
    return unsigned


def is_own(repository: Repository, commit: str) -> bool:
    """Return whether a commit is as its message states it, and differs from its first parent in output alone."""
    stated = _STATEMENT.fullmatch(repository.message(commit).rpartition("\n\n")[2])
    parent = repository.tip(f"{commit}^")
    if stated is None or parent is None or stated["tree"] != repository.tree(commit, "clusters"):
        return False
    changed = repository.changed(parent, commit, ())
    return all(map(is_output, changed)) and stated["specs"] == _digest(repository.files(commit))


def _digest(files: GitFiles) -> str:
    """Return the SHA-256 over all specs, in hex."""
    digest = hashlib.sha256()
    for path, entry in files.sources().items():
        digest.update(f"{entry.mode} {entry.oid} {path}\0".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
