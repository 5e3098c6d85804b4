"""A place of the spec that leads nowhere or contradicts another, before it has a line."""

from dataclasses import dataclass

from compiler.values.keypath import KeyPath


@dataclass(frozen=True, slots=True)
class Broken:
    """What is wrong at a key path, and how to mend it; `on_key` puts the caret under the key."""

    code: str
    path: KeyPath
    message: str
    fix: str
    on_key: bool = False
