"""A cluster's file laid over the bases that it extends.

Order: the bases of a file in the order of its list, each with its own bases before it, then the file itself; later
ones win. A base that is reached twice counts once, at its first place. Only `spec` comes from bases; all else is the
cluster's own.
"""

from collections.abc import Callable, Iterator

from msgspec import Struct

from compiler.source import limits
from compiler.source.bases import KIND, is_base, named, says_base, unfit
from compiler.source.cache import BaseCache
from compiler.source.document import Document, Span, Tree
from compiler.source.fault import Fault, Unreadable, excerpt, fault
from compiler.source.merge import idle_nulls, merged
from compiler.source.reader import read
from compiler.values.keypath import KeyPath, reach
from compiler.workspace.failure import EnvironmentFailure, ForbiddenPath, MissingFile, TooLarge

ReadBytes = Callable[[str], bytes]
"""Reads a file by its path from the repository's root. Raises MissingFile, ForbiddenPath (no symbolic links) or TooLarge."""

_STRANGE = (MissingFile, ForbiddenPath, TooLarge)
"""What is wrong with a file itself, and so a fault of the cluster that names it; other failures are the machine's."""


class Layered(Struct, frozen=True):
    """A cluster's merged tree and the documents it came from, lowest layer first, the cluster's own file last."""

    tree: Tree
    file: str
    documents: tuple[Document, ...]

    def origin(self, path: KeyPath) -> tuple[Document, KeyPath]:
        """Return the document that the value at `path` came from; for a missing one, its nearest parent that exists."""
        best, depth = self.documents[-1], -1
        for document in self._below(path):
            reached, value = reach(document.tree, path)
            if reached > depth:
                best, depth = document, reached
            if reached == len(path) or not isinstance(value, dict):
                break
        return best, path[:depth]

    def span(self, path: KeyPath, key: bool = False) -> Span:
        """Return the place of the value at `path` (or of its key); for a missing one, that of its nearest parent."""
        document, found = self.origin(path)
        return document.span(found, key or found != path)

    def raw(self, path: KeyPath) -> str:
        """Return the source text of the value at `path`, or of its nearest parent."""
        document, found = self.origin(path)
        return document.raw(found)

    def _below(self, path: KeyPath) -> Iterator[Document]:
        """Yield the documents that can hold `path`, highest layer first: bases only for the spec."""
        yield self.documents[-1]
        if path[:1] == ("spec",):
            yield from reversed(self.documents[:-1])


def load(file: str, read_bytes: ReadBytes, cache: BaseCache) -> Layered | Unreadable:
    """Return a cluster's file over its bases, or every fault of its files.

    `file` is its path from the repository's root.
    """
    try:
        own = read(file, read_bytes(file))
    except _STRANGE as failure:
        return Unreadable((_unread(file, failure),))
    if isinstance(own, Unreadable):
        return own
    stack = _Stack(read_bytes, cache, own)
    stack.descend(own, (file,))
    if stack.faults:
        return Unreadable(tuple(stack.faults))
    return _fold((*stack.bases, own))


