"""What is wrong with a file, as a value. Higher packages turn it into a finding; this one does not know findings."""

import re
from types import MappingProxyType

from msgspec import Struct

from compiler.source.document import Span

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")

EXCERPT = 80
"""Characters of a spec's own text that a sentence repeats."""

MEANINGS = MappingProxyType(
    {
        "files-can-be-read": "Nothing of this file is used, so recovery cannot be planned.",
        "file-is-small": "Nothing of this file is used, so recovery cannot be planned.",
        "text-is-utf8": "Tools that guess another encoding read other names and values.",
        "text-is-visible": "A reviewer cannot see this character: what was approved is not what is used.",
        "files-hold-no-secrets": "Whoever holds this secret can read or overwrite what recovery depends on.",
        "yaml-is-well-formed": "Nothing of this file is used until it parses, so recovery cannot be planned.",
        "yaml-is-one-document": "Tools differ in which document they take, so a part of the promise may not count.",
        "yaml-is-plain": "With these, one line changes a value somewhere else, unseen in review.",
        "yaml-stays-within-limits": "Such a file can stall the compiler while a cluster waits; it is not read further.",
        "keys-are-unique": "Tools differ in which of the two they take: recovery may run with the one nobody reviewed.",
        "keys-are-plain-text": "A finding or a waiver cannot name such a key, and look-alikes hide a second one.",
        "values-are-unambiguous": "Two tools read two values here, so what was reviewed is not what recovery uses.",
        "values-are-written-out": "Null removes what a base promises, and this may do so where nobody meant it.",
        "numbers-can-be-calculated": "No figure of the recovery promise can be calculated with this value.",
        "extends-names-bases": "The layers below this cluster are not known, so no promise made in them holds.",
        "base-is-a-base": "Nothing in this file reaches the clusters that extend it.",
        "layers-stay-within-limits": "Such a cluster can stall the compiler while others wait; no more of it is read.",
        "null-removes-something": "If this was meant to lift a base's value, that value is still in force.",
    }
)
"""What each fault means for recovery, by code. A code is the true statement that the file breaks."""


class Fault(Struct, frozen=True):
    """One fault: `message` names what is wrong, `meaning` what that does to recovery, `fix` how to fix it."""

    span: Span
    message: str
    meaning: str
    fix: str
    code: str
    also: Span | None = None
    """A second place that belongs to the fault, such as the first of two equal keys."""


class Unreadable(Struct, frozen=True):
    """A file (or one of its bases) that is not used, and every fault found in it, in the order of its lines."""

    faults: tuple[Fault, ...]


def fault(code: str, span: Span, message: str, fix: str, also: Span | None = None) -> Fault:
    """Return the fault for a code of MEANINGS (KeyError for another)."""
    return Fault(span, message, MEANINGS[code], fix=fix, code=code, also=also)


def folder_name(name: str) -> str:
    """Return the name of a folder for use inside a sentence: as it is where it is plain, else as an excerpt.

    A name from disk may hold anything, line feeds included.
    """
    return name if _PLAIN.fullmatch(name) else excerpt(name)


def excerpt(text: str) -> str:
    """Return text of a spec for use inside a sentence: in backticks, escaped, at most EXCERPT characters."""
    shown = text if len(text) <= EXCERPT else text[: EXCERPT - 1] + "…"
    return "`" + "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in shown) + "`"
