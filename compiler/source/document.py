"""A file that was read: its plain tree and, for each key path, where key and value are in the text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from msgspec import Struct

from compiler.values.keypath import KeyPath

Tree: TypeAlias = "dict[str, Tree] | list[Tree] | str | int | float | bool | None"
"""What YAML 1.2's core types leave: no dates, no bytes, text keys. Shared between clusters: never to be changed."""


class Span(Struct, frozen=True):
    """A stretch of a file, from its first character to the one after its last; lines and columns count from 1."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


class Mark(Protocol):
    """A position as the parser gives it: characters, lines and columns from 0."""

    index: int
    line: int
    column: int


Pair: TypeAlias = tuple[Mark, Mark]
"""Start and end of a stretch."""

Marks: TypeAlias = tuple[Pair | None, Mark, Mark]
"""The key's stretch (None for an item of a list and for the whole document), start and end of the value."""


def between(file: str, start: Mark, end: Mark) -> Span:
    """Return the span from one mark to another."""
    return Span(file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


@dataclass(frozen=True, slots=True)
class Spans(Mapping[KeyPath, tuple[Span | None, Span]]):
    """Key path to (span of the key, span of the value); made when asked for, since a sound file is never asked."""

    file: str
    marks: Mapping[KeyPath, Marks]

    def __getitem__(self, path: KeyPath) -> tuple[Span | None, Span]:
        pair, start, end = self.marks[path]
        return (between(self.file, *pair) if pair else None), between(self.file, start, end)

    def __iter__(self) -> Iterator[KeyPath]:
        return iter(self.marks)

    def __len__(self) -> int:
        return len(self.marks)


class Document(Struct, frozen=True):
    """One file: its path from the repository's root (POSIX), its text without byte order mark, its tree and spans."""

    file: str
    text: str
    tree: Tree
    spans: Spans

    def span(self, path: KeyPath, key: bool = False) -> Span:
        """Return the place of the value at `path`, or of its key where it has one. Raises KeyError."""
        at_key, at_value = self.spans[path]
        return at_key or at_value if key else at_value

    def raw(self, path: KeyPath) -> str:
        """Return the source text of the value at `path`, quotes included (`1.30`, not 1.3). Raises KeyError."""
        _, start, end = self.spans.marks[path]
        return self.text[start.index : end.index]
