"""The messages of the pages: `<language>.toml` beside what it describes, read once per process."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from compiler.assets import asset_table

Messages = Mapping[str, Any]
"""Keys to sentences; a few keys to lists."""

# What Markdown or HTML could interpret in free text. None of it passes the model; this is the second check.
_ACTIVE = frozenset('\\`*_{}[]<>#|~!&$^"')
_NO_ANCHOR = re.compile(r"[^\w\- \0]")


@cache
def catalog(language: str, folder: str) -> Messages:
    """Return the messages of a folder below `templates/runbooks`. A language or folder that is not shipped raises AssetError."""
    return asset_table(f"templates/runbooks/{folder}/{language}.toml")


def format_message(text: str, view: Mapping[str, object]) -> str:
    """Return a sentence with its placeholders filled; an unknown one is our bug and raises KeyError."""
    return text.format_map(view) if "{" in text else text


def escape(text: str) -> str:
    """Return free text as Markdown that shows it: one line, nothing in it acts. It may not begin a line."""
    plain = " ".join(text.split())
    return "".join(f"\\{c}" if c in _ACTIVE else c for c in plain) if not _ACTIVE.isdisjoint(plain) else plain


def anchor(heading: str) -> str:
    """Return the anchor that Git forges give to a heading: lower case, no punctuation, hyphens for spaces."""
    return _NO_ANCHOR.sub("", heading.lower()).replace(" ", "-")


class References:
    """Links of one kind in messages, `{step:slug}` or `{step:slug|text where there is no such step}`.

    A target that this cluster does not have, without an alternative, is our bug and raises ValueError. `asked`: all targets so far.
    """

    def __init__(self, kind: str, links: Mapping[str, str]) -> None:
        self._kind = kind
        self._links = links
        self.asked: dict[str, None] = {}

    def __format__(self, reference: str) -> str:
        target, alternative, text = reference.partition("|")
        self.asked[target] = None
        link = self._links.get(target)
        if link is None and not alternative:
            raise ValueError(f"no {self._kind} {target!r} here, and the message states no alternative")
        return text if link is None else link
