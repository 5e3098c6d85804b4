"""The words of the pages: one folder for each language, one TOML file for each page, read once per process."""

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from compiler.assets import asset

Words = Mapping[str, Any]
"""Keys to sentences; a step's id to a table of its sentences; a few keys to lists."""

# What Markdown or HTML could read in free text. None of it passes the model; this is the second door.
_ACTIVE = frozenset('\\`*_{}[]<>#|~!&$^"')


@cache
def words(language: str, page: str) -> Words:
    """Return the words of a page. A language or page that is not shipped raises AssetError."""
    return tomllib.loads(asset(f"templates/runbooks/words/{language}/{page}.toml").read_text("utf-8"))


@cache
def executed() -> frozenset[str]:
    """Return the ids of the steps that a real test runs literally."""
    return frozenset(tomllib.loads(asset("templates/runbooks/executed.toml").read_text("utf-8"))["steps"])


def say(text: str, view: Mapping[str, str]) -> str:
    """Return a sentence with its placeholders filled; an unknown one is our bug and raises KeyError."""
    return text.format_map(view) if "{" in text else text


def escape(text: str) -> str:
    """Return free text as Markdown that shows it: one line, nothing in it acts. It may not begin a line."""
    plain = " ".join(text.split())
    return "".join(f"\\{c}" if c in _ACTIVE else c for c in plain) if not _ACTIVE.isdisjoint(plain) else plain
