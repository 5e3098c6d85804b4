"""What a repository's own configuration may not say: programs that Git would run (signing, fetching, pushing), and which keys are good.

A remote's address and the kind of signature are the repository's to say: a person named the remote and asked for the
commit. A program, and whose signature counts, are the operator's to say, in his own configuration or environment: what is in
`.git/config` may have come with an archive or from another user of the machine.
"""

import re
from collections.abc import Iterator

from compiler.workspace.command import Git
from compiler.workspace.failure import EnvironmentFailure

HOOKS = re.compile(r"hook\..*")
"""Hooks in the configuration, which later versions of Git have; those in a folder are switched off."""

SIGNING = re.compile(rf"gpg\.(.*\.)?program|gpg\.ssh\.defaultkeycommand|{HOOKS.pattern}")
KNOWN_KEYS = re.compile(r"gpg\.ssh\.(allowedsignersfile|revocationfile)|gpg\.mintrustlevel")
CONNECTING = re.compile(
    rf"core\.(sshcommand|askpass|gitproxy)|credential\.(.*\.)?helper|remote\..*\.(uploadpack|receivepack|vcs)"
    rf"|http\.(.*\.)?cookiefile|push\.gpgsign|{HOOKS.pattern}"
)
"""`http.cookieFile` writes a file at any path, `push.gpgSign` runs the program that signs."""

FILTERS = re.compile(r"filter\..*\.(clean|smudge|process)")
"""Run where Git compares a file of the work tree by its content."""

_SCOPES = ("local", "worktree")


def refuse_programs(git: Git, names: re.Pattern[str], attempted: str) -> None:
    """Raise EnvironmentFailure where the repository's own configuration, with all that it includes, names such a program."""
    _refuse(git, names, attempted, "kedge runs no program that a repository names")


def refuse_own_keys(git: Git, attempted: str) -> None:
    """Raise EnvironmentFailure where the repository's own configuration, with all that it includes, says which keys are good."""
    _refuse(git, KNOWN_KEYS, attempted, "which keys are good is not for a repository to say")


def _refuse(git: Git, names: re.Pattern[str], attempted: str, reason: str) -> None:
    for name in own_settings(git, names):
        happened = f"the repository's own configuration sets {name}, and {reason}"
        raise EnvironmentFailure(attempted, happened, advice(name))


def own_settings(git: Git, names: re.Pattern[str]) -> Iterator[str]:
    """Yield the settings of these names in the repository's own configuration, with all that it includes."""
    listed = git.must("config", "--list", "--show-scope", "-z").decode("utf-8", "surrogateescape").split("\0")
    own = (
        entry.partition("\n")[0] for scope, entry in zip(listed[::2], listed[1::2], strict=False) if scope in _SCOPES
    )
    yield from (name for name in own if names.fullmatch(name.lower()))


def advice(name: str) -> str:
    """Return where the operator states the same himself."""
    instead = "export GIT_SSH_COMMAND" if name.lower() == "core.sshcommand" else "set it with `git config --global`"
    return f"{instead} and remove it here with `git config --unset-all`"
