"""From a layered tree to the spec's types: every fault of the shape at once, each at its place and in words for a person."""

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from compiler.model import synonyms
from compiler.model.cluster import ClusterSpec
from compiler.model.removal import RemovedCluster
from compiler.source.fault import Fault, excerpt
from compiler.source.layers import Layered
from compiler.values.keypath import KeyPath, dotted, reach

MEANINGS = MappingProxyType(
    {
        "keys-are-known": "kedge would ignore this key, and its author would believe that it counts.",
        "keys-are-complete": "Without it, recovery cannot be planned.",
        "values-fit-their-field": "A guessed value would protect something other than what was meant.",
    }
)
"""What each fault of the shape means for recovery, by code."""

SENTENCES = MappingProxyType(
    {
        "value_error": "{error}",
        "literal_error": "expected {expected}",
        "string_type": "expected text; put it in quotes if it looks like a number or a date",
        "int_type": "expected a whole number",
        "bool_type": "expected true or false",
        "dict_type": "expected a mapping",
        "model_type": "expected a mapping",
        "tuple_type": "expected a list",
        "too_short": "at least {min_length} item is required",
        "greater_than_equal": "expected {ge} or more",
        "less_than_equal": "expected {le} or less",
    }
)
"""What is wrong, by pydantic's error type; `ctx` fills the braces. A test tries every field for a type that is missing here."""

QUOTED_FIRST = frozenset("*&!@%")
QUOTED_WITHIN = frozenset(":#,{}[]")
W = TypeVar("W", ClusterSpec, RemovedCluster)
KEY = "[key]"
"""Pydantic's last step where the key of a map is wrong, not its value."""


def shape(layered: Layered, whole: type[W]) -> W | tuple[Fault, ...]:
    """Return the file as `whole`, or every fault of its shape in the order of the file."""
    try:
        return whole.model_validate(layered.tree)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        faults = [_fault(layered, e) for e in errors if e["type"] != "missing"]
        faults += _missing(layered, [e["loc"] for e in errors if e["type"] == "missing"])
        distinct = {(f.span, f.message): f for f in faults}.values()
        return tuple(sorted(distinct, key=lambda f: (f.span.file, f.span.line, f.span.column)))


def _fault(layered: Layered, error: ErrorDetails) -> Fault:
    path: KeyPath = error["loc"]
    if path[-1:] == (KEY,):
        return _misnamed(layered, path[:-1], error)
    if error["type"] == "extra_forbidden":
        return _unknown(layered, path)
    depth, _ = reach(layered.tree, path)  # a name in place of a list has no items of its own
    return _misfit(layered, path[:depth], error)


def _misnamed(layered: Layered, path: KeyPath, error: ErrorDetails) -> Fault:
    return Fault(
        layered.span(path, key=True),
        f"{_where(path[:-1])}: the key {excerpt(str(path[-1]))} does not fit: {_sentence(error)}",
        MEANINGS["values-fit-their-field"],
        _closest(error) or f"rename it, as in {excerpt(example_of(path[:-1]))}",
        "values-fit-their-field",
    )


def _unknown(layered: Layered, path: KeyPath) -> Fault:
    known = known_keys(path[:-1])
    renamed = synonyms.KEYS.get(str(path[-1]), "")
    similar = difflib.get_close_matches(str(path[-1]), known, n=1, cutoff=0.6)
    close = [renamed] if renamed.partition(".")[0] in known else similar
    return Fault(
        layered.span(path, key=True),
        f"{_where(path[:-1])} has no key {excerpt(str(path[-1]))}",
        MEANINGS["keys-are-known"],
        f"write `{close[0]}`" if close else f"it knows {', '.join(known)}",
        "keys-are-known",
    )


