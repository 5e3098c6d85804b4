"""Values as literals of CEL, the expression language of admission policies."""

from collections.abc import Sequence


def literal(value: object, indent: str = "") -> str:
    """Return a value of an object as CEL writes it, a key of a map on a line of its own.

    What does not hold texts alone goes through `dyn`, since the API server wants maps and lists of one type.
    ValueError where a text would need escapes.
    """
    deeper = indent + "  "
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case str():
            return text(value)
        case dict():
            inner = _of_one_type(list(value.values()), deeper)
            pairs = [f"{text(key)}: {written}" for key, written in zip(value, inner, strict=True)]
            return _enclosed("{", pairs, "}", indent)
        case list() | tuple() if all(isinstance(inner, str) for inner in value):
            return "[" + ", ".join(map(text, value)) + "]"
        case list() | tuple():
            return _enclosed("[", _of_one_type(value, deeper), "]", indent)
    raise ValueError(f"CEL has no literal for a {type(value).__name__}")


def text(value: str) -> str:
    """Return a string literal: a raw one where it has several lines."""
    quotes = "'''" if "\n" in value else "'"
    if quotes in value or ("\n" not in value and (not value.isprintable() or "\\" in value)):
        raise ValueError(f"{value!a} may not be part of a CEL expression")
    return f"r{quotes}{value}{quotes}" if "\n" in value else f"'{value}'"


def _of_one_type(values: Sequence[object], indent: str) -> list[str]:
    if all(isinstance(value, str) for value in values):
        return [literal(value) for value in values]
    return [f"dyn({literal(value, indent)})" for value in values]


def _enclosed(opening: str, parts: Sequence[str], closing: str, indent: str) -> str:
    """What is short is on one line, unless a text in it has several."""
    line = opening + ", ".join(parts) + closing
    if len(line) <= 80 and "\n" not in line:
        return line
    return f"{opening}\n{indent}  " + f",\n{indent}  ".join(parts) + f"\n{indent}{closing}"
