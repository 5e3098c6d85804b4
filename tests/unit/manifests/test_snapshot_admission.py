"""The admission policy follows from the CronJob's own template."""

from compiler import manifests
from compiler.kube.manifest import Manifest
from tests.rules import cases


def _objects() -> dict[str, Manifest]:
    decided = cases.judged(cases.files(cases.over_base("{}"))).plan
    assert decided is not None
    return {one.title: one for one in manifests.emit(decided)}


def test_the_policies_have_the_guard_of_the_namespace_that_they_protect() -> None:
    objects = _objects()
    admission = [one for one in objects.values() if one.kind.startswith("ValidatingAdmissionPolicy")]
    assert len(admission) == 4
    assert {one.guard for one in admission} == {objects["Namespace/kedge-backup"].guard} == {"consent"}


def test_the_policy_is_made_from_what_the_pod_of_the_job_is_made_from() -> None:
    objects = _objects()
    policy, job = objects["ValidatingAdmissionPolicy/kedge-backup-pods"], objects["CronJob/kedge-backup/etcd-snapshot"]
    assert set(job.sources) - set(policy.sources) == {
        ("spec", "backups", "etcd", "schedule"),
        ("spec", "backups", "etcd", "timeZone"),
    }
