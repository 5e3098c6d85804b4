"""Shell lines for pages: values of the plan go in through `fill` and `assign`, which refuse what a shell could read."""

import re
from functools import cache

LONGEST = 80
"""Columns of a command on a page: what a serial console shows and paper holds."""

_CHUNK = 64
_NEXT_CHUNK = 50
_WORD = re.compile(r"[A-Za-z0-9/\[][A-Za-z0-9._~:/@+=,\[\]-]*")
_QUOTED_OR_SPACE = re.compile(r"""'[^']*'|"(?:[^"\\]|\\.)*"|\\.|( )""")


def word(value: str) -> str:
    """Return a value that means itself between double quotes and as a bare word; anything else is our bug."""
    if _WORD.fullmatch(value) is None:
        raise ValueError(f"{value!r} may not stand in a command of a page")
    return value


def fill(text: str, **words: str) -> tuple[str, ...]:
    """Return the lines of a text with each `@key@` replaced; a line that became too long is broken at an option."""
    if "@" not in text:
        return _lines(text)
    for key, value in words.items():
        text = text.replace(f"@{key}@", word(value))
    lines = text.strip("\n").split("\n")
    if len(max(lines, key=len)) <= LONGEST:
        return tuple(lines)
    return tuple(part for line in lines for part in _broken(line))


def assign(name: str, value: str) -> tuple[str, ...]:
    """Return lines that set a variable, in pieces where the value is long: `NAME="piece"`, `NAME="$NAME"piece`."""
    first, rest = word(value)[:_CHUNK], value[_CHUNK:]
    pieces = [rest[i : i + _NEXT_CHUNK] for i in range(0, len(rest), _NEXT_CHUNK)]
    return (f'{name}="{first}"', *(f"{name}=\"${name}\"'{piece}'" for piece in pieces))


def joined(*blocks: tuple[str, ...]) -> tuple[str, ...]:
    """Return blocks of lines as one."""
    return tuple(line for block in blocks for line in block)


def listed(name: str, values: tuple[str, ...]) -> tuple[str, ...]:
    """Return lines that set a variable to words with spaces between, as many to a line as fit."""
    rows: list[str] = []
    for value in values:
        if rows and len(rows[-1]) + len(value) < _CHUNK:
            rows[-1] += f" {word(value)}"
        else:
            rows.append(word(value))
    return (f'{name}="{rows[0]}"', *(f'{name}="${name} {row}"' for row in rows[1:]))


@cache
def _lines(text: str) -> tuple[str, ...]:
    """Return the lines of a text in which nothing is filled: the same for every cluster, so split once."""
    return tuple(part for line in text.strip("\n").split("\n") for part in _broken(line))


def _broken(line: str) -> list[str]:
    """Return a line in pieces of at most 80 columns, broken at spaces outside quotes."""
    pieces = []
    while len(line) > LONGEST:
        indent = len(line) - len(line.lstrip(" "))
        gaps = [m.start() for m in _QUOTED_OR_SPACE.finditer(line, indent) if m[1] and m.start() <= LONGEST - 2]
        if not gaps:
            raise ValueError(f"no place to break {line!r}")
        pieces.append(line[: gaps[-1]] + " \\")
        line = " " * (indent + 2) + line[gaps[-1] + 1 :]
    return [*pieces, line]
