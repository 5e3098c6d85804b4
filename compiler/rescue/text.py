"""Text from machines that are not trusted, made safe for a terminal and for a log."""

from __future__ import annotations

import re
import unicodedata

MAX_LINE = 2000
"""Characters of a line that are shown; a longer one is cut."""

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Categories of characters that a terminal obeys, reorders or does not show."""

_SECRET = re.compile(r"(--(?:token|certificate-key)[ =])\S+|(AGE-SECRET-KEY-)[0-9A-Z-]+")


def clean(text: str) -> str:
    """Return text without control characters, and without characters that reverse or hide others."""
    kept = "".join(" " if c == "\t" else "?" if unicodedata.category(c) in _HIDDEN else c for c in text[:MAX_LINE])
    return kept if len(text) <= MAX_LINE else f"{kept}…"


def without_secrets(text: str) -> str:
    """Return text with the values of join tokens and private keys left out."""
    return _SECRET.sub(lambda found: f"{found[1] or found[2]}…", text)


def width(text: str) -> int:
    """Return how many columns of a terminal text takes."""
    return sum(_columns(c) for c in text)


def fit(text: str, columns: int) -> str:
    """Return text cut or filled to so many columns."""
    kept, used = "", 0
    for c in text:
        if used + _columns(c) > columns:
            break
        kept, used = kept + c, used + _columns(c)
    return kept + " " * (columns - used)


def _columns(c: str) -> int:
    if unicodedata.combining(c) or unicodedata.category(c) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(c) in "WF" else 1
