"""In kedge-backup only the snapshot job's own pod is admitted, and nobody enters or changes it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from compiler.kube.stored_pod import ADDED_TOLERATIONS, stored
from compiler.manifests.snapshot_admission import CLOSED, OWN, UNCHANGED
from tests.real.backup_pod import FOREIGN, NAMESPACE, POLICIES, Change, OwnPod, container, own_pod
from tests.real.conftest import Count, Standing
from tests.real.examples import Object

pytestmark = pytest.mark.parametrize("standing", ["payments-eu"], indirect=True)

SH = {"exec": {"command": ["sh", "-c", "id"]}}
UNCONFINED = {"type": "Unconfined"}


@pytest.fixture(scope="module")
def own(standing: Standing) -> OwnPod:
    return own_pod(standing.bed)


def _of(name: str, **fields: Any) -> Change:
    """Other fields of one container."""
    return lambda spec: container(spec, name).update(fields)


def _confined(name: str, **fields: Any) -> Change:
    """Other fields of one container's security context."""
    return lambda spec: container(spec, name)["securityContext"].update(fields)


def _pod(**fields: Any) -> Change:
    return lambda spec: spec.update(fields)


def _volume(name: str, **source: Any) -> Change:
    return lambda spec: spec["volumes"].append({"name": name, **source})


def _mount(name: str, volume: str, path: str) -> Change:
    return lambda spec: container(spec, name)["volumeMounts"].append({"name": volume, "mountPath": path})


def _both(*changes: Change) -> Change:
    return lambda spec: [change(spec) for change in changes]


def _first_mount(name: str, **fields: Any) -> Change:
    return lambda spec: container(spec, name)["volumeMounts"][0].update(fields)


def _source(name: str, **source: Any) -> Change:
    """Another source behind the name of a volume."""

    def change(spec: Object) -> None:
        volume = next(volume for volume in spec["volumes"] if volume["name"] == name)
        volume.clear()
        volume |= {"name": name, **source}

    return change


