"""Mappings and lists that are being filled while the events of their children arrive."""

from typing import ClassVar, TypeAlias

from compiler.source.document import Pair, Tree
from compiler.source.events import StartEvent
from compiler.values.keypath import KeyPath


class MappingFrame:
    """A mapping; `pair` marks the key that was read last, `key` is that key until its value arrives."""

    __slots__ = ("items", "key", "opened", "opener", "pair", "path")

    def __init__(self, path: KeyPath, opener: Pair | None, opened: StartEvent) -> None:
        self.items: dict[str, Tree] = {}
        self.path = path
        self.opener = opener
        self.opened = opened
        self.key: str | None = None
        self.pair: Pair | None = None

    def put(self, value: Tree) -> KeyPath:
        """Attach a value to the waiting key and return its path."""
        key, self.key = str(self.key), None
        self.items[key] = value
        return (*self.path, key)


class ListFrame:
    """A list; `key` is never None, since an item can come at any time."""

    __slots__ = ("items", "opened", "opener", "path")
    key: ClassVar[str] = ""
    pair: ClassVar[None] = None

    def __init__(self, path: KeyPath, opener: Pair | None, opened: StartEvent) -> None:
        self.items: list[Tree] = []
        self.path = path
        self.opener = opener
        self.opened = opened

    def put(self, value: Tree) -> KeyPath:
        """Append an item and return its path."""
        self.items.append(value)
        return (*self.path, len(self.items) - 1)


class RootFrame:
    """The document itself; its one value has the empty path."""

    __slots__ = ("tree",)
    key: ClassVar[str] = ""
    pair: ClassVar[None] = None

    def __init__(self) -> None:
        self.tree: Tree = None

    def put(self, value: Tree) -> KeyPath:
        """Set the document's value and return the empty path."""
        self.tree = value
        return ()


Frame: TypeAlias = MappingFrame | ListFrame | RootFrame
