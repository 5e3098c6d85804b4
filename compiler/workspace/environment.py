"""The environment in which Git runs: what the operator set for it, what kedge sets, and nothing that steers it elsewhere."""

import os
from types import MappingProxyType

_SETTINGS = (
    ("core.hooksPath", "/dev/null"),
    ("core.fsmonitor", "false"),
    ("core.alternateRefsCommand", "true"),  # the program of that name, which prints nothing
    ("core.fsync", "committed,reference"),  # loose objects and refs too: what is announced survives a power cut
    ("core.fsyncMethod", "batch"),  # one flush for all objects of a command
    ("fetch.recurseSubmodules", "false"),
    ("push.recurseSubmodules", "no"),
    ("gc.auto", "0"),  # garbage collection belongs to the owner of the repository
    ("maintenance.auto", "false"),
)
"""They win over every file of configuration, and reach the processes that Git starts."""

_OWN = (
    "GIT_ASKPASS",
    "GIT_AUTHOR_",
    "GIT_CEILING_DIRECTORIES",
    "GIT_COMMITTER_",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_KEY_",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_VALUE_",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    "GIT_EXEC_PATH",
    "GIT_HTTP_",
    "GIT_PYTHON_",
    "GIT_SSH",
    "GIT_SSL_",
    "GIT_TEST_ASSUME_DIFFERENT_OWNER",
    "GIT_TRACE",
)
"""Variables that say who the operator is and how he reaches a remote. All others are about one repository."""

CLOSED = MappingProxyType(
    {
        "GIT_ALLOW_PROTOCOL": "none",  # no transport: a missing object is never fetched through a program of a remote
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",  # an id means the object that it is the hash of
        "GIT_LITERAL_PATHSPECS": "1",
        "LC_ALL": "C",
    }
)
"""What every command gets."""

OPEN = MappingProxyType({"GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh"})
"""What fetch and push get over CLOSED: Git's own transports, and no helper that a URL could name (`ext::`)."""


def keep_own() -> None:
    """Remove the variables with which a hook, an alias or a wrapper points Git at its own repository."""
    for name in [name for name in os.environ if name.startswith("GIT_") and not name.startswith(_OWN)]:
        del os.environ[name]


def settings() -> dict[str, str]:
    """Return kedge's settings as variables, after those that the operator has there already."""
    stated = os.environ.get("GIT_CONFIG_COUNT", "")
    first = int(stated) if stated.isascii() and stated.isdigit() else 0
    pairs = enumerate(_SETTINGS, first)
    variables = {
        f"GIT_CONFIG_{word}_{n}": text for n, pair in pairs for word, text in zip(("KEY", "VALUE"), pair, strict=True)
    }
    return {"GIT_CONFIG_COUNT": str(first + len(_SETTINGS)), **variables}
