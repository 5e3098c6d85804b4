"""Values in shell: the plan's values enter a block only by assignments that refuse what a shell could interpret."""

import re

MAX_COLUMNS = 80
"""Columns of a command on a page: what a serial console shows and paper holds."""

_WORD = re.compile(r"[A-Za-z0-9/\[][A-Za-z0-9._~:/@+=,\[\]-]*")


def word(value: str) -> str:
    """Return a value that means itself between double quotes and as a bare word; anything else is our bug."""
    if _WORD.fullmatch(value) is None:
        raise ValueError(f"{value!r} may not be part of a command of a page")
    return value


def assign(name: str, value: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return lines that set a variable, broken where they would be too long; a tuple becomes words with spaces between."""
    return _text(name, value) if isinstance(value, str) else _words(name, value)


def _text(name: str, value: str) -> tuple[str, ...]:
    pieces = _pieces(name, word(value)) if value else [""]
    return (f'{name}="{pieces[0]}"', *(f"{name}=\"${name}\"'{piece}'" for piece in pieces[1:]))


def _words(name: str, values: tuple[str, ...]) -> tuple[str, ...]:
    rows: list[str] = []
    for value in values:
        if rows and len(rows[-1]) + len(value) < _columns(name):
            rows[-1] += f" {word(value)}"
        else:
            rows.append(word(value))
    lines = [f'{name}=""'] if not rows or len(rows[0]) > _columns(name) else [f'{name}="{rows.pop(0)}"']
    for row in rows:
        first, *rest = _pieces(name, row)
        lines += [f'{name}="${name} {first}"', *(f"{name}=\"${name}\"'{piece}'" for piece in rest)]
    return tuple(lines)


def _pieces(name: str, text: str) -> list[str]:
    size = _columns(name)
    return [text[i : i + size] for i in range(0, len(text), size)]


def _columns(name: str) -> int:
    """Return how much of a value fits into one line beside `NAME="$NAME"''`."""
    return MAX_COLUMNS - 2 * len(name) - len('="$"') - len("''")
