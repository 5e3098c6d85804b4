"""Bytes of one file to a Document, or to all of its faults.

What is read: UTF-8 (a leading byte order mark is dropped, since Windows editors write one), LF or CRLF, one YAML 1.2
document with core types. What is refused: tabs and invisible characters, directives, tags, anchors, aliases, merge
keys, doubled keys, keys that are not ASCII text, empty values, plain scalars that YAML 1.1 reads differently, and all
beyond the limits.
"""

from collections.abc import Callable
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from compiler.source import limits
from compiler.source.builder import Builder, Enough
from compiler.source.characters import described, hidden_in_source
from compiler.source.document import Document, Span, Spans
from compiler.source.fault import Fault, Unreadable, fault
from compiler.source.grammar import grammar_fault
from compiler.source.secrets import secret_in

_MARK = b"\xef\xbb\xbf"


def read(file: str, data: bytes) -> Document | Unreadable:
    """Return the document in `data`; `file` is its path from the repository's root and is only used for positions."""
    text = _decoded(file, data)
    if isinstance(text, Fault):
        return Unreadable((text,))
    builder = Builder(file, text)
    _build(builder, text)
    if not builder.faults and not builder.documents:
        nowhere = Span(file, 1, 1, 1, 1)
        builder.faults.append(fault("yaml-is-one-document", nowhere, "The file is empty.", "Write a spec."))
    if builder.faults:
        return Unreadable(tuple(sorted(builder.faults, key=lambda one: (one.span.line, one.span.column))))
    return Document(file, text, builder.root.tree, Spans(file, builder.marks))


def _decoded(file: str, data: bytes) -> str | Fault:
    """Return the text of a file, or why it is not looked at further."""
    if len(data) > limits.BYTES:
        message = f"The file has {len(data)} bytes; the limit is {limits.BYTES}."
        return fault("file-is-small", Span(file, 1, 1, 1, 1), message, "Split it into a cluster and bases.")
    body = data.removeprefix(_MARK)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        before = body[: error.start].decode("utf-8")
        message = f"Byte 0x{body[error.start]:02x} is not UTF-8."
        return fault("text-is-utf8", _at(file, before), message, "Save the file as UTF-8.")
    return _unfit(file, text) or text


def _unfit(file: str, text: str) -> Fault | None:
    """Return the fault of a text that the parser must not see; it compares each directive with all before it."""
    found = hidden_in_source(text)
    if found:
        message = f"The text holds {described(found[0])}."
        return fault("text-is-visible", _at(file, text[: found.start()]), message, "Remove it, or write a space.")
    if secret := secret_in(text):
        message = "A secret key or token begins here. Whoever reads the repository has it now, in the history too."
        fix = "Revoke it and make another; a spec states public keys and the names of Secrets."
        return fault("files-hold-no-secrets", _at(file, text[: secret.start()]), message, fix)
    directive = 0 if text.startswith("%") else text.find("\n%") + 1 or None
    if directive is None:
        return None
    message = "Directives are not read, and no line may start with `%`."
    return fault("yaml-is-plain", _at(file, text[:directive]), message, "Remove or indent the line.")


def _at(file: str, before: str) -> Span:
    """Return the span of the character that follows `before`."""
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return Span(file, line, column, line, column + 1)


def _build(builder: Builder, text: str) -> None:
    """Feed the parser's events to the builder until the end, a limit or an error of grammar."""
    handlers: dict[type[Any], Callable[[Any], None]] = {
        ScalarEvent: builder.scalar,
        MappingStartEvent: builder.mapping,
        SequenceStartEvent: builder.sequence,
        MappingEndEvent: builder.end,
        SequenceEndEvent: builder.end,
        AliasEvent: builder.alias,
        DocumentStartEvent: builder.document,
    }
    parser = yaml.CSafeLoader(text)
    try:
        while type(event := parser.get_event()) is not StreamEndEvent:
            handler = handlers.get(type(event))
            if handler:
                handler(event)
    except yaml.MarkedYAMLError as error:
        builder.faults.append(grammar_fault(builder.file, error))
    except Enough:
        return
