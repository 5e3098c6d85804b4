"""A spec with faults of its shape, as far as it can be read, so that its references are checked in the same run.

A value that does not fit its field, a missing one, and every absent field beside an unknown key (which may be one of them,
misspelt) is unknown. A check that looks at an unknown value ends there: it says nothing that depends on a guess.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import SchemaValidator

from compiler.model.cluster import ClusterSpec
from compiler.values.keypath import KeyPath

T = TypeVar("T")


class UnknownValue(Exception):
    """A check looked at a value that is not known."""


class _Unknown:
    """The value of a field that could not be read; to look at it in any way raises UnknownValue."""

    def __getattribute__(self, name: str) -> NoReturn:
        raise UnknownValue


def _raise(*_: object) -> NoReturn:
    raise UnknownValue


for _name in (
    *("bool", "call", "contains", "eq", "float", "format", "ge", "getitem", "gt", "hash", "index", "int", "iter", "le"),
    *(
        "len",
        "lt",
        "mod",
        "mul",
        "ne",
        "neg",
        "radd",
        "repr",
        "rsub",
        "str",
        "sub",
        "add",
        "truediv",
        "or",
        "ror",
        "and",
    ),
):
    setattr(_Unknown, f"__{_name}__", _raise)
UNKNOWN = _Unknown()


def readable(tree: object) -> ClusterSpec:
    """Return the spec with UNKNOWN wherever its shape has a fault."""
    spec: Any = _tolerant().validate_python(tree)
    try:
        ClusterSpec.model_validate(tree)
    except ValidationError as error:
        for e in error.errors(include_url=False, include_input=False, include_context=False):
            if e["type"] == "extra_forbidden":
                _forget_absent(spec, e["loc"][:-1])
    return spec  # type: ignore[no-any-return]


def sound(check: Iterable[T]) -> Iterator[T]:
    """Yield what a check reports before it looks at an unknown value."""
    try:
        yield from check
    except UnknownValue:
        return


def _forget_absent(spec: object, path: KeyPath) -> None:
    """Make the absent fields of a section unknown: an unknown key may be one of them, misspelt."""
    section: Any = spec
    for step in path:
        if section is UNKNOWN:
            return
        if isinstance(section, BaseModel):
            names = {field.alias or name: name for name, field in type(section).model_fields.items()}
            section = getattr(section, names[str(step)])
        else:
            section = section[step]
    if section is not UNKNOWN:
        for name in type(section).model_fields.keys() - section.model_fields_set:
            section.__dict__[name] = UNKNOWN


@cache
def _tolerant() -> SchemaValidator:
    """Return the validator of the spec's types in which a field that fails or is missing is UNKNOWN."""
    # Without the switch pydantic takes the strict validator that each section already has.
    return SchemaValidator(_loosened(ClusterSpec.__pydantic_core_schema__), _use_prebuilt=False)


def _loosened(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_loosened(member) for member in schema]
    if not isinstance(schema, Mapping):
        return schema
    kept = {"metadata", "config", "serialization", "default", "cls", "function"}
    loose = {key: value if key in kept else _loosened(value) for key, value in schema.items()}
    if schema.get("type") == "model-fields":
        loose["fields"] = {name: _loosened(field) for name, field in schema["fields"].items()}  # whatever their names
    if schema.get("type") == "model":
        loose["config"] = {**schema["config"], "extra_fields_behavior": "ignore"}
    if schema.get("type") == "model-field":
        loose["schema"] = _tolerated(loose["schema"])
    return loose


def _tolerated(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of a field that is UNKNOWN where its value fails or is missing without a default."""
    unknown = {"type": "default", "default_factory": lambda: UNKNOWN}
    stated = schema if schema["type"] == "default" else {**unknown, "schema": schema}
    return {**stated, "schema": {**unknown, "schema": stated["schema"], "on_error": "default"}}