class _Stack:
    """Walks `extends` depth first and keeps the bases in the order in which they apply."""

    def __init__(self, read_bytes: ReadBytes, cache: BaseCache, own: Document) -> None:
        self.read_bytes = read_bytes
        self.cache = cache
        self.api_version = own.tree.get("apiVersion") if isinstance(own.tree, dict) else None
        self.bases: list[Document] = []
        self.faults: list[Fault] = []
        self.seen: set[str] = set()
        self.bytes = len(own.text)
        self.values = len(own.spans)

    def descend(self, document: Document, chain: tuple[str, ...]) -> None:
        """Take the bases of one document; `chain` holds the files from the cluster's own down to it."""
        entries, faults = named(document)
        self.faults += faults
        for file, span in entries:
            refusal = self._refusal(file, chain)
            if refusal:
                self._refuse(span, refusal)
            elif file not in self.seen and self._within(span):
                self.seen.add(file)
                self._take(file, span, chain)

    def _refusal(self, file: str, chain: tuple[str, ...]) -> str | None:
        """Return why a base is not followed at all."""
        if file in chain:
            return f"These files extend each other in a circle: {' -> '.join((*chain[chain.index(file) :], file))}."
        if len(chain) > limits.LAYER_DEPTH:
            return f"More than {limits.LAYER_DEPTH} bases extend each other in one chain."
        if len(self.seen) >= limits.LAYERS and file not in self.seen:
            return f"The cluster extends more than {limits.LAYERS} bases."
        return None

    def _within(self, span: Span) -> bool:
        """Return whether another base may be read; where none may, that is one fault of the cluster."""
        if self.bytes <= limits.LAYERED_BYTES and self.values <= limits.LAYERED_VALUES:
            return True
        message = (
            f"The cluster and its bases have more than {limits.LAYERED_VALUES} values or {limits.LAYERED_BYTES} bytes."
        )
        if all(one.code != "layers-stay-within-limits" for one in self.faults):
            fix = "Move what this cluster does not need into bases of other clusters."
            self.faults.append(fault("layers-stay-within-limits", span, message, fix))
        return False

    def _take(self, file: str, span: Span, chain: tuple[str, ...]) -> None:
        """Read one base, then what it extends, then put it on top of that."""
        try:
            data = self.read_bytes(file)
        except _STRANGE as failure:
            self._refuse(span, f"{excerpt(file)} cannot be read: {failure.happened}.")
            return
        base = self.cache.read(file, data)
        if not (says_base(data) if isinstance(base, Unreadable) else is_base(base)):
            message = f"{excerpt(file)} is extended, and its kind is not {KIND}."
            self.faults.append(fault("base-is-a-base", span, message, f"Write kind: {KIND} in it, or name a base."))
            return
        if isinstance(base, Unreadable):
            self.faults += base.faults
            return
        self.bytes += len(base.text)
        self.values += len(base.spans)
        self.faults += unfit(base, self.api_version)
        self.descend(base, (*chain, file))
        self.bases.append(base)

    def _refuse(self, span: Span, message: str) -> None:
        """Keep a fault at an entry of `extends`."""
        self.faults.append(fault("extends-names-bases", span, message, "Name bases that exist, without a circle."))


def _unread(file: str, failure: EnvironmentFailure) -> Fault:
    """Return the fault of a cluster's own file that is no plain file, or too large to be looked at."""
    message = f"This file cannot be read: {failure.happened}."
    return fault("files-can-be-read", Span(file, 1, 1, 1, 1), message, "Put a plain file there, without a link.")


def _fold(documents: tuple[Document, ...]) -> Layered | Unreadable:
    """Return the documents merged, lowest first, or a fault for each null that removes nothing."""
    spec: dict[str, Tree] = {}
    faults: list[Fault] = []
    for document in documents:
        upper = _spec(document)
        faults += [_idle(document, path) for path in idle_nulls(spec, upper, ("spec",))]
        spec = merged(spec, upper)
    own = documents[-1].tree
    if faults:
        return Unreadable(tuple(faults))
    mapped = isinstance(own, dict) and isinstance(own.get("spec", {}), dict)
    tree: Tree = {**own, "spec": spec} if isinstance(own, dict) and mapped else own
    return Layered(tree, documents[-1].file, documents)


def _idle(document: Document, path: KeyPath) -> Fault:
    """Return the fault of a null that removes nothing."""
    message = "This null removes nothing: no base below sets the key."
    span = document.span(path, key=True)
    return fault("null-removes-something", span, message, "Correct the key, or remove the line.")


def _spec(document: Document) -> dict[str, Tree]:
    """Return a document's spec where it is a mapping."""
    spec = document.tree.get("spec") if isinstance(document.tree, dict) else None
    return spec if isinstance(spec, dict) else {}
