"""Characters that a reader of the file cannot see or that change how the rest of the line looks.

One class serves input and output: the reader refuses them, the emitter escapes them. The ranges are written out instead
of asking `str.isprintable`, whose answer changes with Python's Unicode tables. Source: Unicode 16, property
Default_Ignorable_Code_Point, general categories Cc, Cf, Cs, Co, Zl, Zp and the spaces of Zs other than U+0020.
"""

import re

HIDDEN = (
    "\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\xa0\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u1680"
    "\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ud800-\uf8ff\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\ufffe\uffff\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U0010ffff"
)
"""The ranges, to be put inside a character class of a regular expression; line feed and carriage return are apart."""

_HIDDEN = re.compile(f"[{HIDDEN}]")
_RETURN = re.compile(r"\r(?!\n)")
_NAMES = {
    "\t": "a tab",
    "\r": "a carriage return",
    "\ufeff": "a byte order mark inside the text",
    "\xa0": "a no-break space",
}


def hidden_in_source(text: str) -> re.Match[str] | None:
    """Return a character of a file that is refused; line ends may be LF or CRLF."""
    return _HIDDEN.search(text) or (_RETURN.search(text) if "\r" in text else None)


def hidden_in_value(value: str) -> re.Match[str] | None:
    """Return a character of a value that is refused, which an escape in quotes may have brought in."""
    return _HIDDEN.search(value) or (re.search("\r", value) if "\r" in value else None)


def described(char: str) -> str:
    """Return a character's name for a sentence."""
    return f"{_NAMES.get(char, 'an invisible or control character')} (U+{ord(char):04X})"
