"""What CREATE refuses of a pod of kedge-backup is not added later: by an update, by its status, or by what places it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from compiler.manifests.backup_quota import PODS
from compiler.manifests.snapshot_admission import KUBE_OVN, NETWORK_ANNOTATIONS, PLACED, SCHEDULER, UNCHANGED
from tests.real.backup_pod import JOB, NAMESPACE, OwnPod, own_pod, run_job
from tests.real.conftest import Count, Standing
from tests.real.examples import Object
from tests.real.harness.apiserver import checked
from tests.real.harness.bed import Bed
from tests.real.harness.process import until

pytestmark = pytest.mark.parametrize("standing", ["payments-eu"], indirect=True)

ZONE = "topology.kubernetes.io/zone"
NODE: Object = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "cp1", "labels": {ZONE: "a"}}}
RUNTIME = {"cdi.k8s.io/x": "vendor.com/gpu=all", "io.kubernetes.cri-o.Devices": "/dev/mem"}


@pytest.fixture(scope="module")
def own(standing: Standing) -> OwnPod:
    return own_pod(standing.bed)


@pytest.fixture
def node(standing: Standing) -> Iterator[str]:
    """A node in a zone."""
    checked(standing.bed.apply_ssa(json.dumps(NODE)))
    yield "cp1"
    checked(standing.bed.kubectl("delete", "node", "cp1"))


def _patch(own: OwnPod, metadata: Object, *options: str) -> str:
    where = ("pod", own.pod["metadata"]["name"], "-n", NAMESPACE, "--type=merge")
    return own.bed.kubectl("patch", *where, *options, "-p", json.dumps({"metadata": metadata})).stderr


def _bind(bed: Bed, pod: str, path: str, user: str, **metadata: Object) -> str:
    """What the API server says to a Binding to cp1, empty where it takes it."""
    body = {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": pod, "namespace": NAMESPACE, **metadata}}
    url = f"/api/v1/namespaces/{NAMESPACE}/{path}"
    sent = json.dumps({**body, "target": {"apiVersion": "v1", "kind": "Node", "name": "cp1"}})
    return bed.kubectl(
        "create", "--raw", url, "-f", "-", f"--as={user}", "--as-group=system:masters", input=sent
    ).stderr


@pytest.mark.parametrize("key", RUNTIME)
@pytest.mark.parametrize("options", [(), ("--subresource=status",)], ids=["pod", "status"])
def test_an_annotation_that_a_runtime_may_read_is_not_added(
    own: OwnPod, key: str, options: tuple[str], count: Count
) -> None:
    assert UNCHANGED in _patch(own, {"annotations": {key: RUNTIME[key]}}, *options)
    count("backup policy")


@pytest.mark.parametrize("options", [(), ("--subresource=status",)], ids=["pod", "status"])
@pytest.mark.parametrize("value", ["other", None], ids=["changed", "removed"])
def test_a_label_that_pages_and_alerts_select_by_is_kept(
    own: OwnPod, value: str | None, options: tuple[str], count: Count
) -> None:
    assert UNCHANGED in _patch(own, {"labels": {"app.kubernetes.io/name": value}}, *options)
    count("backup policy")


@pytest.mark.parametrize("key", [*NETWORK_ANNOTATIONS, f"{KUBE_OVN}ip_address"])
def test_a_network_plugin_may_report_what_it_gave_the_pod_and_take_it_back(own: OwnPod, key: str) -> None:
    for value in ("192.0.2.7", "192.0.2.8", None):
        assert _patch(own, {"annotations": {key: value}}, "--subresource=status") == ""


@pytest.mark.parametrize("path", ["pods/{}/binding", "bindings"])
def test_only_the_scheduler_places_a_pod(own: OwnPod, path: str, count: Count) -> None:
    name = own.pod["metadata"]["name"]
    assert PLACED in _bind(own.bed, name, path.format(name), "somebody")
    count("backup policy")


@pytest.mark.parametrize("path", ["pods/{}/binding", "bindings"])
@pytest.mark.parametrize(
    "metadata", [{"annotations": RUNTIME}, {"labels": {"app.kubernetes.io/name": "other"}}], ids=["annotation", "label"]
)
def test_placing_a_pod_changes_nothing_of_it(own: OwnPod, path: str, metadata: Object, count: Count) -> None:
    name = own.pod["metadata"]["name"]
    assert PLACED in _bind(own.bed, name, path.format(name), SCHEDULER, **metadata)
    count("backup policy")


def test_the_scheduler_places_a_pod_and_the_job_controller_counts_it(
    standing: Standing, own: OwnPod, node: str
) -> None:
    pod = run_job(own.bed)
    name, job = pod["metadata"]["name"], pod["metadata"]["ownerReferences"][0]["name"]
    assert _bind(own.bed, name, f"pods/{name}/binding", SCHEDULER) == ""
    placed = own.bed.control_plane.get("pod", name, "-n", NAMESPACE)
    added = placed["metadata"]["labels"].items() - pod["metadata"]["labels"].items()
    assert placed["spec"]["nodeName"] == node
    assert added <= {(ZONE, "a")}  # 1.35 and later copy it
    done = json.dumps({"status": {"phase": "Succeeded"}})
    where = ("pod", name, "-n", NAMESPACE, "--subresource=status", "--type=merge")
    checked(own.bed.kubectl("patch", *where, "-p", done))
    own.bed.control_plane.wait_for(
        lambda found: found.get("status", {}).get("succeeded") == 1, "job", job, "-n", NAMESPACE, timeout=30
    )


def test_a_job_of_many_pods_gets_no_more_than_the_quota(standing: Standing) -> None:
    bed = standing.bed
    cronjob = bed.control_plane.get("cronjob", JOB, "-n", NAMESPACE)
    spec = cronjob["spec"]["jobTemplate"]["spec"] | {"parallelism": 3 * PODS, "completions": 3 * PODS}
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "many", "namespace": NAMESPACE}, "spec": spec}
    checked(bed.apply_ssa(json.dumps(job)))
    select = ("events", "-n", NAMESPACE, "--field-selector=involvedObject.name=many,reason=FailedCreate", "-o=name")
    until(
        lambda: bool(bed.kubectl("get", *select).stdout), "the Job controller is refused a pod", timeout=60, pause=0.3
    )
    running = ("pods", "-n", NAMESPACE, "--field-selector=status.phase!=Succeeded,status.phase!=Failed", "-o=name")
    assert len(bed.kubectl("get", *running).stdout.split()) == PODS