def _missing(layered: Layered, paths: list[KeyPath]) -> Iterator[Fault]:
    """Yield one fault for each section that is not complete, however many keys it needs."""
    for section in dict.fromkeys(path[:-1] for path in paths):
        needed = [path for path in paths if path[:-1] == section]
        yield Fault(
            layered.span(section, key=True),
            f"{_where(section)} needs {', '.join(f'`{path[-1]}`' for path in needed)}",
            MEANINGS["keys-are-complete"],
            f"for example {', '.join(f'`{path[-1]}: {example_of(path)}`' for path in needed)}",
            "keys-are-complete",
        )


def _misfit(layered: Layered, path: KeyPath, error: ErrorDetails) -> Fault:
    example = example_of(path)
    dropped = path[-1:] == ("version",) and isinstance(error["input"], (int, float))
    return Fault(
        layered.span(path),
        f"{_where(path)}: "
        + (f"YAML reads {layered.raw(path)} as a number and drops the trailing zero" if dropped else _sentence(error)),
        MEANINGS["values-fit-their-field"],
        _closest(error) or (f"for example `{path[-1]}: {example}`" if example else "correct the value"),
        "values-fit-their-field",
    )


def _where(path: KeyPath) -> str:
    return f"`{dotted(path)}`" if path else "the file"


def _sentence(error: ErrorDetails) -> str:
    """Return what is wrong: our own validators have a sentence, pydantic's few error types are in SENTENCES."""
    context = error.get("ctx", {})
    return SENTENCES[error["type"]].format_map(context)


def _closest(error: ErrorDetails) -> str:
    """Return the fix for a word that is nearly one of those expected or a synonym, and for a release with a `v`; else nothing."""
    if release := synonyms.release(error["input"]):
        return f"write `{release}`, without v"
    expected = re.findall("'([^']*)'", str(error.get("ctx", {}).get("expected", "")))
    synonym = synonyms.value(error["input"], expected)
    close = difflib.get_close_matches(synonym or str(error["input"]), expected, n=1, cutoff=0.6)
    return f"write `{close[0]}`" if close else ""


def known_keys(path: KeyPath) -> list[str]:
    """Return the keys that the section at a key path knows; nothing for a map by name."""
    return [str(name) for name in _fields(section_at(path))]


def example_of(path: KeyPath) -> str:
    """Return an example of the field at a key path as flow YAML, or nothing where there is none."""
    field = _fields(section_at(path[:-1])).get(path[-1]) if path else None
    return flow(field.examples[0]) if field and field.examples else ""


def flow(value: object) -> str:
    """Return a value as YAML on one line, the way that people write it; texts are quoted where YAML asks for it."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and "\n" in value:
        return json.dumps(value)
    quoted = isinstance(value, str) and (value[:1] in QUOTED_FIRST or not QUOTED_WITHIN.isdisjoint(value))
    return f'"{value}"' if quoted else str(value)


def section_at(path: KeyPath) -> type[BaseModel] | None:
    """Return the section of the spec's types at a key path, or None for scalars and maps by name."""
    found: Any = RemovedCluster if path[:1] == ("removed",) else ClusterSpec
    for step in path:
        fields = _fields(found)
        arguments = getattr(found, "__args__", ())
        if step in fields:
            found = _inner(fields[step].annotation)
        elif arguments:
            found = _inner(arguments[-1 if isinstance(step, str) else 0])
        else:
            return None
    return found if isinstance(found, type) and issubclass(found, BaseModel) else None


def _fields(found: Any) -> dict[str | int, FieldInfo]:
    """Return the fields of a section by their names in the file; none for anything else."""
    if not (isinstance(found, type) and issubclass(found, BaseModel)):
        return {}
    return {field.alias or name: field for name, field in found.model_fields.items()}


def _inner(annotation: Any) -> Any:
    """Strip `| None` and Annotated from a type."""
    while True:
        arguments = getattr(annotation, "__args__", ())
        if type(None) in arguments:
            annotation = next(a for a in arguments if a is not type(None))
        elif hasattr(annotation, "__metadata__"):
            annotation = annotation.__origin__
        else:
            return annotation
