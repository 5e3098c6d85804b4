"""What a file may name in `extends`, and what a base may hold."""

import posixpath
import re

from compiler.source.document import Document, Span
from compiler.source.fault import Fault, excerpt, fault
from compiler.values.keypath import KeyPath

KIND = "ClusterDRBase"
_SUFFIXES = (".yaml", ".yml")
_FOLDERS = ("bases", "clusters")
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,254}")
_KEYS = ("apiVersion", "kind", "metadata", "extends", "spec")


def named(document: Document) -> tuple[list[tuple[str, Span]], list[Fault]]:
    """Return the files that a document extends, from the repository's root, with the place of each entry."""
    tree = document.tree
    entries = tree.get("extends", []) if isinstance(tree, dict) else []
    if not isinstance(entries, list):
        return [], [_unnamed(document, ("extends",), "`extends` is not a list.", "Write it as a list of paths.")]
    found: list[tuple[str, Span]] = []
    faults: list[Fault] = []
    for index, entry in enumerate(entries):
        path: KeyPath = ("extends", index)
        wrong = _wrong(document.file, entry)
        if wrong:
            faults.append(_unnamed(document, path, wrong, "Write a path such as ../../bases/org.yaml."))
        else:
            found.append((_resolved(document.file, str(entry)), document.span(path)))
    return found, faults


def is_base(document: Document) -> bool:
    """Return whether a document says that it is a base. Nothing of another file is ever printed."""
    return isinstance(document.tree, dict) and document.tree.get("kind") == KIND


def says_base(data: bytes) -> bool:
    """Return whether a file that does not parse says that it is a base."""
    return re.search(rb"(?m)^kind: *[\"']?" + KIND.encode() + rb"\b", data) is not None


def unfit(document: Document, api_version: object) -> list[Fault]:
    """Return what keeps a base from being one below a file of `api_version`."""
    tree = document.tree
    if not isinstance(tree, dict):
        raise ValueError(f"{document.file} is no base")
    faults = [
        _unbased(document, (key,), f"A base has no key {excerpt(key)}; only {', '.join(_KEYS)} are read.")
        for key in tree
        if key not in _KEYS
    ]
    if tree.get("apiVersion") != api_version:
        faults.append(_unbased(document, ("apiVersion",), "The base and the cluster differ in apiVersion."))
    if not isinstance(tree.get("spec", {}), dict):
        faults.append(_unbased(document, ("spec",), "The spec of a base is not a mapping."))
    return faults


def _wrong(file: str, entry: object) -> str | None:
    """Return the sentence about an entry of `extends` that names no file inside the repository."""
    if not isinstance(entry, str) or not entry:
        return "An entry of `extends` is not a path."
    if entry.startswith("/") or "\\" in entry or "://" in entry:
        return f"{excerpt(entry)} is not a relative POSIX path."
    if _resolved(file, entry).split("/")[0] in ("..", "."):
        return f"{excerpt(entry)} leads out of the repository."
    folder, *parts = _resolved(file, entry).split("/")
    if folder not in _FOLDERS or not parts or not all(map(_PART.fullmatch, parts)) or not entry.endswith(_SUFFIXES):
        return f"{excerpt(entry)} is not a YAML file below {' or '.join(f'{name}/' for name in _FOLDERS)}."
    return None


def _resolved(file: str, entry: str) -> str:
    """Return the path of an entry from the repository's root."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(file), entry))


def _unnamed(document: Document, path: KeyPath, message: str, fix: str) -> Fault:
    """Return a fault of `extends` at a path that exists."""
    return fault("extends-names-bases", document.span(path), message, fix)


def _unbased(document: Document, path: KeyPath, message: str) -> Fault:
    """Return a fault of a base at a key, or at the file's start where the key is missing."""
    span = document.span(path, key=True) if path in document.spans else document.span(())
    return fault("base-is-a-base", span, message, f"Write kind: {KIND}, the cluster's apiVersion, and spec.")
