"""Coverage: every way of taking a volume's data against every kind of storage."""

import pytest

from compiler.proofs.coverage import gaps
from tests.unit.proofs.specs import spec

BACKUP = (
    "backups: {applications: {shop: {namespaces: [shop], schedule: '0 3 * * *', retention: 14d, to: [offsite]%s}}}\n"
)


def uncovered(storage: str, volumes: str, data: str = "velero") -> bool:
    return bool(
        gaps(
            spec(
                f"storageClasses: {{fast: {storage}}}\n"
                + BACKUP % (f", volumes: {volumes}" if volumes else "")
                + f"namespaces: {{shop: {{workloads: {{db: {{data: {data}, labels: {{app: db}},"
                " volumes: {data: {storageClass: fast}}}}}}"
            )
        )
    )


@pytest.mark.parametrize(
    ("storage", "volumes", "gap"),
    [
        ("{backend: in-cluster, snapshots: csi}", "{default: data-mover}", False),
        ("{backend: in-cluster, snapshots: none}", "{default: data-mover}", True),
        ("{backend: in-cluster}", "{default: file-system}", False),
        ("{backend: external, snapshots: csi}", "{default: snapshot}", False),
        ("{backend: in-cluster, snapshots: csi}", "{default: snapshot}", True),
        ("{backend: external, snapshots: none}", "{fast: snapshot}", True),
        ("{backend: external, snapshots: csi}", "{ceph-rbd: data-mover}", True),
        ("{backend: external, snapshots: csi}", "{default: file-system, fast: data-mover}", False),
        ("{backend: external, snapshots: csi}", "", True),
    ],
)
def test_volume_is_covered_by_a_method_that_its_storage_can_do(storage: str, volumes: str, gap: bool) -> None:
    assert uncovered(storage, volumes) == gap


@pytest.mark.parametrize("data", ["application", "rebuilt"])
def test_volume_that_something_else_brings_back_is_not_ours_to_prove(data: str) -> None:
    assert not uncovered("{backend: in-cluster}", "", data)


def test_every_volume_is_looked_at() -> None:
    found = gaps(
        spec(
            "namespaces: {shop: {workloads: {db: {labels: {app: db},"
            " volumes: {a: {storageClass: ceph-rbd}, b: {storageClass: local-path}}}}}}"
        )
    )
    assert [gap.path[-1] for gap in found] == ["a", "b"]
