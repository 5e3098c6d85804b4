"""How the data of volumes is taken: the decision that is stated, for Velero's fields and for the pages alike."""

import pytest

from compiler import manifests
from compiler.plan.applications import VolumeMethods
from compiler.plan.plan import Plan
from compiler.render.pages import pages
from tests.rules import cases

SPEC = """
namespaces: {shop: {}}
backups:
  applications:
    shop: {namespaces: [shop], schedule: "0 3 * * *", retention: 14d, to: [offsite], volumes: %s}
"""


def _plan(volumes: str) -> Plan:
    decided = cases.judged(cases.files(cases.over_base(SPEC % volumes))).plan
    assert decided is not None
    return decided


def _velero_fields(plan: Plan) -> tuple[object, object, object]:
    (schedule,) = (one.body["spec"] for one in manifests.emit(plan) if one.kind == "Schedule")
    assert isinstance(schedule, dict)
    template = schedule["template"]
    return template["defaultVolumesToFsBackup"], template["snapshotMoveData"], template["snapshotVolumes"]


@pytest.mark.parametrize(
    ("volumes", "said", "fields"),
    [
        ("{}", "objects only", (False, False, False)),
        ("{default: snapshot}", "snapshot", (False, False, True)),
        ("{default: data-mover}", "data-mover", (False, True, True)),
        ("{default: file-system}", "file-system", (True, False, False)),
        ("{default: file-system, ceph-rbd: data-mover}", "file-system, data-mover (ceph-rbd)", (True, True, True)),
        ("{ceph-rbd: snapshot}", "snapshot (ceph-rbd)", (False, False, True)),
        ("{default: data-mover, ceph-rbd: data-mover}", "data-mover", (False, True, True)),
    ],
)
def test_page_says_of_volumes_what_the_schedule_does(volumes: str, said: str, fields: tuple[bool, bool, bool]) -> None:
    decided = _plan(volumes)
    assert _velero_fields(decided) == fields
    if said != "objects only":
        rendered = {page.name: page.content.decode() for page in pages(decided, manifests.emit(decided))}
        assert f"(shop-offsite: {said})" in rendered["namespace-deleted.md"]


@pytest.mark.parametrize(
    ("methods", "needed"),
    [
        (VolumeMethods(None, ()), False),
        (VolumeMethods("snapshot", ()), False),
        (VolumeMethods("data-mover", ()), True),
        (VolumeMethods("snapshot", (("slow", "file-system"),)), True),
    ],
)
def test_repository_password_is_needed_where_data_leaves_the_volume(methods: VolumeMethods, needed: bool) -> None:
    assert methods.needs_repository is needed


def test_a_schedule_is_in_the_zone_that_the_proofs_assume() -> None:
    decided = _plan("{}")
    (schedule,) = (one.body["spec"] for one in manifests.emit(decided) if one.kind == "Schedule")
    assert isinstance(schedule, dict)
    assert schedule["schedule"] == "CRON_TZ=UTC 0 3 * * *"
