"""What each field of the spec is, read from the spec's own types: for `kedge explain` and for the generated reference."""

from collections.abc import Iterator, Mapping
from functools import cache
from textwrap import indent
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from compiler.model.json_schema import Schema, cluster_schema
from compiler.model.shape import flow
from compiler.report.rule_page import rule_pages
from compiler.source.document import Document
from compiler.source.reader import read

NAME = "<name>"
ITEM = "[]"
UNITS = MappingProxyType(
    {
        "duration": "time: s, m, h, d and w, largest first, such as 1h30m or 14d",
        "quantity": "Kubernetes quantity: cores such as 500m or 2, bytes such as 16Gi",
    }
)
"""How a number of this kind is written, by kind."""

Steps = tuple[str, ...]


class FieldPage(Struct, frozen=True, kw_only=True):
    """One field. `steps` are keys, `<name>` for any key of a map and `[]` for any item of a list."""

    steps: Steps
    type: str
    required: bool
    default: object
    values: tuple[str, ...]
    meaning: str
    examples: tuple[object, ...]
    section: bool

    @property
    def path(self) -> str:
        """The key path as text."""
        return ".".join(self.steps).replace("." + ITEM, ITEM)

    @property
    def unit(self) -> str:
        """How the value is written, where its type states it."""
        return UNITS.get(self.type, "")


@cache
def field_pages() -> Mapping[Steps, FieldPage]:
    """Return every field of the spec, parents before children, in the order of the types."""
    schema = cluster_schema()
    spec = schema["properties"].pop("spec") | schema["else"]["properties"]["spec"]
    whole = {**schema, "properties": {**schema["properties"], "spec": spec}}
    required = {*schema["required"], "spec"}
    found = {}
    for name, field in whole["properties"].items():
        found.update({page.steps: page for page in _walk(schema["$defs"], (name,), field, name in required)})
    return MappingProxyType(found)


def find(path: str) -> FieldPage | None:
    """Return the field at a key path such as `spec.etcd.quota`; `spec.` may be left out, names of a map may be any."""
    steps = [step for step in path.replace("[", ".[").split(".") if step]
    for attempt in (steps, ["spec", *steps]):
        canonical = _canonical(attempt)
        if canonical:
            return field_pages()[canonical]
    return None


def children(page: FieldPage) -> list[FieldPage]:
    """Return the fields directly below a field."""
    depth = len(page.steps)
    return [p for steps, p in field_pages().items() if steps[:depth] == page.steps and len(steps) == depth + 1]


@cache
def mentioned() -> Mapping[Steps, tuple[str, ...]]:
    """Return, for each field, the rules whose examples use it."""
    used = {page.id: {*_fields_in(page.bad), *_fields_in(page.good)} for page in rule_pages()}
    return MappingProxyType(
        {steps: tuple(rule for rule, fields in used.items() if steps in fields) for steps in field_pages()}
    )


def lines(page: FieldPage) -> Iterator[str]:
    """Yield the page for a terminal."""
    yield f"{page.path}: {page.meaning}\n"
    yield f"  type      {page.type}"
    if page.unit:
        yield f"  unit      {page.unit}"
    if page.values:
        yield f"  values    {', '.join(page.values)}"
    yield f"  default   {default_text(page)}"
    for example in page.examples:
        yield f"  example   {page.steps[-1]}: {flow(example)}"
    if mentioned().get(page.steps):
        yield f"  rules     {', '.join(mentioned()[page.steps])}"
    inner = children(page)
    if inner:
        width = max(len(child.steps[-1]) for child in inner)
        yield "  fields"
        yield from (f"    {child.steps[-1]:{width}}  {first_sentence(child.meaning)}" for child in inner)


def default_text(page: FieldPage) -> str:
    """Return the default in words: the value of an absent field."""
    if page.required:
        return "none, it must be stated"
    return flow(page.default) if page.default is not None else "absent"


def first_sentence(text: str) -> str:
    """Return the first sentence of a text."""
    head, stop, _ = text.partition(". ")
    return head + stop.strip()


def _fields_in(example: str) -> Iterator[Steps]:
    """Yield the fields in a piece of a spec."""
    document = read("example", f"spec:\n{indent(example, '  ')}\n".encode())
    for path in document.spans if isinstance(document, Document) else ():
        steps = _canonical([str(step) for step in path])
        if steps:
            yield steps


def _canonical(steps: list[str]) -> Steps | None:
    """Return the steps of the field that a path leads to, names of maps and numbers of items made general."""
    found: Steps = ()
    for step in steps:
        general = ITEM if step.startswith("[") or step.isdigit() else NAME
        found = next((c for c in ((*found, step), (*found, general)) if c in field_pages()), ())
        if not found:
            return None
    return found


def _walk(defs: Schema, steps: Steps, stated: Schema, required: bool) -> Iterator[FieldPage]:
    """Yield a field and everything below it. The description where a section is used goes before its own."""
    field = {**_resolved(defs, stated), **stated}
    yield _page(steps, field, required)
    for name, member in field.get("properties", {}).items():
        yield from _walk(defs, (*steps, name), member, name in field.get("required", ()))
    for entry in _entries(field):
        yield from _walk(defs, (*steps, NAME), entry, False)
    items = _resolved(defs, field.get("items", {}))
    if "properties" in items:
        yield from _walk(defs, (*steps, ITEM), items, False)


def _entries(field: Schema) -> Iterator[Schema]:
    """Yield the schema of a map's values where they are sections; plain values have no pages."""
    others = field.get("additionalProperties")
    for member in (*field.get("patternProperties", {}).values(), *([others] if isinstance(others, dict) else [])):
        if "$ref" in member:
            yield member


def _resolved(defs: Schema, schema: Schema) -> Schema:
    reference = schema.get("$ref")
    return defs[reference.rpartition("/")[2]] if reference else schema


def _page(steps: Steps, field: Schema, required: bool) -> FieldPage:
    return FieldPage(
        steps=steps,
        type=_type(field, steps[-1]),
        required=required,
        default=field.get("default"),
        values=tuple(map(str, field.get("enum", field.get("items", {}).get("enum", ())))),
        meaning=field.get("description", ""),
        examples=tuple(field.get("examples", ())),
        section="properties" in field,
    )


def _type(field: Schema, name: str) -> str:
    """Return what a value is, in words: the kind of a text where it has one, else the JSON type."""
    kind: Any = field.get("type")
    if "properties" in field:
        return "section"
    if kind == "object":
        return "map by name"
    if kind == "array":
        return f"list of {_type(field['items'], '') if '$ref' not in field['items'] else 'section'}s"
    if "enum" in field or "const" in field:
        return "word"
    if field.get("title", name) != name:
        return str(field["title"])
    return {"integer": "whole number", "boolean": "true or false", "string": "text"}.get(str(kind), str(kind))