# What an attacker would try first; each with the path that the refusal names.
HOSTILE: dict[str, tuple[Change, str]] = {
    "command-by-a-startup-probe": (
        _of("save", restartPolicy="Always", startupProbe=SH),
        "spec.initContainers[save].startupProbe",
    ),
    "command-by-a-liveness-probe": (_of("put", livenessProbe=SH), "spec.containers[put-offsite].livenessProbe"),
    "command-by-a-hook": (_of("put", lifecycle={"postStart": SH}), "spec.containers[put-offsite].lifecycle"),
    "secret-over-the-tools": (
        _both(_volume("bin", secret={"secretName": "offsite-writer"}), _mount("save", "bin", "/bin")),
        "spec.initContainers[save].volumeMounts",
    ),
    "secret-over-the-libraries": (
        _both(_volume("usr", secret={"secretName": "offsite-writer"}), _mount("save", "usr", "/usr")),
        "spec.initContainers[save].volumeMounts",
    ),
    "secret-over-the-loader": (
        _both(_volume("etc", secret={"secretName": "offsite-writer"}), _mount("save", "etc", "/etc")),
        "spec.initContainers[save].volumeMounts",
    ),
    "volume-by-a-detour": (_mount("save", "snapshot", "/pki/../bin"), "spec.initContainers[save].volumeMounts"),
    "credential-in-save": (
        _mount("save", "credential-offsite", "/credential"),
        "spec.initContainers[save].volumeMounts",
    ),
    "secret-instead-of-the-snapshot": (
        _source("snapshot", secret={"secretName": "offsite-writer"}),
        "spec.volumes[snapshot].secret",
    ),
    "etcd-key-in-put": (
        _mount("put", "healthcheck-client-key", "/key"),
        "spec.containers[put-offsite].volumeMounts",
    ),
    "store-by-another-address": (
        _pod(hostAliases=[{"ip": "192.0.2.1", "hostnames": ["s3.paris.example.net"]}]),
        "spec.hostAliases",
    ),
    "store-by-another-name-server": (
        _pod(dnsPolicy="None", dnsConfig={"nameservers": ["192.0.2.1"]}),
        "spec.dnsConfig",
    ),
    "no-seccomp": (_confined("save", seccompProfile=UNCONFINED), "spec.initContainers[save].securityContext"),
    "no-apparmor": (_confined("save", appArmorProfile=UNCONFINED), "spec.initContainers[save].securityContext"),
    "another-selinux-type": (
        _confined("save", seLinuxOptions={"type": "spc_t"}),
        "spec.initContainers[save].securityContext",
    ),
    "one-process-namespace": (_pod(shareProcessNamespace=True), "spec.shareProcessNamespace"),
    "put-as-root": (_confined("put", runAsUser=0, runAsNonRoot=False), "spec.containers[put-offsite].securityContext"),
    "another-folder-to-work-in": (_of("save", workingDir="/snapshot"), "spec.initContainers[save].workingDir"),
    "part-of-a-volume": (_first_mount("verify", subPath="x"), "spec.initContainers[verify].volumeMounts"),
    "another-account": (_pod(serviceAccountName="default", serviceAccount="default"), "spec.serviceAccountName"),
    "host-network": (_pod(hostNetwork=True), "spec.hostNetwork"),
    "privileged": (
        _confined("save", privileged=True, allowPrivilegeEscalation=True),
        "spec.initContainers[save].securityContext",
    ),
    "more-of-the-host": (
        _source("ca-crt", hostPath={"path": "/etc/kubernetes/pki", "type": "Directory"}),
        "spec.volumes[ca-crt].hostPath",
    ),
    "another-container": (
        lambda spec: spec["containers"].append({"name": "shell", "image": "busybox"}),
        "spec.containers (put-offsite shell)",
    ),
    "another-bucket": (
        lambda spec: next(e for e in container(spec, "put")["env"] if e["name"] == "KEDGE_BUCKET").update(
            value="other"
        ),
        "spec.containers[put-offsite].env",
    ),
    "signing-key-in-encrypt": (
        _mount("encrypt", "signing-key", "/signing-key"),
        "spec.initContainers[encrypt].volumeMounts",
    ),
    "another-node": (_pod(nodeName="worker-1"), "spec.nodeName"),
}
ANNOTATION = "container.apparmor.security.beta.kubernetes.io/save"


def test_the_policies_compile_without_a_warning(own: OwnPod) -> None:
    for name in POLICIES:
        status = _checked_status(own, name)
        assert status.get("typeChecking", {}).get("expressionWarnings", []) == []


def _checked_status(own: OwnPod, policy: str) -> Object:
    def judged(found: Object) -> bool:
        return bool(found["status"].get("observedGeneration") == found["metadata"]["generation"])

    own.bed.control_plane.wait_for(judged, "validatingadmissionpolicy", policy)
    status: Object = own.bed.control_plane.get("validatingadmissionpolicy", policy)["status"]
    return status


def test_the_pod_of_the_job_controller_is_admitted(own: OwnPod) -> None:
    assert own.pod["metadata"]["ownerReferences"][0]["kind"] == "Job"


def test_the_api_server_fills_in_what_kedge_says_it_does(own: OwnPod, standing: Standing) -> None:
    (job,) = (one for one in standing.example.objects() if one["kind"] == "CronJob")
    stated = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    assert _without_alternatives(own.pod["spec"]) == _without_alternatives(stored(stated))


def _without_alternatives(spec: Object) -> Object:
    """A pod's spec without the fields that may have one of several values."""
    tolerations = [t for t in spec["tolerations"] if t["key"] not in ADDED_TOLERATIONS]
    containers = {
        field: [{key: value for key, value in c.items() if key != "imagePullPolicy"} for c in spec[field]]
        for field in ("initContainers", "containers")
    }
    return {**spec, **containers, "tolerations": tolerations}


def test_the_same_pod_without_a_change_is_admitted(own: OwnPod, count: Count) -> None:
    assert own.ask(own.with_spec(lambda spec: None)) == "stored as the job's own pod"
    count("backup policy")


