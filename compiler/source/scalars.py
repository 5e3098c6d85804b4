"""Types of plain (unquoted) scalars: YAML 1.2's core schema, and refusal of what YAML 1.1 reads differently.

Sources: YAML 1.2.2 section 10.3.2; YAML 1.1 type repository (bool, int, float, timestamp, merge, value). An ISO date is
left as text: 1.1 readers see a date and 1.2 readers its text, and dates are taken from text wherever one is expected.
"""

import math
import re
from typing import TypeAlias

from msgspec import Struct

from compiler.source.limits import DIGITS

Scalar: TypeAlias = str | int | float | bool | None


class Refused(Struct, frozen=True):
    """A plain scalar that is not read: `why` completes "`x` ...", `fix` is a sentence."""

    why: str
    fix: str
    code: str = "values-are-unambiguous"


_QUOTE = "Put it in quotes if text is meant"
_NEITHER = "to YAML 1.1 readers and text to YAML 1.2 readers"
_FIGURE = "numbers-can-be-calculated"
_WRITTEN = "values-are-written-out"

_TRUE = Refused(f"is true {_NEITHER}", f"{_QUOTE}, or write true.")
_FALSE = Refused(f"is false {_NEITHER}", f"{_QUOTE}, or write false.")
_SIXTY = Refused(f"is a number in base 60 {_NEITHER}", f"{_QUOTE}.")
_SCORE = Refused(f"is a number {_NEITHER}", f"{_QUOTE}, or drop the underscores.")
_TIME = Refused(f"is a point in time {_NEITHER}", f"{_QUOTE}.")
_EQUALS = Refused(f"is the default-value key {_NEITHER}", f"{_QUOTE}.")
_MERGE = Refused(f"is the merge key {_NEITHER}", "Write the keys out, or use extends.")
_OCTAL = Refused("is octal to YAML 1.1 readers and decimal to YAML 1.2 readers", f"{_QUOTE}, or drop the zero.")
_POWER = Refused("is text to YAML 1.1 readers and a number to YAML 1.2 readers", f"{_QUOTE}, or drop the exponent.")
_BASE = Refused("is a number in another base to some YAML readers", f"{_QUOTE}, or write the number in decimal.")
_SIGN = Refused("is a number to some YAML readers and text to others", f"{_QUOTE}, or put a digit before the point.")
_INFINITE = Refused("is not a number that can be calculated with", f"{_QUOTE}, or write a number.", _FIGURE)
_LONG = Refused(f"has more than {DIGITS} digits", f"{_QUOTE}, or write a smaller number.", _FIGURE)
_EMPTY = Refused("has no value, which reads as null", "Write the value, {} or [], or null to remove.", _WRITTEN)
_TILDE = Refused("is null, where a person may read a folder or a text", f"{_QUOTE}, or write null.", _WRITTEN)


def _cased(words: str) -> list[str]:
    """Return each word in the three spellings that YAML knows."""
    return [spelling for word in words.split() for spelling in (word, word.capitalize(), word.upper())]


_WORDS: dict[str, Scalar | Refused] = {
    "": _EMPTY,
    "~": _TILDE,
    "=": _EQUALS,
    "<<": _MERGE,
    **dict.fromkeys(_cased("null"), None),
    **dict.fromkeys(_cased("true"), True),
    **dict.fromkeys(_cased("false"), False),
    **dict.fromkeys(_cased("y yes on"), _TRUE),
    **dict.fromkeys(_cased("n no off"), _FALSE),
}
_MISSING = Refused("", "")

_SPECS: tuple[tuple[str, str, Refused | None], ...] = (
    ("integer", r"[-+]?(?:0|[1-9][0-9]*)", None),
    ("float", r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]*(?:[eE][-+][0-9]+)?|\.[0-9]+(?:[eE][-+][0-9]+)?", None),
    ("octal", r"[-+]?0[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?", _OCTAL),
    ("base", r"[-+]?0(?:[xX][0-9a-fA-F_]+|[oO][0-7_]+|[bB][01_]+)", _BASE),
    ("sixty", r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?", _SIXTY),
    ("power", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+", _POWER),
    ("sign", r"[-+]\.[0-9]+", _SIGN),
    ("infinite", r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", _INFINITE),
    ("score", r"(?=[^_]*_)[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?", _SCORE),
    ("time", r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]| +)[0-9:]{7,8}(?:\.[0-9]*)? *(?:Z|[-+][0-9:]{1,5})?", _TIME),
)
"""Name, pattern of the whole scalar, refusal. No two neighbouring repetitions share a character: linear time."""

_NUMBER = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern, _ in _SPECS))
_TRAPS = {name: refused for name, _, refused in _SPECS if refused}
_FIRST = frozenset("+-.0123456789")


def resolve(text: str) -> Scalar | Refused:
    """Return the value of a plain scalar, or why it is refused."""
    word = _WORDS.get(text, _MISSING)
    if word is not _MISSING:
        return word
    return _number(text) if text[0] in _FIRST else text


def _number(text: str) -> Scalar | Refused:
    """Return the value of a plain scalar that starts like a number."""
    match = _NUMBER.fullmatch(text)
    if not match:
        return text
    name = str(match.lastgroup)
    if name in _TRAPS:
        return _TRAPS[name]
    if sum(map(str.isdigit, text)) > DIGITS:
        return _LONG
    if name == "float":
        value = float(text)
        return value if math.isfinite(value) else _INFINITE
    return int(text)
