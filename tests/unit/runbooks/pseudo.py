"""A language that no person speaks: every sentence in brackets, with accents, two fifths longer."""

import re
import tomllib
from pathlib import Path

from compiler.assets import asset

LANGUAGE = "qps"
_ACCENTS = str.maketrans("aeiouAEIOUcn", "áéíóúÁÉÍÓÚçñ")
_KEPT = re.compile(r"(\{[^{}]*\}|`[^`]*`)")


def write_language(root: Path) -> None:
    """Write the pseudo-language beside each English file, below another root."""
    templates = asset("templates/runbooks")
    for file in templates.rglob("en.toml"):
        target = root / "templates/runbooks" / file.parent.relative_to(templates) / f"{LANGUAGE}.toml"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("".join(_entry(key, value) for key, value in tomllib.loads(file.read_text("utf-8")).items()))


def is_pseudo(line: str) -> bool:
    """Return whether a line of a page comes from the catalog."""
    return "⟦" in line


def pseudo(text: str) -> str:
    """Return a sentence of the pseudo-language; placeholders and code stay, and so do the texts of alternatives."""
    if not re.search(r"[A-Za-z]", _KEPT.sub("", text)):
        return text
    parts = [part if number % 2 else part.translate(_ACCENTS) for number, part in enumerate(_KEPT.split(text))]
    return f"⟦{''.join(parts)}{'~' * (len(text) * 2 // 5)}⟧"


def _entry(key: str, value: object) -> str:
    return f"{key} = {_literal(value)}\n"


def _literal(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    escaped = pseudo(str(value)).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
