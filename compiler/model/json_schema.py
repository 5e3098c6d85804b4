"""The JSON Schema (2020-12) of the spec, made from its types: what editors complete and other tools check against.

Two readings of the same types: `whole` for a spec that extends nothing, `partial` for what a base may say and for a cluster's own file
over bases, where nothing is required and null removes what a base set.
"""

from collections.abc import Callable, Mapping
from typing import Any

from compiler.model.cluster import API_VERSION, BASE_KIND, ClusterSpec
from compiler.model.removal import RemovedCluster
from compiler.values import duration

DIALECT = "https://json-schema.org/draft/2020-12/schema"
PARTIAL = "Partial"
NULL = {"type": "null"}
SAID = frozenset({"title", "description", "examples", "default"})
Schema = dict[str, Any]


def cluster_schema() -> Schema:
    """Return the schema of `cluster.yaml`: whole without `extends`, partial over bases."""
    whole = _whole()
    defs = whole["$defs"]
    schema = _file("kedge cluster", "The topology, recovery objectives, backups and protection of one cluster.", whole)
    schema["if"] = {"required": ["extends"]}
    schema["then"] = {"properties": {"spec": _reference(PARTIAL + "Spec")}}
    schema["else"] = {
        "properties": {"spec": _reference("Spec")},
        "anyOf": [{"required": ["spec"]}, {"required": ["removed"]}],
    }
    gone = _tidy(RemovedCluster.model_json_schema(by_alias=True))
    schema["properties"]["removed"] = gone["properties"]["removed"]
    schema["dependentSchemas"] = {"removed": {"properties": {"spec": False, "extends": False}}}
    schema["$defs"] = defs | gone["$defs"] | _partial(defs)
    return schema


def base_schema() -> Schema:
    """Return the schema of a base: everything optional, null to remove what a base below it set."""
    whole = _whole()
    schema = _file("kedge base", "What clusters have in common; they name it in `extends`.", whole)
    schema["properties"] |= {
        "kind": {"const": BASE_KIND, "description": "A base is a ClusterDRBase.", "title": "kind"},
        "metadata": {"description": "Not read; for people.", "title": "metadata"},
        "spec": {**schema["properties"]["spec"], **_reference(PARTIAL + "Spec")},
    }
    schema["required"] = ["apiVersion", "kind"]
    schema["$defs"] = _partial(whole["$defs"])
    return schema


def _file(title: str, description: str, whole: Schema) -> Schema:
    properties = dict(whole["properties"])
    properties["spec"] = {k: v for k, v in properties["spec"].items() if k != "$ref"}
    properties["apiVersion"] = {**properties["apiVersion"], "const": API_VERSION}
    return {
        "$schema": DIALECT,
        "title": title,
        "description": description,
        "type": "object",
        "additionalProperties": False,
        "required": ["apiVersion", "kind", "metadata"],
        "properties": properties,
    }


def _whole() -> Schema:
    return _tidy(ClusterSpec.model_json_schema(by_alias=True))


def _tidy(schema: Schema) -> Schema:
    """Return pydantic's schema with our titles, defaults as people write them, and no null beside an absent value."""
    tidied = _each(schema, _tidy)
    if "properties" in tidied:
        tidied["properties"] = {name: _titled(name, field) for name, field in tidied["properties"].items()}
    if "patternProperties" in tidied:
        tidied["additionalProperties"] = False
        del tidied["propertyNames"]
    _without_null(tidied)
    _default(tidied)
    kind = tidied.pop("kind", None)
    return tidied | ({"title": kind} if kind else {})


def _titled(name: str, field: Schema) -> Schema:
    """A field is titled with what its value is, or with its name where it is a section, a list or a choice."""
    made_up = field.get("title", name).casefold() == name.casefold()
    return {**field, "title": name} if made_up else field


def _without_null(schema: Schema) -> None:
    others = [member for member in schema.get("anyOf", []) if member != NULL]
    if len(others) != len(schema.get("anyOf", [])):
        del schema["anyOf"]
        schema |= others[0] if len(others) == 1 else {"anyOf": others}


def _default(schema: Schema) -> None:
    match schema.get("default", ...):
        case None:
            del schema["default"]
        case dict():
            schema["default"] = {}
        case int() as seconds if schema.get("type") == "string":
            schema["default"] = duration.words(seconds)


def _partial(defs: Mapping[str, Schema]) -> dict[str, Schema]:
    """Return the sections with nothing required, every value nullable, under names of their own."""
    return {PARTIAL + name: _loose(section) for name, section in defs.items() if name != "Metadata"}


def _loose(schema: Schema) -> Schema:
    loose = _each(schema, _loose)
    loose.pop("required", None)
    loose.pop("minProperties", None)
    if "$ref" in loose:
        loose["$ref"] = loose["$ref"].replace("#/$defs/", f"#/$defs/{PARTIAL}")
    for group in ("properties", "patternProperties"):
        if group in loose:
            loose[group] = {name: _nullable(member) for name, member in loose[group].items()}
    if isinstance(loose.get("additionalProperties"), dict):
        loose["additionalProperties"] = _nullable(loose["additionalProperties"])
    return loose


def _nullable(schema: Schema) -> Schema:
    said = {k: v for k, v in schema.items() if k in SAID}
    return {**said, "anyOf": [{k: v for k, v in schema.items() if k not in said}, NULL]}


def _each(schema: Schema, change: Callable[[Schema], Schema]) -> Schema:
    """Return a copy of a schema with every schema inside it changed; examples, defaults and words are left alone."""
    changed = dict(schema)
    for group in ("properties", "patternProperties", "$defs"):
        if group in schema:
            changed[group] = {name: change(member) for name, member in schema[group].items()}
    for single in ("items", "additionalProperties", "propertyNames"):
        if isinstance(schema.get(single), dict):
            changed[single] = change(schema[single])
    for several in ("anyOf", "allOf"):
        if several in schema:
            changed[several] = [change(member) for member in schema[several]]
    return changed


def _reference(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}
