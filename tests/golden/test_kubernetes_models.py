"""Every built-in object of the expected trees against the typed models of the Kubernetes client: a second source beside our schemas.

A model drops what it does not know: an object that comes back unchanged holds known fields only.
"""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes.client import ApiClient, V1ObjectMeta

from compiler.render.gate import BUILT_IN

ROOT = Path(__file__).parents[2]
TREES = [*ROOT.glob("clusters/*/generated"), *ROOT.glob("tests/golden/*/expected")]
OBJECTS = {
    path.relative_to(ROOT).as_posix(): manifest
    for tree in TREES
    for path in sorted(tree.rglob("*.yaml"))
    for manifest in [yaml.safe_load(path.read_bytes())]
    if (manifest.get("apiVersion"), manifest.get("kind")) in BUILT_IN
}


def through_model(kind: str, manifest: dict[str, Any]) -> Any:
    """Read an object into the model of its kind and write it again."""
    client: Any = ApiClient()
    model = client.deserialize(json.dumps(manifest), kind, "application/json")
    return client.sanitize_for_serialization(model)


@pytest.mark.parametrize("path", OBJECTS)
def test_the_client_knows_every_field(path: str) -> None:
    manifest = OBJECTS[path]
    version = manifest["apiVersion"].rpartition("/")[2].capitalize()
    assert through_model(version + manifest["kind"], manifest) == manifest


def test_a_model_drops_a_field_that_it_does_not_know() -> None:
    metadata = {"name": "payments", "labls": {}}
    assert through_model(V1ObjectMeta.__name__, metadata) == {"name": "payments"}


def test_every_kind_that_kedge_writes_is_tried() -> None:
    assert {(manifest["apiVersion"], manifest["kind"]) for manifest in OBJECTS.values()} == BUILT_IN
