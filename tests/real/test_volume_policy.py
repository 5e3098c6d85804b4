"""What a real Velero makes of the resource policy of a backup that lists some storage classes: the others are not snapshotted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from compiler import pipeline
from tests.real.harness.apiserver import checked
from tests.real.harness.bed import Bed
from tests.real.harness.s3 import ROOT as OWNER
from tests.rules import cases

SPEC = cases.over_base("""
promise: {applications: {rpo: 26h, rto: 8h}}
namespaces: {shop: {}}
backups:
  applications:
    shop: {namespaces: [shop], schedule: "0 3 * * *", retention: 14d, to: [offsite], volumes: {ceph-rbd: data-mover}}
""")
BUCKET, CREDENTIAL = "shop-dr", "writer"


def volume(name: str, storage_class: str) -> list[dict[str, object]]:
    """A volume and its claim, bound to each other."""
    claim = {"namespace": "shop", "name": name}
    mode, size = ["ReadWriteOnce"], {"storage": "1Gi"}
    disk = {"accessModes": mode, "capacity": size, "storageClassName": storage_class, "claimRef": claim}
    wanted = {
        "accessModes": mode,
        "resources": {"requests": size},
        "storageClassName": storage_class,
        "volumeName": name,
    }
    return [
        {
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {"name": name},
            "spec": disk | {"csi": {"driver": "rbd.csi.ceph.com", "volumeHandle": name}},
        },
        {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": claim, "spec": wanted},
    ]


@pytest.fixture(scope="module")
def log() -> Iterator[str]:
    """What Velero said while it made a backup as the Schedule of the spec would."""
    output = pipeline.build(cases.judged(cases.files(SPEC)))
    (policy,) = [content.decode() for path, content in output.items() if "/configmap." in path]
    with Bed() as bed:
        objects: list[dict[str, object]] = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}]
        objects += volume("listed", "ceph-rbd") + volume("unlisted", "local-path")
        checked(bed.apply_ssa(json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})))
        velero = bed.velero
        checked(bed.apply_ssa(policy))
        bed.s3.create_bucket(BUCKET)
        velero.create_credential(CREDENTIAL, OWNER)
        velero.create_location("offsite", bed.s3, BUCKET, CREDENTIAL)
        velero.wait_available("offsite")
        # Velero leaves the volume of a claim out whose phase is not Bound yet.
        bed.control_plane.wait_for(lambda found: all(map(_bound, found["items"])), "pvc", "-n", "shop")
        found = bed.control_plane.get("configmap", "-n", "velero")["items"]
        (configmap,) = [one["metadata"]["name"] for one in found if "policy.yaml" in one["data"]]
        velero.backup(
            "shop",
            includedNamespaces=["shop"],
            storageLocation="offsite",
            snapshotVolumes=True,
            resourcePolicy={"kind": "configmap", "name": configmap},
        )
        velero.wait_over("backup", "shop")
        yield velero.process.log.read_text()


def _bound(claim: dict[str, Any]) -> bool:
    return bool(claim["status"].get("phase") == "Bound")


def said(log: str, volume: str) -> str:
    """Return the lines about a volume's snapshot."""
    return "\n".join(line for line in log.splitlines() if "snapshot action for" in line and f"Name:{volume}" in line)


def test_a_listed_storage_class_is_snapshotted(log: str) -> None:
    assert "performing snapshot action" in said(log, "listed")


def test_a_storage_class_that_is_not_listed_is_skipped(log: str) -> None:
    assert "as the action type is skip" in said(log, "unlisted")
