"""Kubernetes objects to YAML text that every reader takes the same way: Go's YAML 1.1, PyYAML, and YAML 1.2.

A text is written bare only where a narrow rule knows that no reader sees another type in it; all else is written in
double quotes with JSON's escapes. Text of several lines becomes a literal block where that loses nothing: no hidden
characters, no blanks at the end of a line, no empty first line. Layout is kubectl's: two spaces, lists not indented
below their key. Keys keep their order.
"""

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from compiler.source.characters import HIDDEN

KEY_CHARACTERS = 512
"""Longest key that is written; Kubernetes allows 317 (a label key), readers find a simple key within 1024."""

_CACHED = 128
"""Longest text of one line whose form is remembered: names, labels, images; sentences would only fill the memory."""

_INT64 = range(-(2**63), 2**63)

_BARE = re.compile(
    r"[A-Za-z/](?:[A-Za-z0-9_./+=@-]|:(?=[A-Za-z0-9/])| (?=[A-Za-z0-9]))*"
    r"|(?:0|[1-9][0-9]*)(?:m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)|(?:[0-9]+[hms])+"
)
"""A word, path, image or sentence; a quantity; a Go duration. No other text that starts with a digit or a sign."""

_TYPED = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity"))
"""Words that some reader takes for a boolean, null or a number, in lower case."""

_ESCAPED = re.compile(f"[{HIDDEN}]")
_LITERAL = re.compile(rf"[^{HIDDEN}\r\n][^{HIDDEN}\r]*")
_BLANK_END = re.compile(r" (?:\n|$)")


def emit(obj: Mapping[str, object]) -> str:
    """Return one object as YAML: dict, list, tuple, str, int, bool.

    Raises TypeError for None, floats and any other type, ValueError for an integer beyond 64 bits, a key that is too
    long and half of a surrogate pair: all of them bugs of the caller.
    """
    if not obj:
        return "{}\n"
    out: list[str] = []
    _mapping(obj, "", "", out)
    return "".join(out)


def _mapping(obj: Mapping[str, object], lead: str, pad: str, out: list[str]) -> None:
    """Write a mapping; its first line starts with `lead`, the others with `pad`."""
    for key, value in obj.items():
        head = f"{lead}{_key(key)}:"
        lead = pad
        if type(value) is str:
            out.append(f"{head} {_text(value, pad)}\n")
        elif type(value) is dict and value:
            out.append(f"{head}\n")
            _mapping(value, pad + "  ", pad + "  ", out)
        elif isinstance(value, list | tuple) and value:
            out.append(f"{head}\n")
            _sequence(value, pad, pad, out)
        else:
            out.append(f"{head} {_plain(value)}\n")


def _sequence(items: Iterable[object], lead: str, pad: str, out: list[str]) -> None:
    """Write a list; its first line starts with `lead`, the others with `pad`."""
    for item in items:
        if type(item) is str:
            out.append(f"{lead}- {_text(item, pad)}\n")
        elif type(item) is dict and item:
            _mapping(item, lead + "- ", pad + "  ", out)
        elif isinstance(item, list | tuple) and item:
            _sequence(item, lead + "- ", pad + "  ", out)
        else:
            out.append(f"{lead}- {_plain(item)}\n")
        lead = pad


def _plain(value: object) -> str:
    """Return an integer, a boolean or an empty collection."""
    if value is True or value is False:
        return "true" if value else "false"
    if type(value) is int:
        if value not in _INT64:
            raise ValueError(f"the number {value} does not fit 64 bits")
        return str(value)
    if isinstance(value, dict | list | tuple) and not value:
        return "{}" if isinstance(value, dict) else "[]"
    raise TypeError(f"a manifest holds no {type(value).__name__}")


def _key(key: str) -> str:
    """Return a key's form."""
    form = _form(key)
    if len(form) > KEY_CHARACTERS:
        raise ValueError(f"the key {form[:40]}… is longer than {KEY_CHARACTERS} characters")
    return form


def _text(text: str, pad: str) -> str:
    """Return a text's form; a block's lines are indented two spaces more than `pad`."""
    if len(text) <= _CACHED:
        return _form(text) if "\n" not in text else _lines(text, pad)
    return _lines(text, pad) if "\n" in text else _written(text)


@lru_cache(maxsize=32)  # the scripts of a job are the same in every cluster
def _lines(text: str, pad: str) -> str:
    """Return the form of a text of several lines: a literal block, or quotes where a block would lose something."""
    if not _LITERAL.fullmatch(text) or _BLANK_END.search(text):
        return _quoted(text)
    body = text.rstrip("\n")
    ends = len(text) - len(body)
    block = "\n".join(f"{pad}  {line}" if line else "" for line in body.split("\n"))
    indicator = "2" if text[0] == " " else ""
    return f"|{indicator}{('-', '', '+')[min(ends, 2)]}\n{block}" + "\n" * (ends - 1)


@lru_cache(maxsize=4096)
def _form(text: str) -> str:
    """Return the form of a short text or a key, remembered: an object's words come again and again."""
    return _written(text)


def _written(text: str) -> str:
    """Return a text bare where that is safe, else in quotes."""
    return text if _BARE.fullmatch(text) and text.lower() not in _TYPED else _quoted(text)


def _quoted(text: str) -> str:
    """Return a text in double quotes. Raises ValueError for half of a surrogate pair, which is no character."""
    form = json.dumps(text, ensure_ascii=False)
    return form if form.isascii() and "\x7f" not in form else _ESCAPED.sub(_escape, form)


def _escape(match: re.Match[str]) -> str:
    """Return the escape of a character that a reader could not see."""
    code = ord(match[0])
    if 0xD800 <= code <= 0xDFFF:
        raise ValueError(f"U+{code:04X} is half of a surrogate pair")
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
