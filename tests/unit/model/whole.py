"""A spec in which every field of the model is set once, made from the fields' own examples; and every way to a leaf of it.

It is made by walking the generated schema, so a new field is in every test of this folder without a word about it.
"""

import copy
from collections.abc import Iterator
from functools import cache
from typing import Any

from compiler.model.json_schema import cluster_schema
from compiler.report.field_page import FieldPage, find
from compiler.values.keypath import KeyPath, dotted

Schema = dict[str, Any]
DRILL = "age1djj0vyaaypc65ntn5q7rlghejltcuvtv3ny6ru0slwkz83zkqyhsjahsms"


@cache
def _schema() -> Schema:
    schema = cluster_schema()
    schema["properties"]["spec"] |= schema["else"]["properties"]["spec"]
    return schema


def whole() -> dict[str, Any]:
    """Return a spec with every field, without `extends`."""
    tree: dict[str, Any] = _made(_schema())
    del tree["extends"], tree["removed"]
    tree["spec"]["keys"]["drill"]["age"] = (
        DRILL  # the field's one example is the break-glass key, and a drill has its own
    )
    return tree


def _made(schema: Schema) -> Any:
    if "$ref" in schema:
        return _made(_schema()["$defs"][schema["$ref"].rpartition("/")[2]])
    if "properties" in schema:
        return {name: _made(member) for name, member in schema["properties"].items()}
    if "patternProperties" in schema and "$ref" in next(iter(schema["patternProperties"].values())):
        return {"one": _made(next(iter(schema["patternProperties"].values())))}
    if schema.get("type") == "array" and "$ref" in schema["items"]:
        return [_made(schema["items"])]
    return copy.deepcopy(schema["examples"][0]) if "examples" in schema else schema["const"]


def leaves(tree: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    """Yield the key path of every scalar."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from leaves(value, (*path, key))
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            yield from leaves(value, (*path, index))
    else:
        yield path


def nodes(tree: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    """Yield the key path of everything below the top."""
    children = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for step, value in children:
        yield (*path, step)
        yield from nodes(value, (*path, step))


def at(tree: Any, path: KeyPath) -> Any:
    for step in path:
        tree = tree[step]
    return tree


def with_value(path: KeyPath, value: object) -> dict[str, Any]:
    """Return the whole spec with one value replaced."""
    tree = whole()
    at(tree, path[:-1])[path[-1]] = value
    return tree


def without(path: KeyPath) -> dict[str, Any]:
    """Return the whole spec with one key or item gone."""
    tree = whole()
    del at(tree, path[:-1])[path[-1]]
    return tree


def page(path: KeyPath) -> FieldPage:
    """Return the field that a key path belongs to: its own, or that of the map or list it is an item of."""
    while path:
        found = find(dotted(path))
        if found:
            return found
        path = path[:-1]
    raise LookupError(path)
