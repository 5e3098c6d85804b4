"""The CRDs of every supported minor of Velero take the Schedules and locations that kedge emits, with strict validation."""

from __future__ import annotations

import json

import pytest

from compiler.facts.fact import minors
from compiler.facts.tables import VELERO
from tests.real.conftest import Count
from tests.real.examples import ROOTS, Object, compile_example
from tests.real.harness.apiserver import checked
from tests.real.harness.bed import Bed
from tests.real.harness.toolchain import source

MODULES = {"1.16": "velero-1.16", "1.17": "velero-1.17", "1.18": "velero"}
PATH = "github.com/vmware-tanzu/velero"


def _objects() -> list[Object]:
    """What kedge emits of Velero's kinds, in all examples and golden clusters, each name with its cluster's before it."""
    emitted = [(name, one) for name, root in ROOTS.items() for one in compile_example(name, root).objects()]
    for name, one in emitted:
        one["metadata"]["name"] = f"{name}-{one['metadata']['name']}"
    return [one for _, one in emitted if one["apiVersion"] == "velero.io/v1"]


def _namespaces(objects: list[Object]) -> list[Object]:
    names = {one["metadata"]["namespace"] for one in objects}
    return [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}} for name in sorted(names)]


def _list(objects: list[Object]) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})


def test_every_supported_minor_is_pinned() -> None:
    assert tuple(MODULES) == minors(VELERO)


@pytest.mark.parametrize("minor", MODULES)
def test_every_object_is_admitted_and_a_second_apply_writes_nothing(bed: Bed, minor: str, count: Count) -> None:
    bed.control_plane.install_crds([source(MODULES[minor], PATH) / "config" / "crd" / "v1" / "bases"])
    objects = _objects()
    assert {one["kind"] for one in objects} == {"BackupStorageLocation", "Schedule"}
    checked(bed.apply_ssa(_list(_namespaces(objects))))
    checked(bed.apply_ssa(_list(objects)))
    before = _versions(bed)
    checked(bed.apply_ssa(_list(objects)))
    assert _versions(bed) == before
    count("objects against CRDs of Velero", len(objects))


def _versions(bed: Bed) -> dict[str, str]:
    found = bed.control_plane.get("schedules.velero.io,backupstoragelocations.velero.io", "-A")["items"]
    return {
        f"{one['kind']}/{one['metadata']['namespace']}/{one['metadata']['name']}": one["metadata"]["resourceVersion"]
        for one in found
    }
