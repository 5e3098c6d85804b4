"""The pinned schemas are fresh and strict."""

import json

import pytest

from compiler.assets import asset
from compiler.render.gate import BUILT_IN, CUSTOM, MINORS, schema_file
from tests.unit.render.test_gate import Object, Path, paths
from tools import trim


@pytest.mark.parametrize("minor", MINORS)
def test_the_built_in_schemas_are_what_the_generator_makes(minor: str) -> None:
    assert asset(f"schemas/kubernetes/v{minor}.json").read_text("utf-8") == trim.kubernetes_schema(minor)


@pytest.mark.parametrize("kind", sorted(BUILT_IN | CUSTOM), ids=" ".join)
def test_every_object_with_fields_is_closed(kind: tuple[str, str]) -> None:
    schema = json.loads(asset(schema_file("1.35", kind)).read_text("utf-8"))
    open_ones = [path for path, node in paths(schema) if isinstance(node, dict) and is_open(path, node)]
    assert open_ones == []


def is_open(path: Path, node: Object) -> bool:
    """Whether a schema node lists fields and lets others through; a node with `$ref` only narrows a closed one."""
    is_schema = isinstance(node.get("properties"), dict) and path[-1:] != ("properties",)
    return is_schema and "$ref" not in node and node.get("additionalProperties") is not False


def test_the_generator_refuses_a_keyword_that_it_does_not_know() -> None:
    with pytest.raises(trim.TrimError, match="x-new"):
        trim.trimmed({"type": "object", "x-new": True})


def test_a_field_that_preserves_unknown_fields_stays_open() -> None:
    crd = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    assert trim.closed(trim.trimmed(crd)) == {"type": "object", "additionalProperties": True}