def test_a_foreign_pod_is_refused_with_the_name_of_the_policy(own: OwnPod, count: Count) -> None:
    assert f"ValidatingAdmissionPolicy '{POLICIES[0]}'" in own.ask(FOREIGN)
    count("backup policy")


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_pod_is_refused_and_the_field_named(own: OwnPod, case: str, count: Count) -> None:
    change, path = HOSTILE[case]
    said = own.ask(own.with_spec(change))
    assert f"denied request: {OWN}: " in said, said
    assert path in said.partition(f"{OWN}: ")[2].split(", ")
    count("backup policy")


def test_an_annotation_that_a_runtime_may_read_is_refused(own: OwnPod) -> None:
    said = own.ask(own.changed(lambda pod: pod["metadata"].update(annotations={"cdi.k8s.io/x": "vendor.com/d=1"})))
    assert "metadata.annotations.cdi.k8s.io/x" in said


def test_apparmor_cannot_be_switched_off_by_its_old_annotation(own: OwnPod) -> None:
    said = own.ask(own.changed(lambda pod: pod["metadata"].update(annotations={ANNOTATION: "unconfined"})))
    assert f"metadata.annotations.{ANNOTATION}" in said


def test_a_pod_without_the_labels_of_the_job_is_refused(own: OwnPod) -> None:
    said = own.ask(own.changed(lambda pod: pod["metadata"]["labels"].pop("app.kubernetes.io/name")))
    assert said.endswith(f"{OWN}: metadata.labels.app.kubernetes.io/name")


# What the API server of another cluster fills in instead.
FILLED: dict[str, Change] = {
    "always-pull-images": _of("save", imagePullPolicy="Always"),
    "toleration-seconds": lambda spec: [t.update(tolerationSeconds=30) for t in spec["tolerations"] if "effect" in t],
    "no-added-tolerations": lambda spec: spec.update(tolerations=[t for t in spec["tolerations"] if "effect" not in t]),
}


@pytest.mark.parametrize("case", FILLED)
def test_what_another_api_server_fills_in_is_admitted(own: OwnPod, case: str) -> None:
    assert own.ask(own.with_spec(FILLED[case])) in ("", "stored as the job's own pod")


def test_an_ephemeral_container_is_refused(own: OwnPod, count: Count) -> None:
    patch = {"spec": {"ephemeralContainers": [{"name": "debug", "image": container(own.pod["spec"], "save")["image"]}]}}
    assert UNCHANGED in _patch(own, patch, "--subresource=ephemeralcontainers")
    count("backup policy")


def test_the_image_of_a_running_pod_cannot_be_changed(own: OwnPod, count: Count) -> None:
    patch = {"spec": {"initContainers": [{"name": "verify", "image": "busybox"}]}}
    assert UNCHANGED in _patch(own, patch)
    count("backup policy")


def test_a_running_pod_cannot_be_resized(own: OwnPod, count: Count) -> None:
    more = {"name": "put-offsite", "resources": {"limits": {"memory": "1Gi"}}}
    assert UNCHANGED in _patch(own, {"spec": {"containers": [more]}}, "--subresource=resize")
    count("backup policy")


def _patch(own: OwnPod, patch: Object, *options: str) -> str:
    where = ("pod", own.pod["metadata"]["name"], "-n", NAMESPACE)
    return own.bed.kubectl("patch", *where, *options, "-p", json.dumps(patch)).stderr


@pytest.mark.parametrize("path", ["exec?command=sh", "attach", "portforward?ports=80", "proxy"])
def test_nobody_connects_to_a_pod(own: OwnPod, path: str, count: Count) -> None:
    url = f"/api/v1/namespaces/{NAMESPACE}/pods/{own.pod['metadata']['name']}/{path}"
    done = own.bed.kubectl("create", "--raw", url, "-f", "-", input="{}")
    assert done.returncode != 0
    assert CLOSED in done.stderr
    count("backup policy")
