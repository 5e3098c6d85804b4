"""A place of the spec whose reference does not resolve or which contradicts another place, before it has a line."""

from types import MappingProxyType
from typing import Literal

from msgspec import Struct

from compiler.values.keypath import KeyPath

Code = Literal["references-resolve", "sections-agree"]
MEANINGS: MappingProxyType[str, str] = MappingProxyType(
    {
        "references-resolve": "The name was meant to select something, and there is nothing, so nothing protects or restores it.",
        "sections-agree": "The two places contradict each other, and in a disaster only one of them can be true.",
    }
)
"""What each fault means for recovery, by code."""


class Inconsistency(Struct, frozen=True, kw_only=True):
    """What is wrong at a key path, and how to fix it; `on_key` puts the caret under the key."""

    code: Code
    path: KeyPath
    message: str
    fix: str
    on_key: bool = False


def contradiction(path: KeyPath, message: str, fix: str, *, on_key: bool = False) -> Inconsistency:
    """Return the inconsistency of two places that cannot both be true."""
    return Inconsistency(code="sections-agree", path=path, message=message, fix=fix, on_key=on_key)


def unresolved(path: KeyPath, message: str, fix: str) -> Inconsistency:
    """Return the inconsistency of a name that selects nothing."""
    return Inconsistency(code="references-resolve", path=path, message=message, fix=fix)
