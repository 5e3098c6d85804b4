"""Key paths: where a value is in a document, as a tuple and as text (`spec.hosts["a.b"].disks[0]`)."""

import json
import re
from functools import lru_cache
from typing import Any

KeyPath = tuple[str | int, ...]
"""Mapping keys are str, positions in a list are int from 0."""

_PLAIN = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_STEP = re.compile(
    r'(?P<dot>\.?)(?P<plain>[A-Za-z0-9_-]+)|\[(?P<index>[0-9]{1,9})\]|\[(?P<quoted>"(?:[^"\\]|\\.)*")\]', re.ASCII
)


def dotted(path: KeyPath) -> str:
    """The text of a path; keys beyond letters, digits, `-` and `_` are in JSON quotes, pure ASCII."""
    return "".join(_step(step) for step in path).removeprefix(".")


def parse(text: str) -> KeyPath:
    """The path of a text that `dotted` made; raises ValueError with one sentence."""
    steps: list[str | int] = []
    position = 0
    while position < len(text):
        match = _STEP.match(text, position)
        if match is None or (match["plain"] and bool(match["dot"]) != bool(steps)):
            raise ValueError(f"key path {text!r} is not readable at {position + 1}; write it as spec.etcd.quota")
        steps.append(_read(match))
        position = match.end()
    return tuple(steps)


def covers(at: KeyPath, path: KeyPath) -> bool:
    """Whether a path is another one or below it."""
    return path[: len(at)] == at


def related(one: KeyPath, other: KeyPath) -> bool:
    """Whether one of the two is the other or above it."""
    return all(a == b for a, b in zip(one, other, strict=False))


def reach(tree: object, path: KeyPath) -> tuple[int, object]:
    """How many steps of a path exist in a tree, and the value at the last of them."""
    value: Any = tree
    for depth, step in enumerate(path):
        if not _has(value, step):
            return depth, value
        value = value[step]
    return len(path), value


def _has(value: object, step: str | int) -> bool:
    if isinstance(value, list):
        return isinstance(step, int) and step < len(value)
    return isinstance(value, dict) and step in value


@lru_cache(maxsize=4096)
def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if _PLAIN.fullmatch(step):
        return f".{step}"
    quoted = json.dumps(step).replace("\x7f", r"\u007f")  # JSON leaves this one control character bare
    return f"[{quoted}]"


def _read(match: re.Match[str]) -> str | int:
    if match["index"]:
        return int(match["index"])
    return match["plain"] or str(json.loads(match["quoted"], strict=False))
